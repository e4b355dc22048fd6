// How long what was acknowledged is remembered after the client is gone, in milliseconds.
const RETENTION = 120_000;
const MAX_CLIENTS = 10_000;
// Of one client: more than it can have under way.
const MAX_EVENTS = 100;
const MAX_ID_LENGTH = 64;

/**
 * How the events of one client were acknowledged, so that a retry of one runs no handler again. An event that was not acknowledged
 * is handled again: not to acknowledge is how an application asks for that.
 */
export class Receipts {
  readonly #answers = new Map<number, unknown[]>();

  /** What an event was answered with, if it was. */
  find(id: number): unknown[] | undefined {
    return this.#answers.get(id);
  }

  /** Keeps how an event was acknowledged. Gives what it was answered with first, which is what counts. */
  keep(id: number, args: unknown[]): unknown[] {
    const earlier = this.#answers.get(id);
    if (earlier) return earlier;
    this.#answers.set(id, args);
    if (this.#answers.size > MAX_EVENTS) {
      const [oldest] = this.#answers.keys();
      this.#answers.delete(oldest as number);
    }
    return args;
  }
}

interface Entry {
  receipts: Receipts;
  /** Runs while the client is gone. */
  expiry?: NodeJS.Timeout;
}

/** The receipts of the clients of a namespace that retry, by the id that they give themselves. */
export class ReceiptBook {
  readonly #entries = new Map<string, Entry>();

  /** Those of a client that connects. None when it has no id. */
  open(retryId: unknown): Receipts | undefined {
    if (typeof retryId !== "string" || !retryId || retryId.length > MAX_ID_LENGTH) return;
    const { receipts, expiry } = this.#entries.get(retryId) ?? { receipts: new Receipts() };
    clearTimeout(expiry);
    // Again at the end: the first one is the one that has been quiet for the longest time.
    this.#entries.delete(retryId);
    this.#entries.set(retryId, { receipts });
    if (this.#entries.size > MAX_CLIENTS) {
      const [[oldest, entry]] = this.#entries as unknown as [[string, Entry]];
      clearTimeout(entry.expiry);
      this.#entries.delete(oldest);
    }
    return receipts;
  }

  /** The client is gone, and may come back. */
  close(retryId: unknown): void {
    const entry = this.#entries.get(retryId as string);
    if (!entry) return;
    clearTimeout(entry.expiry);
    entry.expiry = setTimeout(() => this.#entries.delete(retryId as string), RETENTION).unref();
  }
}
