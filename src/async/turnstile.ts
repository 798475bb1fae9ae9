// A rate for each key: so many pass a second, after a first burst, and the others wait in the order of their arrival.

import { later, uptime } from './clock.ts';

/** How many may pass. */
export interface TurnstileLimits {
  perSecond: number;
  /** How many pass at once after a pause. */
  burst: number;
}

interface Line {
  /** When the key will have been quiet for long enough to have its whole burst again. */
  restedAt: number;
  readonly waiting: Set<() => void>;
}

const fewLines = 1_000;

export class Turnstile {
  readonly #intervalMs: number;
  readonly #slackMs: number;
  readonly #lines = new Map<string, Line>();
  #sweepAbove = fewLines;

  constructor({ perSecond, burst }: TurnstileLimits) {
    this.#intervalMs = 1000 / perSecond;
    this.#slackMs = (burst - 1) * this.#intervalMs;
  }

  /** Keys that are remembered: those of late. */
  get size(): number {
    return this.#lines.size;
  }

  /** Resolves when it is this one's turn; rejects with `signal.reason`, and then no turn is used up. */
  async pass(key: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<void> {
    signal?.throwIfAborted();
    this.#sweep();
    const line = this.#lines.getOrInsertComputed(key, () => ({ restedAt: 0, waiting: new Set() }));
    if (line.waiting.size === 0 && this.#delayMs(line) <= 0) return this.#use(line);
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        line.waiting.delete(go);
        reject(signal?.reason);
      };
      const go = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      line.waiting.add(go);
      signal?.addEventListener('abort', giveUp, { once: true });
      if (line.waiting.size === 1) this.#admitLater(line);
    });
  }

  #delayMs({ restedAt }: Line): number {
    return restedAt - this.#slackMs - uptime();
  }

  #use(line: Line): void {
    line.restedAt = Math.max(line.restedAt, uptime()) + this.#intervalMs;
  }

  /** Whoever waits starts the timer; it finds out by itself when nobody waits any more. */
  #admitLater(line: Line): void {
    later(this.#delayMs(line), () => {
      const [first] = line.waiting;
      if (!first) return;
      if (this.#delayMs(line) <= 0) {
        line.waiting.delete(first);
        this.#use(line);
        first();
      }
      if (line.waiting.size > 0) this.#admitLater(line);
    }).unref();
  }

  /** Forgets keys that have rested, whenever twice as many are kept as were left the last time. */
  #sweep(): void {
    if (this.#lines.size < this.#sweepAbove) return;
    const at = uptime();
    for (const [key, { restedAt, waiting }] of this.#lines)
      if (restedAt <= at && waiting.size === 0) this.#lines.delete(key);
    this.#sweepAbove = Math.max(fewLines, 2 * this.#lines.size);
  }
}
