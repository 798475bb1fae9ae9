// Opens a SQLite file that is kept for years: tables of the right version, and damage costs no more than it has to.

import { DatabaseSync } from 'node:sqlite';
import { findLoss, finishReplacing, replaceDamaged } from './sqlite-damage.ts';
import type { RescuedTable, Replacement } from './sqlite-damage.ts';
import { isDamage, isLocked } from './sqlite-failure.ts';

/** How long a file waits for whoever else has it open for a moment, in milliseconds. */
const patienceMs = 5_000;

/** What became of a file that was damaged. */
export interface Damage extends Replacement {
  /** What is wrong with it, in the words of SQLite. */
  readonly reason: string;
}

export interface SqliteFileOptions {
  /** Where it is or will be. `:memory:` is a database that ends with its connection. */
  readonly path: string;
  /** Keeps everybody else out until it is closed or the process ends, however it ends. */
  readonly exclusive?: boolean;
  /** What brings a file from each version to the next, from an empty one on; the released ones are never changed. */
  readonly migrations: readonly string[];
  /** What is copied from a damaged file as far as it can be read. */
  readonly rescue: readonly RescuedTable[];
  /** Told that the file was damaged: it was set aside, and another one is in its place. */
  readonly onDamage: (damage: Damage) => void;
}

/**
 * Opens the file in WAL mode, makes it if need be, and brings its tables up to date. A damaged file is set aside and
 * replaced. Throws an error that says why in words when another process uses it, it belongs to a newer program, or it
 * cannot be read or written.
 */
export function openSqliteFile(options: SqliteFileOptions): DatabaseSync {
  try {
    return open(options);
  } catch (error) {
    throw new Error(`Cannot open "${options.path}": ${explain(error)}`, { cause: error });
  }
}

function open(options: SqliteFileOptions): DatabaseSync {
  const damage = replaceIfDamaged(options);
  if (damage) options.onDamage(damage);
  using parts = new DisposableStack();
  const database = parts.use(connect(options));
  database.exec('PRAGMA journal_mode = WAL');
  migrate(database, options.migrations);
  parts.move();
  return database;
}

function connect({ path, exclusive = false }: SqliteFileOptions): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: exclusive ? 0 : patienceMs });
  // This lock is the operating system's: it ends with the process, whatever became of it.
  if (exclusive) database.exec('PRAGMA locking_mode = EXCLUSIVE');
  return database;
}

function replaceIfDamaged(options: SqliteFileOptions): Damage | undefined {
  const { path, migrations, rescue } = options;
  finishReplacing(path);
  const loss = findLoss(path);
  // To open it would delete what is left beside it.
  using database = loss === undefined ? connect(options) : undefined;
  const reason = loss ?? (database && findDamage(database, migrations.length));
  if (reason === undefined) return undefined;
  const make = (at: DatabaseSync) => migrate(at, migrations);
  return { reason, ...replaceDamaged({ path, database, rescue, make }) };
}

/** Throws when the file belongs to a newer program, which may know to read what looks damaged. */
function findDamage(database: DatabaseSync, newest: number): string | undefined {
  try {
    refuseNewer(readVersion(database), newest);
    const check = database.prepare('PRAGMA quick_check(1)').get();
    return check?.quick_check === 'ok' ? undefined : String(check?.quick_check);
  } catch (error) {
    if (isDamage(error)) return error.message;
    throw error;
  }
}

function refuseNewer(found: number, newest: number): void {
  if (found <= newest) return;
  throw new Error(`it has version ${found}, this program knows ${newest}: start a newer one`);
}

function migrate(database: DatabaseSync, migrations: readonly string[]): void {
  const found = readVersion(database);
  if (found === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const migration of migrations.slice(found)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    // SQLite has rolled back by itself after some failures, such as a full disk.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function readVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

function explain(error: unknown): string {
  return isLocked(error) ? 'another process uses it' : (error as Error).message;
}
