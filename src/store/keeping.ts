// Where what is remembered is kept: a SQLite file of one process, or the Postgres that instances share.

import type { KeyvStorageAdapter } from 'keyv';
import type { Database } from '../postgres/database.ts';
import { PostgresAdapter, sweepExpired as sweepPostgres } from './postgres-adapter.ts';
import { SqliteAdapter, keptMigrations, sweepExpired as sweepSqlite } from './sqlite-adapter.ts';
import { openSqliteFile } from './sqlite-file.ts';
import type { Damage } from './sqlite-file.ts';

/** Keeps entries by namespace and key. Disposing it closes what it has opened itself. */
export interface Keeping extends Disposable {
  adapter(namespace: string): KeyvStorageAdapter;
  /** Deletes what is over at a moment of the Unix clock, in milliseconds; resolves with how many entries that were. */
  sweep(at: number): Promise<number>;
}

/** Keeps in a SQLite file. Throws as `openSqliteFile` does, which also tells what `onDamage` hears. */
export function keepInSqlite(path: string, onDamage: (damage: Damage) => void): Keeping {
  const rescue = [{ table: 'kept', key: ['namespace', 'key'] }];
  const database = openSqliteFile({ path, migrations: keptMigrations, rescue, onDamage });
  // A power cut may undo the last moments: nothing that is kept is worth waiting for the disk.
  database.exec('PRAGMA synchronous = NORMAL');
  return {
    adapter: (namespace) => new SqliteAdapter(database, namespace),
    sweep: async (at) => sweepSqlite(database, at),
    [Symbol.dispose]() {
      if (database.isOpen) database.close();
    },
  };
}

/** Keeps in a database whose schema is prepared; it stays open, being its opener's. */
export function keepInPostgres(database: Database): Keeping {
  return {
    adapter: (namespace) => new PostgresAdapter(database, namespace),
    sweep: (at) => sweepPostgres(database, at),
    [Symbol.dispose]() {},
  };
}
