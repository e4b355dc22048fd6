// biome-ignore-all lint/suspicious/noExplicitAny: reason: an acknowledgement has arguments of any shape
import { ackTimeoutError } from "../errors.js";

export type AckCallback = (...args: any[]) => unknown;

const FAIL = Symbol("fail");

/** A callback that also takes bad news; those of applications and adapters do not. */
interface FallibleAck extends AckCallback {
  [FAIL]?: (error: Error) => void;
}

/** Marks a callback as one that is to be told, by `fail`, when no acknowledgement will come. */
export function fallible(callback: AckCallback, fail: (error: Error) => void): AckCallback {
  return Object.assign(callback, { [FAIL]: fail });
}

/** Tells a callback that no acknowledgement will come; one that cannot take it stays silent. */
export function failAck(callback: AckCallback, error: Error): void {
  (callback as FallibleAck)[FAIL]?.(error);
}

/**
 * A callback that is given an error first, and is called once: with the acknowledgement, when time is up, or when none can come.
 *
 * @param settle - called with the arguments for the callback of the application
 * @param expired - called when time is up
 */
export function timedAck(
  timeout: number,
  settle: (args: unknown[]) => void,
  expired: () => void,
): AckCallback {
  const timer = setTimeout(() => {
    expired();
    settle([ackTimeoutError()]);
  }, timeout);
  const once = (args: unknown[]) => {
    clearTimeout(timer);
    settle(args);
  };
  return fallible(
    (...args) => once([null, ...args]),
    (error) => once([error]),
  );
}
