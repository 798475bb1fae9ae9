// Keyv on the Postgres that instances share: one table for all namespaces, an expiry for each entry.

import { EventEmitter } from 'node:events';
import { keyvStorageCapability } from 'keyv';
import type { KeyvStorageAdapter, KeyvStorageEntry, KeyvStorageGetResult } from 'keyv';
import { now } from '../async/clock.ts';
import type { Queryable } from '../postgres/database.ts';

/**
 * Keeps the entries of one namespace in the table `errand.kept`, which is made with the schema. Keyv writes values as
 * text and gives expiries in milliseconds of the Unix clock. Failures of Postgres reject; none looks like a missing entry.
 */
export class PostgresAdapter extends EventEmitter implements KeyvStorageAdapter {
  readonly namespace: string;
  readonly #database: Queryable;

  constructor(database: Queryable, namespace: string) {
    super();
    this.namespace = namespace;
    this.#database = database;
  }

  get capabilities() {
    return keyvStorageCapability(this);
  }

  async get<T>(key: string): Promise<KeyvStorageGetResult<T>> {
    const values = await this.#read([key]);
    return values.get(key);
  }

  async set(key: string, value: unknown, expires?: number): Promise<boolean> {
    await this.setMany([{ key, value, expires }]);
    return true;
  }

  async delete(key: string): Promise<boolean> {
    const [wasThere = false] = await this.deleteMany([key]);
    return wasThere;
  }

  async clear(): Promise<void> {
    await this.#database.query('DELETE FROM errand.kept WHERE namespace = $1', [this.namespace]);
  }

  async has(key: string): Promise<boolean> {
    const [isThere = false] = await this.hasMany([key]);
    return isThere;
  }

  async getMany<T>(keys: string[]): Promise<KeyvStorageGetResult<T | undefined>[]> {
    const values = await this.#read(keys);
    return keys.map((key) => values.get(key));
  }

  async setMany<T>(entries: KeyvStorageEntry<T>[]): Promise<boolean[]> {
    // One statement writes a row once: the last of equal keys counts.
    const last = [...new Map(entries.map((entry) => [entry.key, entry])).values()];
    await this.#database.query(
      `INSERT INTO errand.kept (namespace, key, value, expires)
      SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[])
      ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value, expires = excluded.expires`,
      [
        this.namespace,
        last.map(({ key }) => key),
        last.map(({ value }) => String(value)),
        last.map(({ expires }) => expires ?? null),
      ],
    );
    return entries.map(() => true);
  }

  async deleteMany(keys: string[]): Promise<boolean[]> {
    const { rows } = await this.#database.query<{ key: string }>(
      'DELETE FROM errand.kept WHERE namespace = $1 AND key = ANY($2) RETURNING key',
      [this.namespace, keys],
    );
    const deleted = new Set(rows.map(({ key }) => key));
    return keys.map((key) => deleted.has(key));
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    const values = await this.#read(keys);
    return keys.map((key) => values.has(key));
  }

  /** Postgres knows no NUL in a text, so no entry has one in its key. */
  async #read(asked: readonly string[]): Promise<Map<string, string>> {
    const keys = asked.filter((key) => !key.includes('\0'));
    const { rows } = await this.#database.query<{ key: string; value: string }>(
      `SELECT key, value FROM errand.kept
      WHERE namespace = $1 AND key = ANY($2) AND (expires IS NULL OR expires > $3)`,
      [this.namespace, keys, now()],
    );
    return new Map(rows.map(({ key, value }) => [key, value]));
  }
}

/** Deletes the entries of all namespaces whose time is over; resolves with how many there were. */
export async function sweepExpired(database: Queryable, now: number): Promise<number> {
  const { rowCount } = await database.query('DELETE FROM errand.kept WHERE expires <= $1', [now]);
  return rowCount;
}
