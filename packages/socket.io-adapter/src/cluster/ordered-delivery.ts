import type { Offset } from "./messages.js";
import { startTimer, type Timer } from "./timer.js";

type Deliver = (offset?: Offset) => void;

interface Entry {
  ready: boolean;
  offset: Offset | undefined;
  deliver: Deliver;
}

/** How long a packet waits for its offset, in milliseconds. */
const MAX_WAIT = 1000;
const MAX_WAITING = 10_000;

/**
 * Delivers in the order of the calls, also when some must first learn their offset. The wait for an offset is bounded: once it took
 * too long, nobody waits until the engine gives one again.
 */
export class OrderedDelivery {
  #queue: Entry[] = [];
  #timer: Timer | undefined;
  /** Whether the engine gives offsets, and soon. */
  #waits = true;
  readonly #onError: (error: unknown) => void;
  readonly #onSlow: () => void;

  constructor(onError: (error: unknown) => void, onSlow: () => void) {
    this.#onError = onError;
    this.#onSlow = onSlow;
  }

  /** Now, or after those that wait. */
  run(deliver: Deliver): void {
    if (this.#queue.length === 0) deliver();
    else this.#queue.push({ ready: true, offset: undefined, deliver });
  }

  /** @param offset - must not reject; `undefined` or empty when there is none */
  runWithOffset(offset: Promise<Offset | undefined>, deliver: Deliver): void {
    if (!this.#waits) {
      offset.then((value) => {
        this.#waits = Boolean(value);
      });
      this.run(deliver);
      return;
    }
    const entry: Entry = { ready: false, offset: undefined, deliver };
    this.#queue.push(entry);
    offset.then((value) => {
      // An engine without offsets is not waited for.
      this.#waits = Boolean(value);
      entry.ready = true;
      entry.offset = value;
      this.#flush();
    });
    if (this.#queue.length > MAX_WAITING) this.#giveUp();
    else this.#timer ??= startTimer(this.#giveUp, MAX_WAIT);
  }

  /** What waits is delivered now. */
  close(): void {
    this.#release();
  }

  readonly #giveUp = (): void => {
    this.#waits = false;
    this.#release();
    this.#onSlow();
  };

  #release(): void {
    for (const entry of this.#queue) entry.ready = true;
    this.#flush();
  }

  #flush(): void {
    while (this.#queue[0]?.ready) {
      const { deliver, offset } = this.#queue.shift() as Entry;
      try {
        deliver(offset);
      } catch (error) {
        // Those after it are not to suffer.
        this.#onError(error);
      }
      // The next has its own time.
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    if (this.#queue.length) this.#timer ??= startTimer(this.#giveUp, MAX_WAIT);
  }
}
