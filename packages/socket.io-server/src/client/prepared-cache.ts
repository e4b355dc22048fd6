import { PreparedMessage } from "engine.io/internal";

/**
 * Keeps the prepared message of the array of encoded packets that was asked for last, since a broadcast hands the same array to
 * one connection after the other.
 */
export class PreparedCache {
  #parts: readonly unknown[] | undefined;
  #message: PreparedMessage | undefined;

  readonly #forget = (): void => {
    this.#parts = undefined;
    this.#message = undefined;
  };

  get(parts: readonly (string | Uint8Array)[]): PreparedMessage {
    if (this.#parts === parts && this.#message) return this.#message;
    if (!this.#parts) process.nextTick(this.#forget);
    this.#parts = parts;
    this.#message = new PreparedMessage(parts);
    return this.#message;
  }
}
