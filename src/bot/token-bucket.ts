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
    return this.#refilled() === this.#most;
  }

  /** Whether there is no token now. */
  get isEmpty(): boolean {
    return this.#refilled() < 1;
  }

  /** Takes one token; false when there is none now. */
  take(): boolean {
    if (this.isEmpty) return false;
    this.#tokens--;
    return true;
  }

  #refilled(): number {
    const at = uptime();
    this.#tokens = Math.min(this.#most, this.#tokens + ((at - this.#at) / 1000) * this.#perSecond);
    this.#at = at;
    return this.#tokens;
  }
}
