/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to `limit` exclusive, whole. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}

/** The bytes with a few of them changed, doubled, swapped for others or gone. */
export function mutate(random: Random, bytes: Buffer): Buffer {
  let result = Buffer.from(bytes);
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = random.below(result.length + 1);
    const length = 1 + random.below(random.once(8) ? 200 : 6);
    const [head, middle, tail] = [
      result.subarray(0, at),
      result.subarray(at, at + length),
      result.subarray(at + length),
    ];
    const parts = random.pick([
      [head, random.bytes(middle.length), tail],
      [head, tail],
      [head, middle, middle, tail],
      [head, random.bytes(length), middle, tail],
      [head, Buffer.from(random.pick(TOKENS)), tail],
    ]);
    result = Buffer.concat(parts);
  }
  return result;
}

/** What parsers of this protocol look for. */
const TOKENS = [
  ..."0123456b&=?%:,\0\x1e\r\n",
  "\r\n\r\n",
  "%00",
  "%zz",
  "__proto__",
  "constructor",
  "sid=",
  "&EIO=3",
  "&EIO=4",
  "&j=0",
  "&b64=1",
  "&transport=websocket",
  "2probe",
  "4294967296",
  "-1",
  "\u{1f600}",
  "\xff\xfe",
  "[]",
  "content-length: 5\r\n",
  "transfer-encoding: chunked\r\n",
];
