/** Allows bursts of `size`, then `perSecond` on average. */
export class TokenBucket {
  #size;
  #perSecond;
  #tokens;
  #filledAt = performance.now();

  constructor(size, perSecond) {
    this.#size = size;
    this.#perSecond = perSecond;
    this.#tokens = size;
  }

  take(cost) {
    const now = performance.now();
    this.#tokens = Math.min(this.#size, this.#tokens + ((now - this.#filledAt) / 1000) * this.#perSecond);
    this.#filledAt = now;
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }
}
