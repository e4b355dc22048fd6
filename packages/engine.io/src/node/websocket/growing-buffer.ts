const LEAST = 256;
const EMPTY = Buffer.alloc(0);

/** Bytes that arrive piece by piece, in one buffer of at most twice their size however small the pieces are. */
export class GrowingBuffer {
  #bytes: Buffer = EMPTY;
  length = 0;

  /** What is there so far; valid until the next call. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  append(source: Uint8Array, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#bytes.length, LEAST));
      larger.set(this.bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(source.subarray(start, end), this.length);
    this.length = length;
  }

  /** What was gathered, which this object no longer refers to. */
  take(): Buffer {
    const { bytes } = this;
    this.#bytes = EMPTY;
    this.length = 0;
    return bytes;
  }
}
