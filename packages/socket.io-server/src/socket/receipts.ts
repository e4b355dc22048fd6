// How long what was acknowledged is remembered after the client is gone, in milliseconds.
const RETENTION = 120_000;
const MAX_CLIENTS = 10_000;
// Of one client: more than it can have under way.
const MAX_EVENTS = 100;
const MAX_ID_LENGTH = 64;

type Answer = (args: unknown[]) => void;

interface Receipt {
  answer: Answer;
  args?: unknown[];
}

/** Which events of one client have been taken, and how they were acknowledged, so that a retry runs no handler again. */
export class Receipts {
  readonly #receipts = new Map<number, Receipt>();

  /**
   * Whether an event is a retry of one that was taken. If so, it is answered: now, or when the handler has the answer.
   *
   * @param answer - sends the acknowledgement over the present connection
   */
  isRetry(id: number, answer: Answer): boolean {
    const receipt = this.#receipts.get(id);
    if (receipt) {
      receipt.answer = answer;
      if (receipt.args) answer(receipt.args);
      return true;
    }
    this.#receipts.set(id, { answer });
    if (this.#receipts.size > MAX_EVENTS) {
      const [oldest] = this.#receipts.keys();
      this.#receipts.delete(oldest as number);
    }
    return false;
  }

  /** Keeps how an event was acknowledged, and says so over the connection that asked last. Whether the event is known. */
  settle(id: number, args: unknown[]): boolean {
    const receipt = this.#receipts.get(id);
    if (!receipt) return false;
    receipt.args = args;
    receipt.answer(args);
    return true;
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
