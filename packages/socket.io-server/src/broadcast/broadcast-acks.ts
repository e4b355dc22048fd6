import { ackTimeoutError } from "../errors.js";

type AckCallback = (...args: unknown[]) => void;

/** Gathers what the receivers of one broadcast answer, and calls back once: when all have, or when time is up. */
export class BroadcastAcks {
  readonly #callback: AckCallback;
  readonly #single: boolean;
  readonly #responses: unknown[] = [];
  readonly #timer: NodeJS.Timeout | undefined;
  #servers = 0;
  #expectedServers = -1;
  #expectedClients = 0;
  #done = false;

  /** @param timeout - in milliseconds; without it the answers are awaited as long as it takes */
  constructor(callback: AckCallback, timeout: number | undefined, single: boolean) {
    this.#callback = callback;
    this.#single = single;
    if (timeout !== undefined) this.#timer = setTimeout(() => this.#finish(ackTimeoutError()), timeout);
  }

  /** One server has told how many clients it sent the packet to. */
  readonly onClientCount = (count: number): void => {
    this.#servers++;
    this.#expectedClients += count;
    this.#check();
  };

  readonly onResponse = (response: unknown): void => {
    this.#responses.push(response);
    this.#check();
  };

  /** How many servers there are. */
  expectServers(count: number): void {
    this.#expectedServers = count;
    this.#check();
  }

  #check(): void {
    if (this.#servers === this.#expectedServers && this.#responses.length === this.#expectedClients) {
      this.#finish(null);
    }
  }

  #finish(error: Error | null): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#timer);
    const value = this.#single ? (error ? null : this.#responses[0]) : this.#responses;
    this.#callback(error, value);
  }
}
