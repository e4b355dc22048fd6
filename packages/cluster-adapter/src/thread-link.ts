import { BroadcastChannel } from "node:worker_threads";
import { isEnvelope, type Link } from "./link.js";

const NAME = "socket.io";

/** Between the threads of this process. Nothing hands messages on: each thread hears all. */
export function threadLink(): Link {
  const channel = new BroadcastChannel(NAME);
  // Who listens to clients keeps the process alive, not who listens to other threads.
  channel.unref();
  return {
    send: (envelope) => channel.postMessage(envelope),
    listen(listener) {
      channel.onmessage = (event: unknown) => {
        const { data } = event as { data: unknown };
        if (isEnvelope(data)) listener(data);
      };
      return () => channel.close();
    },
  };
}
