// The files of one bot as a place to read from and to add to, while the bot is stopped.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { now } from '../async/clock.ts';
import { claimDataDirectory } from '../store/data-directory.ts';
import { keptMigrations, sweepExpired } from '../store/sqlite-adapter.ts';
import { openSqliteFile } from '../store/sqlite-file.ts';
import type { RescuedTable } from '../store/sqlite-damage.ts';
import { inboxMigrations, prepareStatements } from '../work/inbox-statements.ts';
import { rememberBuriedMs, rememberMs, suspectFrom, noDoubt } from '../work/inbox.ts';
import { BackupError, mendable } from './failure.ts';
import { none, toKeptItem, toUpdateItem } from './items.ts';
import type { Item, KeptRow, Tally, UpdateRow } from './items.ts';
import { refuseFull } from './place.ts';
import type { AddOptions, Numbered, Place, ReadOptions } from './place.ts';

const readAtOnce = 500;

const selectUpdates = `SELECT id, state, accepted_at AS acceptedAt, failures, suspicion, note, body FROM updates
  WHERE state = 'open' OR (state = 'done' AND accepted_at >= ?) OR (state = 'buried' AND accepted_at >= ?)
  ORDER BY id`;
const selectKept = `SELECT namespace, key, value, CAST(expires AS INTEGER) AS expires FROM kept
  WHERE expires IS NULL OR expires > ? ORDER BY namespace, key`;
const insertUpdate = `INSERT INTO updates (id, accepted_at, state, failures, suspicion, note, body)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`;
const insertKept = `INSERT INTO kept (namespace, key, value, expires)
  VALUES (?, ?, ?, ?) ON CONFLICT (namespace, key) DO NOTHING`;

/** The inbox, with the stores attached to it: one connection, one transaction. */
interface Files extends Disposable {
  readonly both: DatabaseSync;
}

export class SqlitePlace implements Place {
  readonly name: string;
  readonly #directory: string;
  readonly #tell: (words: string) => void;

  /** `tell` hears of files that were damaged. */
  constructor(directory: string, tell: (words: string) => void = () => {}) {
    this.name = `DATA_DIR "${directory}"`;
    this.#directory = directory;
    this.#tell = tell;
  }

  async read(put: (items: readonly Item[]) => Promise<void>, { signal }: ReadOptions): Promise<void> {
    signal.throwIfAborted();
    const { inbox, state } = this.#paths();
    if (!existsSync(inbox) && !existsSync(state)) {
      throw new BackupError(`Cannot export from ${this.name}: nothing is kept there`);
    }
    using files = await this.#open();
    // An end without a word is counted as the next start would, and that is undone when the files are closed.
    files.both.exec('BEGIN');
    prepareStatements(files.both).blame.run({ suspectFrom, noDoubt });
    const at = now();
    const updates = files.both.prepare(selectUpdates).iterate(at - rememberMs, at - rememberBuriedMs);
    await give(updates as Iterable<unknown> as Iterable<UpdateRow>, toUpdateItem);
    const kept = files.both.prepare(selectKept).iterate(at);
    await give(kept as Iterable<unknown> as Iterable<KeptRow>, toKeptItem);

    async function give<R>(rows: Iterable<R>, toItem: (row: R) => Item): Promise<void> {
      for (const some of inBatches(rows)) {
        signal.throwIfAborted();
        await put(some.map(toItem));
      }
    }
  }

  async add(batches: AsyncIterable<readonly Numbered[]>, { merges, signal }: AddOptions): Promise<Tally> {
    using files = await this.#open();
    const { both } = files;
    // With two write-ahead logs, a crash in the commit would leave the one half without the other.
    both.exec('PRAGMA main.journal_mode = DELETE; PRAGMA state.journal_mode = DELETE; BEGIN IMMEDIATE');
    sweepExpired(both, now());
    if (!merges && holdsAnything(both)) throw new BackupError(refuseFull(this.name));
    const add = prepareAdding(both);
    const added = none();
    for await (const batch of batches) {
      signal.throwIfAborted();
      await mendable(() => {
        for (const { item } of batch) if (add(item)) added[item.kind] += 1;
      });
    }
    signal.throwIfAborted();
    await mendable(() => both.exec('COMMIT'));
    return added;
  }

  /** Closing them undoes what was not committed. */
  async #open(): Promise<Files> {
    using parts = new DisposableStack();
    parts.use(await mendable(() => claimDataDirectory(this.#directory)));
    const { inbox, state } = this.#paths();
    await mendable(() =>
      this.#openFile(state, keptMigrations, { table: 'kept', key: ['namespace', 'key'] }).close(),
    );
    const rescue = { table: 'updates', key: ['id'] };
    const both = await mendable(() => this.#openFile(inbox, inboxMigrations, rescue));
    parts.defer(() => both.close());
    both.prepare('ATTACH ? AS state').run(state);
    const open = parts.move();
    return { both, [Symbol.dispose]: () => open.dispose() };
  }

  #openFile(path: string, migrations: readonly string[], rescue: RescuedTable): DatabaseSync {
    return openSqliteFile({
      path,
      exclusive: true,
      migrations,
      rescue: [rescue],
      onDamage: ({ reason, setAside, rescuedRows }) =>
        this.#tell(
          `"${path}" was damaged (${reason}): now "${setAside}"; ${rescuedRows} of its rows could be read`,
        ),
    });
  }

  #paths(): { inbox: string; state: string } {
    return { inbox: join(this.#directory, 'inbox.sqlite'), state: join(this.#directory, 'state.sqlite') };
  }
}

function holdsAnything(both: DatabaseSync): boolean {
  const found = both
    .prepare('SELECT EXISTS (SELECT * FROM updates) OR EXISTS (SELECT * FROM kept) AS full')
    .get();
  return found?.full === 1;
}

/** What adds an item; false when it is there already. */
function prepareAdding(both: DatabaseSync): (item: Item) => boolean {
  const update = both.prepare(insertUpdate);
  const kept = both.prepare(insertKept);
  return (item) => {
    if (item.kind === 'kept') {
      const { namespace, key, value, expires = null } = item;
      return kept.run(namespace, key, value, expires).changes > 0;
    }
    const { kind, id, acceptedAt } = item;
    const known = kind === 'done' ? { failures: 0, suspicion: 0, note: {}, update: null } : item;
    const note = JSON.stringify(known.note);
    const body = known.update && JSON.stringify(known.update);
    return update.run(id, acceptedAt, kind, known.failures, known.suspicion, note, body).changes > 0;
  };
}

function* inBatches<T>(rows: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < readAtOnce) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
