import { afterEach } from "vitest";

const undo: (() => unknown)[] = [];

/** Runs after the test, last come first served. */
export function cleanUp(callback: () => unknown): void {
  undo.push(callback);
}

/** Closes a socket or server after the test. */
export function closing<T extends { close(): unknown }>(it: T): T {
  cleanUp(() => it.close());
  return it;
}

afterEach(async () => {
  for (const callback of undo.splice(0).reverse()) await callback();
});
