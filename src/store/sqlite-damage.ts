// Puts a new SQLite file in the place of a damaged one, with all that could be read; the damaged one is set aside.

import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import { now } from '../async/clock.ts';

/** A table that is worth copying, and the columns by which its rows are kept in order. */
export interface RescuedTable {
  readonly table: string;
  readonly key: readonly string[];
}

/** What was done about a damaged file. */
export interface Replacement {
  /** Where the damaged file is now, as it was, with its `-wal` and `-shm`. */
  readonly setAside: string;
  /** How many rows of it are in the file that took its place. */
  readonly rescuedRows: number;
}

/**
 * Makes a new file with what can be read of the damaged one, and exchanges the two. `database` is the damaged one if it
 * can be opened; `make` makes the tables. Throws when that fails, such as on a full disk: then the damaged file is where
 * it was.
 */
export function replaceDamaged({
  path,
  database,
  rescue,
  make,
}: {
  path: string;
  database: DatabaseSync | undefined;
  rescue: readonly RescuedTable[];
  make: (database: DatabaseSync) => void;
}): Replacement {
  const fresh = freshPath(path);
  for (const left of [fresh, `${fresh}-journal`]) rmSync(left, { force: true });
  let rescuedRows = 0;
  {
    using to = new DatabaseSync(fresh);
    make(to);
    if (database) for (const table of rescue) rescuedRows += copyRows(database, to, table);
  }
  const setAside = moveAside(path);
  renameSync(fresh, path);
  return { setAside, rescuedRows };
}

/** Ends what a process that was killed between the two halves of an exchange has left undone. */
export function finishReplacing(path: string): void {
  if (!existsSync(path) && existsSync(freshPath(path))) renameSync(freshPath(path), path);
}

/** What to say of a file that is gone while its log is still there; SQLite would take it for a new one. */
export function findLoss(path: string): string | undefined {
  return sizeOf(path) === 0 && sizeOf(`${path}-wal`) > 0 ? 'the file is empty beside its log' : undefined;
}

function freshPath(path: string): string {
  return `${path}.rescued`;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * The log goes first, so that it never lies beside another file, whose log it would be taken for. A connection that is
 * still open when its file is moved leaves file and log as they are when it is closed.
 */
function moveAside(path: string): string {
  const time = new Date(now()).toISOString().replaceAll(':', '');
  const aside = `${path.replace(/\.sqlite$/, '')}.damaged-${time}.sqlite`;
  for (const suffix of ['-shm', '-wal', '']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

function copyRows(from: DatabaseSync, to: DatabaseSync, rescued: RescuedTable): number {
  readAllTheSame(from);
  let copied = 0;
  let insert: StatementSync | undefined;
  to.exec('BEGIN');
  for (const row of readRows(from, rescued)) {
    insert ??= prepareInsert(to, rescued.table, Object.keys(row));
    copied += Number(insert.run(...Object.values(row)).changes);
  }
  to.exec('COMMIT');
  return copied;
}

/** Leaves out what the table refuses: such a row was damaged too. */
function prepareInsert(to: DatabaseSync, table: string, columns: readonly string[]): StatementSync {
  const values = columns.map(() => '?').join(', ');
  return to.prepare(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${values})`);
}

/** Lets SQLite read on in a file that was cut off, or whose schema is damaged beside what is looked for. */
function readAllTheSame(database: DatabaseSync): void {
  database.enableDefensive(false);
  database.exec('PRAGMA writable_schema = ON');
}

/** The rows from the first on and then from the last back, each time as far as they can be read. */
function* readRows(database: DatabaseSync, { table, key }: RescuedTable) {
  for (const direction of ['ASC', 'DESC']) {
    const order = key.map((column) => `${column} ${direction}`).join(', ');
    try {
      const select = database.prepare(`SELECT * FROM ${table} ORDER BY ${order}`);
      select.setReadBigInts(true);
      yield* select.iterate();
      return;
    } catch {
      // Here is the damage: on this side of it there is nothing more.
    }
  }
}
