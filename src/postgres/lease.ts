// What one instance at a time may do: a named lease that another takes over when its holder is gone.
//
// The row says who holds the lease and until when, by the database's clock. The holder renews it and counts by its own
// uptime from before each renewal was sent, to four fifths of the time: so it has stopped before another may begin,
// whatever the clocks say. Only a process that stands still at that very moment can be late.

import { later, uptime } from '../async/clock.ts';
import type { Later } from '../async/clock.ts';
import { sleep } from '../async/sleep.ts';
import type { Database } from './database.ts';
import { part } from './part.ts';

const expiryMs = 10_000;
const renewMs = 3_000;
const tryMs = 1_000;

export interface LeaseOptions {
  name: string;
  /** This instance's id. */
  holder: string;
  /** Ends the work, gives the lease back and rejects with the signal's reason. */
  signal: AbortSignal;
  /** What the holder does; its signal aborts before the lease can be another's, or with the reason of `signal`. */
  work: (held: AbortSignal) => Promise<void>;
  /** After this time without renewal another may hold it, in milliseconds. */
  expiryMs?: number;
  renewMs?: number;
  /** The pause between two tries to get it, in milliseconds. */
  tryMs?: number;
  /** Told of each statement that failed. */
  onTrouble?: (error: unknown) => void;
}

/**
 * Does the work whenever this instance holds the lease, again and again. Resolves when the work ends by itself, rejects
 * when it fails by itself; work that ends because the lease was lost waits for the next turn.
 */
export async function holdLease(database: Database, options: LeaseOptions): Promise<void> {
  await using lease = new Lease(database, options);
  const { signal, work } = options;
  for (;;) {
    await lease.acquire(signal);
    using tenure = lease.begin(signal);
    try {
      await work(tenure.held);
    } catch (error) {
      if (!tenure.held.aborted) throw error;
    }
    signal.throwIfAborted();
    if (!tenure.held.aborted) return;
  }
}

interface Tenure extends Disposable {
  readonly held: AbortSignal;
}

class Lease implements AsyncDisposable {
  readonly #database: Database;
  readonly #name: string;
  readonly #holder: string;
  readonly #times: { expiryMs: number; renewMs: number; tryMs: number };
  readonly #onTrouble: (error: unknown) => void;
  /** Until when it is surely ours, in milliseconds of uptime. */
  #oursUntil = 0;
  #tenure: Promise<void> | undefined;

  constructor(database: Database, options: LeaseOptions) {
    this.#database = database;
    this.#name = options.name;
    this.#holder = options.holder;
    this.#times = { expiryMs, renewMs, tryMs, ...options };
    this.#onTrouble = options.onTrouble ?? (() => {});
  }

  /** Resolves when the lease is ours. */
  async acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#tenure;
    while ((await this.#claim()) !== true || uptime() >= this.#oursUntil) {
      await sleep(this.#times.tryMs, { signal });
    }
  }

  /** Keeps the lease for as long as it can, until the tenure is disposed of. */
  begin(signal: AbortSignal): Tenure {
    const lost = new AbortController();
    const over = new AbortController();
    const held = AbortSignal.any([signal, lost.signal]);
    this.#tenure = this.#keep(lost, over.signal);
    return { held, [Symbol.dispose]: () => over.abort() };
  }

  /** Gives it back; a database that does not answer lets it expire. */
  async [Symbol.asyncDispose](): Promise<void> {
    await part(this.#giveBack());
  }

  async #giveBack(): Promise<void> {
    await this.#tenure;
    try {
      await this.#database.query('DELETE FROM errand.leases WHERE name = $1 AND holder = $2', [
        this.#name,
        this.#holder,
      ]);
    } catch (error) {
      this.#onTrouble(error);
    }
  }

  async #keep(lost: AbortController, over: AbortSignal): Promise<void> {
    const lose = () => lost.abort(new DOMException(`Lease "${this.#name}": lost`, 'AbortError'));
    let guard = this.#guard(lose);
    const stop = AbortSignal.any([over, lost.signal]);
    let pauseMs = this.#times.renewMs;
    while (!stop.aborted) {
      // The end of the tenure ends the pause, and the loop with it.
      await sleep(pauseMs, { signal: stop }).catch(() => {});
      if (stop.aborted) break;
      const isOurs = await this.#claim();
      if (isOurs === false) lose();
      pauseMs = isOurs === undefined ? this.#times.tryMs : this.#times.renewMs;
      guard[Symbol.dispose]();
      guard = this.#guard(lose);
    }
    guard[Symbol.dispose]();
  }

  #guard(lose: () => void): Later {
    return later(this.#oursUntil - uptime(), lose);
  }

  /** Takes or renews the lease: whether it is ours, or nothing when the database did not say. */
  async #claim(): Promise<boolean | undefined> {
    const sentAt = uptime();
    try {
      const { rowCount } = await this.#database.query(
        `INSERT INTO errand.leases AS lease (name, holder, until)
        VALUES ($1, $2, clock_timestamp() + $3 * interval '1 ms')
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
        WHERE lease.holder = excluded.holder OR lease.until < clock_timestamp()`,
        [this.#name, this.#holder, this.#times.expiryMs],
      );
      if (rowCount > 0) this.#oursUntil = sentAt + this.#times.expiryMs * 0.8;
      return rowCount > 0;
    } catch (error) {
      this.#onTrouble(error);
      return undefined;
    }
  }
}
