// A budget per second, with room for a short burst.

import { uptime } from '../async/clock.ts';

export class TokenBucket {
  readonly #perSecond: number;
  readonly #most: number;
  #tokens: number;
  #at = uptime();

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
    const at = uptime();
    this.#tokens = Math.min(this.#most, this.#tokens + ((at - this.#at) / 1000) * this.#perSecond);
    this.#at = at;
  }
}
