import type { EventEmitter } from "node:events";

type Listener = (...args: unknown[]) => void;

const EVENTS = ["request", "upgrade", "close", "listening"];

/**
 * Runs what adds listeners to an HTTP server, or puts its own in the place of others.
 *
 * @returns a function that undoes it, and leaves alone what was added by others since
 */
export function undoable(server: EventEmitter, attach: () => void): () => void {
  const listeners = () => EVENTS.map((event) => server.rawListeners(event) as Listener[]);
  const before = listeners();
  attach();
  const after = listeners();
  return () => {
    EVENTS.forEach((event, i) => {
      const old = before[i] as Listener[];
      const own = (after[i] as Listener[]).filter((listener) => !old.includes(listener));
      const displaced = old.filter((listener) => !after[i]?.includes(listener));
      const others = (server.rawListeners(event) as Listener[]).filter((listener) => !own.includes(listener));
      server.removeAllListeners(event);
      for (const listener of [...displaced, ...others]) server.on(event, listener);
    });
  };
}
