// How much is open in the Postgres that instances share, as of the last look; and what is long over is forgotten.

import { Bell } from '../async/bell.ts';
import { later, now } from '../async/clock.ts';
import type { Later } from '../async/clock.ts';
import { sleep } from '../async/sleep.ts';
import type { Ledger } from './inbox-ledger.ts';
import type { Count } from './inbox-rows.ts';

/** How many updates may wait before no more are taken in. */
const few = 1_000;
const sweepEveryMs = 60 * 60 * 1000;
/** The pause between two looks while somebody waits for few. */
const lookAgainMs = 100;

export interface CensusOptions {
  /** The pause between two looks, in milliseconds. */
  everyMs: number;
  /** Told of each look and each sweep that failed. */
  onTrouble: (error: unknown) => void;
}

/** What a census asks of the books. */
export type Books = Pick<Ledger, 'count' | 'sweep'>;

/** Looks first. Rejects when that fails. */
export async function openCensus(ledger: Books, options: CensusOptions): Promise<Census> {
  return new Census(ledger, await ledger.count(), options);
}

export class Census implements AsyncDisposable {
  readonly #ledger: Books;
  readonly #options: CensusOptions;
  readonly #over = new AbortController();
  readonly #ended: Promise<void>;
  readonly #news = new Bell();
  #latest: Count;
  #looking: Promise<void> | undefined;
  #nextLook: Later | undefined;
  #sweptAt = 0;

  /** Use `openCensus`. */
  constructor(ledger: Books, latest: Count, options: CensusOptions) {
    this.#ledger = ledger;
    this.#latest = latest;
    this.#options = options;
    this.#ended = this.#run(this.#over.signal);
  }

  get latest(): Readonly<Count> {
    return this.#latest;
  }

  /** Counts in what one has done since the last look; those who wait may become fewer or more. */
  addWaiting(change: number): void {
    this.#latest.waiting = Math.max(0, this.#latest.waiting + change);
    if (change < 0) this.#news.ring();
  }

  /** Resolves when few wait. Rejects with the signal's reason. */
  async untilFew({ signal }: { signal: AbortSignal }): Promise<void> {
    signal.throwIfAborted();
    while (this.#latest.waiting > few) {
      this.#lookSoon();
      await this.#news.rung({ signal });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.#nextLook?.[Symbol.dispose]();
    await Promise.all([this.#ended, this.#looking]);
  }

  async #run(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await this.#look();
      if (now() - this.#sweptAt >= sweepEveryMs) await this.#sweep();
      // The end ends the pause, and the loop with it.
      await sleep(this.#options.everyMs, { signal: over }).catch(() => {});
    }
  }

  /** However many wait for few, one looks for all. */
  #lookSoon(): void {
    if (this.#over.signal.aborted) return;
    this.#nextLook ??= later(lookAgainMs, () => {
      this.#nextLook = undefined;
      void this.#look();
    });
  }

  #look(): Promise<void> {
    return (this.#looking ??= this.#count());
  }

  async #count(): Promise<void> {
    try {
      this.#latest = await this.#ledger.count();
    } catch (error) {
      this.#options.onTrouble(error);
    }
    this.#looking = undefined;
    this.#news.ring();
  }

  async #sweep(): Promise<void> {
    this.#sweptAt = now();
    await this.#ledger.sweep().catch(this.#options.onTrouble);
  }
}
