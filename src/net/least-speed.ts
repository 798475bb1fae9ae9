// The slowest that a body may come: who sends a byte a second would hold a slot until the deadline.

/** So many bytes within so many milliseconds. */
export interface Speed {
  bytes: number;
  withinMs: number;
}

/** Slower than a modem of the nineties. */
export const leastSpeed: Speed = { bytes: 10_000, withinMs: 10_000 };

/**
 * Counts what arrives, from the first byte on: what comes before it is silence, which has a bound of its own. Calls
 * `giveUp` after the first span of `withinMs` in which fewer than `bytes` came, unless the reader was the brake.
 * It counts real time. Disposing it stops the clock.
 */
export class SpeedWatch implements Disposable {
  readonly #least: Speed;
  readonly #giveUp: () => void;
  #timer: NodeJS.Timeout | undefined;
  #bytes = 0;
  #isHeldBack = false;
  #wasHeldBack = false;
  #isOver = false;

  constructor(least: Speed, giveUp: () => void) {
    this.#least = least;
    this.#giveUp = giveUp;
  }

  /** So many bytes have arrived. */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (!this.#isOver) this.#timer ??= setInterval(() => this.#judge(), this.#least.withinMs);
  }

  /** Whether the reader holds the sender back from now on. */
  holdBack(isHeldBack: boolean): void {
    this.#isHeldBack = isHeldBack;
    this.#wasHeldBack ||= isHeldBack;
  }

  #judge(): void {
    const isTooSlow = this.#bytes < this.#least.bytes && !this.#wasHeldBack;
    this.#bytes = 0;
    this.#wasHeldBack = this.#isHeldBack;
    if (isTooSlow) this.#giveUp();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearInterval(this.#timer);
  }
}
