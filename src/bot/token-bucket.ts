// A budget per second, with room for a short burst.

export class TokenBucket {
  readonly #perSecond: number;
  readonly #most: number;
  #tokens: number;
  #at = performance.now();

  constructor({ perSecond, most }: { perSecond: number; most: number }) {
    this.#perSecond = perSecond;
    this.#most = most;
    this.#tokens = most;
  }

  get isFull(): boolean {
    this.#refill();
    return this.#tokens === this.#most;
  }

  /** Takes one token; false when there is none now. */
  take(): boolean {
    this.#refill();
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  #refill(): void {
    const now = performance.now();
    this.#tokens = Math.min(this.#most, this.#tokens + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
  }
}
