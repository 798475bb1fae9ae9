// Keyv on Node's own SQLite: one table for all namespaces, an expiry for each entry.

import { EventEmitter } from 'node:events';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { keyvStorageCapability } from 'keyv';
import type { KeyvStorageAdapter, KeyvStorageEntry, KeyvStorageGetResult } from 'keyv';
import { now } from '../async/clock.ts';

interface Row {
  value: string;
}

/** The table of all namespaces, a step for each version of the file; what has been released is never changed. */
export const keptMigrations: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS kept (
    namespace TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, expires INTEGER,
    PRIMARY KEY (namespace, key)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS kept_expires ON kept (expires) WHERE expires IS NOT NULL;`,
];

/**
 * Keeps the entries of one namespace in the table `kept` of a database that others use too; the table is there.
 * Keyv writes values as text and gives expiries in milliseconds of the Unix clock. Failures of SQLite are thrown.
 */
export class SqliteAdapter extends EventEmitter implements KeyvStorageAdapter {
  readonly namespace: string;
  readonly #get: StatementSync;
  readonly #set: StatementSync;
  readonly #delete: StatementSync;
  readonly #clear: StatementSync;

  constructor(database: DatabaseSync, namespace: string) {
    super();
    this.namespace = namespace;
    this.#get = database.prepare(
      'SELECT value FROM kept WHERE namespace = ? AND key = ? AND (expires IS NULL OR expires > ?)',
    );
    this.#set = database.prepare(
      'INSERT OR REPLACE INTO kept (namespace, key, value, expires) VALUES (?, ?, ?, ?)',
    );
    this.#delete = database.prepare('DELETE FROM kept WHERE namespace = ? AND key = ?');
    this.#clear = database.prepare('DELETE FROM kept WHERE namespace = ?');
  }

  get capabilities() {
    return keyvStorageCapability(this);
  }

  async get<T>(key: string): Promise<KeyvStorageGetResult<T>> {
    const row = this.#get.get(this.namespace, key, now()) as Row | undefined;
    return row?.value;
  }

  async set(key: string, value: unknown, expires?: number): Promise<boolean> {
    this.#set.run(this.namespace, key, String(value), expires ?? null);
    return true;
  }

  async delete(key: string): Promise<boolean> {
    return this.#delete.run(this.namespace, key).changes > 0;
  }

  async clear(): Promise<void> {
    this.#clear.run(this.namespace);
  }

  async has(key: string): Promise<boolean> {
    return this.#get.get(this.namespace, key, now()) !== undefined;
  }

  getMany<T>(keys: string[]): Promise<KeyvStorageGetResult<T | undefined>[]> {
    return Promise.all(keys.map((key) => this.get<T>(key)));
  }

  setMany<T>(entries: KeyvStorageEntry<T>[]): Promise<boolean[]> {
    return Promise.all(entries.map(({ key, value, expires }) => this.set(key, value, expires)));
  }

  deleteMany(keys: string[]): Promise<boolean[]> {
    return Promise.all(keys.map((key) => this.delete(key)));
  }

  hasMany(keys: string[]): Promise<boolean[]> {
    return Promise.all(keys.map((key) => this.has(key)));
  }
}

/** Deletes the entries of all namespaces whose time is over; returns how many there were. */
export function sweepExpired(database: DatabaseSync, now: number): number {
  return Number(database.prepare('DELETE FROM kept WHERE expires <= ?').run(now).changes);
}
