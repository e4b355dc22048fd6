import { DEFAULT_TIMEOUT, describeValue, TimeoutError } from "./timeout.js";

export interface QueueWait {
  /** Milliseconds before a {@link TimeoutError}. @default 10000 */
  timeout?: number;
  /** What is awaited, for the error text. @default the queue's name */
  awaited?: string;
}

interface Waiter<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/**
 * Items in the order they came, none missed: `next()` takes the oldest one not yet taken, or waits for it.
 *
 * @example
 * const queue = new Queue<string>("messages");
 * socket.on("message", (text) => queue.push(text));
 * expect(await queue.next()).toBe("hello");
 */
export class Queue<T> {
  /** Everything ever pushed, taken or not. */
  readonly all: T[] = [];
  readonly #name: string;
  readonly #waiters: Waiter<T>[] = [];
  #taken = 0;
  #end: Error | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** How many were pushed and not yet taken. */
  get size(): number {
    return this.all.length - this.#taken;
  }

  push(item: T): void {
    this.all.push(item);
    const waiter = this.#waiters.shift();
    if (waiter === undefined) return;
    this.#taken++;
    waiter.resolve(item);
  }

  /** Nothing more will come: waits now pending, and later ones on an empty queue, are refused with `reason`. */
  end(reason: Error): void {
    this.#end ??= reason;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(this.#end);
  }

  /** Takes the next item. */
  next({ timeout = DEFAULT_TIMEOUT, awaited = this.#name }: QueueWait = {}): Promise<T> {
    if (this.size > 0) return Promise.resolve(this.all[this.#taken++] as T);
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise<T>((resolve, reject) => {
      const waiter: Waiter<T> = {
        resolve(item) {
          clearTimeout(timer);
          resolve(item);
        },
        reject(error) {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(new TimeoutError(awaited, timeout, this.#summary()));
      }, timeout);
      this.#waiters.push(waiter);
    });
  }

  /** Takes the next `count` items. The timeout holds for each. */
  async take(count: number, wait: QueueWait = {}): Promise<T[]> {
    const items: T[] = [];
    for (let index = 0; index < count; index++) {
      const awaited = `${wait.awaited ?? this.#name} (${index + 1} of ${count})`;
      items.push(await this.next({ ...wait, awaited }));
    }
    return items;
  }

  /** Takes items until one matches, and returns that one. */
  async until(matches: (item: T) => boolean, wait: QueueWait = {}): Promise<T> {
    for (;;) {
      const item = await this.next(wait);
      if (matches(item)) return item;
    }
  }

  /** Takes what is there, without waiting. */
  drain(): T[] {
    const items = this.all.slice(this.#taken);
    this.#taken = this.all.length;
    return items;
  }

  #summary(): string {
    if (this.all.length === 0) return "nothing";
    const last = this.all.slice(-5).map(describeValue).join(", ");
    return this.all.length > 5 ? `${this.all.length} items, the last: ${last}` : last;
  }
}
