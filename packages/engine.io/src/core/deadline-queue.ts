/** Something that happens after a delay unless it is cancelled. Each is in one queue at most. */
export abstract class Deadline {
  /** When, on the clock of `performance.now()`. */
  at = 0;
  queue: DeadlineQueue | undefined;
  previous: Deadline | undefined;
  next: Deadline | undefined;

  /** Called once the delay has passed. The deadline is out of its queue by then and may be added again. */
  abstract expire(): void;
}

/**
 * Deadlines that all have the same delay, on one timer. Since each is added at the end with the same delay, the queue is ordered
 * by construction: adding and cancelling take constant time and touch no timer.
 */
export class DeadlineQueue {
  readonly #delay: number;
  readonly #granularity: number;
  #first: Deadline | undefined;
  #last: Deadline | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param delay - milliseconds */
  constructor(delay: number) {
    this.#delay = delay;
    // Deadlines this close to each other share one wake-up.
    this.#granularity = Math.min(20, delay / 20);
  }

  /** Starts the delay of a deadline, over again when it is already waiting. */
  add(deadline: Deadline): void {
    deadline.queue?.cancel(deadline);
    deadline.queue = this;
    deadline.at = performance.now() + this.#delay;
    deadline.previous = this.#last;
    if (this.#last) this.#last.next = deadline;
    else this.#first = deadline;
    this.#last = deadline;
    this.#timer ??= setTimeout(this.#wake, this.#delay);
  }

  /** Does nothing when the deadline is not in this queue. */
  cancel(deadline: Deadline): void {
    if (deadline.queue !== this) return;
    const { previous, next } = deadline;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    deadline.queue = deadline.previous = deadline.next = undefined;
    if (!this.#first) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  readonly #wake = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    try {
      for (let due = this.#first; due && due.at <= now; due = this.#first) {
        this.cancel(due);
        due.expire();
      }
    } finally {
      // In a `finally`: a listener that throws must not stop the clock for the others.
      if (this.#first && this.#timer === undefined) {
        const delay = Math.max(this.#first.at - performance.now(), this.#granularity);
        this.#timer = setTimeout(this.#wake, delay);
      }
    }
  };
}
