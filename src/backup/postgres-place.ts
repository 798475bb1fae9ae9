// The database of a fleet as a place to read from, also while it is in use, and to add to while no instance runs.

import { now, uptime } from '../async/clock.ts';
import { sleep } from '../async/sleep.ts';
import { openDatabase } from '../postgres/database.ts';
import type { Database, Queryable } from '../postgres/database.ts';
import { toDatabaseError } from '../postgres/failure.ts';
import { prepareSchema } from '../postgres/schema.ts';
import { openTravel } from '../postgres/travel.ts';
import type { Travel } from '../postgres/travel.ts';
import { sweepExpired } from '../store/postgres-adapter.ts';
import { BackupError } from './failure.ts';
import { none } from './items.ts';
import type { Item, Tally } from './items.ts';
import { refuseFull } from './place.ts';
import type { AddOptions, Numbered, Place, ReadOptions } from './place.ts';
import { beats, holdsAnything, insertKept, insertUpdates, readKept, readUpdates } from './postgres-rows.ts';

const lookEveryMs = 500;

export interface PostgresPlaceOptions {
  /** Hears of what is waited for. */
  tell?: (words: string) => void;
  /** How long an instance is silent that runs no more, in milliseconds. */
  deadAfterMs?: number;
}

export class PostgresPlace implements Place {
  readonly name = 'DATABASE_URL';
  readonly #url: string;
  readonly #options: Required<PostgresPlaceOptions>;

  constructor(url: string, options: PostgresPlaceOptions = {}) {
    this.#url = url;
    this.#options = { tell: () => {}, deadAfterMs: 8_000, ...options };
  }

  async read(put: (items: readonly Item[]) => Promise<void>, { signal }: ReadOptions): Promise<void> {
    await using database = await this.#open(signal);
    using _stop = closeOnAbort(database, signal);
    if (!(await isPrepared(database))) {
      throw new BackupError(`Cannot export from ${this.name}: nothing is kept there`);
    }
    await prepareSchema(database);
    await transact(database, async (tx) => {
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await waitForOthers(tx);
      for (const read of [readUpdates(tx, now()), readKept(tx, now())]) {
        for await (const items of read) {
          signal.throwIfAborted();
          await put(items);
        }
      }
    });
  }

  async add(batches: AsyncIterable<readonly Numbered[]>, { merges, signal }: AddOptions): Promise<Tally> {
    await using database = await this.#open(signal);
    using stop = closeOnAbort(database, signal);
    await prepareSchema(database);
    await this.#requireRest(database, signal);
    await using travel = await openTravel(database);
    return await transact(database, async (tx) => {
      await waitForOthers(tx);
      await sweepExpired(tx, now());
      if (!merges && (await holdsAnything(tx))) throw new BackupError(refuseFull(this.name));
      const added = none();
      for await (const batch of batches) {
        signal.throwIfAborted();
        await addBatch(tx, travel, batch, added);
      }
      signal.throwIfAborted();
      // A commit that is cut off may have happened or not.
      stop[Symbol.dispose]();
      return added;
    });
  }

  #open(signal: AbortSignal): Promise<Database> {
    return openDatabase(this.#url, { signal, onWaiting: this.#options.tell });
  }

  /** Rejects when an instance runs: its beat moves, as in `Instances`. */
  async #requireRest(database: Database, signal: AbortSignal): Promise<void> {
    const before = new Map((await beats(database)).map(({ id, beat }) => [id, beat]));
    if (before.size === 0) return;
    const { tell, deadAfterMs } = this.#options;
    tell(`looking for ${deadAfterMs / 1000} s whether instances run`);
    const until = uptime() + deadAfterMs;
    while (uptime() < until) {
      await sleep(Math.min(lookEveryMs, deadAfterMs / 4), { signal });
      const alive = (await beats(database)).filter(({ id, beat }) => before.get(id) !== beat);
      if (alive.length === 0) continue;
      const names = alive.map(({ name }) => name).join(', ');
      throw new BackupError(`Cannot import into ${this.name}: instances run (${names}): stop them first`);
    }
  }
}

/** Lets an abort end whatever the database is asked. */
function closeOnAbort(database: Database, signal: AbortSignal): Disposable {
  const close = () => void database[Symbol.asyncDispose]();
  signal.addEventListener('abort', close, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', close) };
}

async function isPrepared(database: Database): Promise<boolean> {
  const { rows } = await database.query<{ meta: unknown }>(`SELECT to_regclass('errand.meta') AS meta`);
  return rows[0]?.meta !== null;
}

/** What fails in a statement is told in words; what fails elsewhere stays as it is. */
function transact<T>(database: Database, run: (tx: Queryable) => Promise<T>): Promise<T> {
  return database.transaction((tx) =>
    run({
      query: (text, values) =>
        tx.query<never>(text, values).catch((error: unknown) => {
          throw toDatabaseError('Cannot go on in the database', error);
        }),
    }),
  );
}

/** The other end of a pipe may take its time. */
async function waitForOthers(tx: Queryable): Promise<void> {
  await tx.query('SET LOCAL idle_in_transaction_session_timeout = 0');
}

async function addBatch(
  tx: Queryable,
  travel: Travel,
  batch: readonly Numbered[],
  added: Tally,
): Promise<void> {
  for (const { line, item } of batch) {
    if (item.kind !== 'kept' || !`${item.namespace}${item.key}${item.value}`.includes('\0')) continue;
    throw new BackupError(`Cannot import line ${line}: Postgres keeps no text with a NUL in it`);
  }
  try {
    const items = batch.map(({ item }) => item);
    const fresh = await insertUpdates(
      tx,
      items.filter((item) => item.kind !== 'kept'),
    );
    for (const { state } of fresh) added[state] += 1;
    await travel.insert(
      tx,
      fresh.filter(({ state }) => state === 'open'),
    );
    added.kept += await insertKept(
      tx,
      items.filter((item) => item.kind === 'kept'),
    );
  } catch (error) {
    const lines = `lines ${batch.at(0)?.line} to ${batch.at(-1)?.line}`;
    throw new BackupError(`Cannot import ${lines}: ${(error as Error).message}`, { cause: error });
  }
}
