import type { Defer } from "./contract.js";

export interface Flushable {
  flush(): void;
}

/** Collects who was written to and flushes them all in one callback after the current operation. */
export class FlushScheduler {
  readonly #defer: Defer;
  #dirty: Flushable[] = [];

  constructor(defer: Defer) {
    this.#defer = defer;
  }

  /** The caller sees to it that it is added once. */
  add(connection: Flushable): void {
    if (this.#dirty.push(connection) === 1) this.#defer(this.#run);
  }

  readonly #run = (): void => {
    const dirty = this.#dirty;
    this.#dirty = [];
    let index = 0;
    try {
      while (index < dirty.length) (dirty[index++] as Flushable).flush();
    } finally {
      // Reached early when a listener threw: the error surfaces and the others are flushed all the same.
      while (index < dirty.length) this.add(dirty[index++] as Flushable);
    }
  };
}
