import type { ServerId } from "./messages.js";

/**
 * How many servers need not be waited for, where an engine tells how many there are but not which: those that did not answer in
 * time, until one that had not answered is heard of, or their number changes.
 */
export class SilentServers {
  #count = 0;
  #total = 0;
  #answered: ReadonlySet<ServerId> = new Set();

  get count(): number {
    return this.#count;
  }

  /** How many of `total` other servers to wait for. */
  toAsk(total: number): number {
    if (total !== this.#total) this.#count = 0;
    this.#total = total;
    return total - this.#count;
  }

  missed(count: number, answered: ReadonlySet<ServerId>): void {
    this.#count += count;
    this.#answered = answered;
  }

  heard(uid: ServerId): void {
    if (this.#count && !this.#answered.has(uid)) this.#count = 0;
  }
}
