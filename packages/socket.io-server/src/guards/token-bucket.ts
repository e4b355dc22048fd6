import { codedError } from "../errors.js";

/** So much a second in the long run, and `burst` at once. */
export interface RateLimit {
  /** How many per second. */
  readonly rate: number;
  /**
   * How many at once, after a while of silence. What costs more never passes.
   * @default the rate, and 1 at least
   */
  readonly burst?: number;
}

/** @throws Error with code `ERR_INVALID_OPTION` */
export function resolveRateLimit(name: string, { rate, burst }: RateLimit): Required<RateLimit> {
  const resolved = { rate, burst: burst ?? Math.max(rate, 1) };
  for (const [key, value] of Object.entries(resolved)) {
    if (!(typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY)) {
      throw codedError("ERR_INVALID_OPTION", `"${name}.${key}" must be a number above 0, not ${value}`);
    }
  }
  return resolved;
}

/** Tokens that come at a rate, up to a number, and are taken. */
export class TokenBucket {
  readonly #limit: Required<RateLimit>;
  #tokens: number;
  #at: number;

  /** @param now - in milliseconds, of a clock that never goes back */
  constructor(limit: Required<RateLimit>, now: number) {
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#at = now;
  }

  /** In how many milliseconds there are as many tokens: 0 if there are, `Infinity` if there never will be. */
  wait(count: number, now: number): number {
    const { rate, burst } = this.#limit;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) * rate) / 1000);
    this.#at = now;
    if (count <= this.#tokens) return 0;
    return count > burst ? Number.POSITIVE_INFINITY : ((count - this.#tokens) * 1000) / rate;
  }

  /** Takes tokens that there are. */
  take(count: number): void {
    this.#tokens -= count;
  }

  /** Whether it is as good as new. */
  isFull(now: number): boolean {
    return this.wait(this.#limit.burst, now) === 0;
  }
}

const SWEEP_FROM = 1000;

/** A bucket for each key, and none for the keys that have not taken anything for long enough. */
export class TokenBuckets {
  readonly #limit: Required<RateLimit>;
  readonly #buckets = new Map<string, TokenBucket>();
  #sweepAt = SWEEP_FROM;

  constructor(limit: Required<RateLimit>) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#buckets.size;
  }

  of(key: string, now: number): TokenBucket {
    const known = this.#buckets.get(key);
    if (known) return known;
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
    const bucket = new TokenBucket(this.#limit, now);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #sweep(now: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(key);
    this.#sweepAt = Math.max(SWEEP_FROM, this.#buckets.size * 2);
  }
}
