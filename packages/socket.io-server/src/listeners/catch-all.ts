import type { CallOrigin, ErrorHook } from "./error-hook.js";

// biome-ignore lint/suspicious/noExplicitAny: reason: a catch-all listener takes the arguments of any event
export type CatchAllListener = (...args: any[]) => void;

/** The listeners that hear every event, whatever its name. */
export class CatchAll {
  #listeners: readonly CatchAllListener[] = [];

  get size(): number {
    return this.#listeners.length;
  }

  add(listener: CatchAllListener): void {
    this.#listeners = [...this.#listeners, listener];
  }

  prepend(listener: CatchAllListener): void {
    this.#listeners = [listener, ...this.#listeners];
  }

  /** Removes a listener once, or all of them. */
  remove(listener: CatchAllListener | undefined): void {
    const index = listener ? this.#listeners.indexOf(listener) : -1;
    if (!listener) this.#listeners = [];
    else if (index >= 0) this.#listeners = this.#listeners.filter((_, at) => at !== index);
  }

  toArray(): CatchAllListener[] {
    return [...this.#listeners];
  }

  /** Calls the listeners that there are now. */
  call(self: unknown, args: readonly unknown[], errors: ErrorHook, nsp: CallOrigin["nsp"]): void {
    if (!this.#listeners.length) return;
    errors.callAll(self, this.#listeners, args, {
      kind: "catch-all",
      nsp,
      socket: self as object,
      event: args[0] as string,
    });
  }
}
