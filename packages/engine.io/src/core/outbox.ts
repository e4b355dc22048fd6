import type { Batch, Packet } from "./contract.js";
import type { PreparedMessage } from "./prepared-message.js";
import { sizeOf } from "./raw-data.js";
import type { Transport } from "./transport.js";

/** Called with the transport once the message was handed over to it. */
export type SendCallback = (transport: Transport) => void;

type Item = Packet | PreparedMessage;

interface Awaited {
  item: Item;
  callback: SendCallback;
}

const EMPTY: Batch = [];
/** What a packet takes besides its data, in bytes: without it a flood of empty packets would weigh nothing. */
const OVERHEAD = 64;

/** The packets that wait for the transport, and the callbacks of those that are on their way. Nothing is allocated before use. */
export class Outbox {
  /** Bytes of the data that waits. */
  bytes = 0;
  /** What of `weight` is of packets that may not be dropped. */
  keptWeight = 0;
  /** What of `bytes` is of prepared messages. These are in memory twice, as they were given and as frames. */
  #preparedBytes = 0;
  #queued: Item[] | undefined;
  #callbacks: Awaited[] | undefined;
  #inFlight: Awaited[] | undefined;

  get isEmpty(): boolean {
    return this.#queued === undefined;
  }

  /** About how many bytes of memory all of it takes. */
  get weight(): number {
    return this.#queued ? this.bytes + this.#preparedBytes + this.#queued.length * OVERHEAD : 0;
  }

  add(item: Item, callback?: SendCallback): void {
    if (this.#queued) this.#queued.push(item);
    else this.#queued = [item];
    const size = sizeOfItem(item);
    this.bytes += size;
    if (item.type === "prepared") this.#preparedBytes += size;
    if (!isDroppable(item)) this.keptWeight += size + OVERHEAD;
    if (!callback) return;
    const awaited = { item, callback };
    if (this.#callbacks) this.#callbacks.push(awaited);
    else this.#callbacks = [awaited];
  }

  /** Everything queued, as the next batch. */
  take(): Batch {
    const batch = this.#queued ?? EMPTY;
    this.#queued = undefined;
    this.bytes = this.#preparedBytes = this.keptWeight = 0;
    if (this.#callbacks) {
      this.#inFlight = this.#inFlight ? [...this.#inFlight, ...this.#callbacks] : this.#callbacks;
      this.#callbacks = undefined;
    }
    return batch;
  }

  /** The batch was handed over. */
  sent(transport: Transport): void {
    const awaited = this.#inFlight;
    if (!awaited) return;
    this.#inFlight = undefined;
    for (const { callback } of awaited) callback(transport);
  }

  /**
   * Drops messages, the oldest first, until what is left weighs no more than `target` or may not be dropped. Their callbacks are
   * not called.
   *
   * @returns how many were dropped
   */
  dropOldest(target: number): number {
    const before = this.#queued ?? [];
    let { weight } = this;
    const left = before.filter((item) => {
      if (weight <= target || !isDroppable(item)) return true;
      const size = sizeOfItem(item);
      weight -= size + OVERHEAD;
      this.bytes -= size;
      if (item.type === "prepared") {
        weight -= size;
        this.#preparedBytes -= size;
      }
      return false;
    });
    this.#queued = left.length > 0 ? left : undefined;
    if (this.#callbacks) {
      const waiting = new Set(left);
      this.#callbacks = this.#callbacks.filter(({ item }) => waiting.has(item));
    }
    return before.length - left.length;
  }

  clear(): void {
    this.#queued = this.#callbacks = this.#inFlight = undefined;
    this.bytes = this.#preparedBytes = this.keptWeight = 0;
  }
}

function sizeOfItem(item: Item): number {
  return item.type === "prepared" ? item.size : sizeOf(item.data);
}

function isDroppable(item: Item): boolean {
  return item.type === "prepared" || (item.type === "message" && item.options?.droppable !== false);
}
