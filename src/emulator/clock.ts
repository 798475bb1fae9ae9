// The emulator's clock: the real one, which tests may move forward.

import { now } from '../async/clock.ts';
import type { Clock } from './contract.ts';

/** The real time plus whatever it was advanced by; `onAdvance` is called after each move. */
export class MovableClock implements Clock {
  #offsetMs = 0;
  readonly #onAdvance = new Set<() => void>();

  now(): number {
    return now() + this.#offsetMs;
  }

  /** Seconds since 1970, as dates are written in the Bot API. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Throws a `RangeError` for a negative time: Telegram's clock doesn't go back. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`Cannot advance the clock: ${ms} ms is not a time forward`);
    this.#offsetMs += ms;
    for (const listener of this.#onAdvance) listener();
  }

  onAdvance(listener: () => void): void {
    this.#onAdvance.add(listener);
  }
}
