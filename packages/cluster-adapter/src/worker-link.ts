import { type Envelope, isEnvelope, type Link } from "./link.js";

/** As it is; the types have it with fewer arguments. */
type Send = (
  message: unknown,
  handle: undefined,
  options: undefined,
  callback: (error: Error | null) => void,
) => boolean;

/** Through the primary of `node:cluster`, which hands messages on: see `setupPrimary`. */
export const workerLink: Link = {
  send(envelope) {
    return new Promise((resolve, reject) => {
      const { send } = process as unknown as { send?: Send };
      if (!send) throw new Error("this process has no primary");
      send.call(process, envelope, undefined, undefined, (error) => (error ? reject(error) : resolve()));
    });
  },

  listen(listener) {
    listeners.add(listener);
    if (listeners.size === 1) process.on("message", onMessage);
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) process.off("message", onMessage);
    };
  },
};

// One listener of the process for any number of namespaces.
const listeners = new Set<(envelope: Envelope) => void>();

function onMessage(message: unknown): void {
  if (!isEnvelope(message)) return;
  for (const listener of [...listeners]) listener(message);
}
