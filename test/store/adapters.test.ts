// Keyv's two adapters, on SQLite and on Postgres: the same for whoever keeps something, and no failure looks like nothing.

import { DatabaseSync } from 'node:sqlite';
import { Keyv } from 'keyv';
import type { KeyvStorageAdapter } from 'keyv';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PostgresAdapter, sweepExpired as sweepPostgres } from '../../src/store/postgres-adapter.ts';
import {
  SqliteAdapter,
  keptMigrations,
  sweepExpired as sweepSqlite,
} from '../../src/store/sqlite-adapter.ts';
import { eventually, usePostgres } from '../postgres/database.ts';

const base = usePostgres();

/** A database with room for adapters. */
interface Place extends AsyncDisposable {
  adapter(namespace: string): KeyvStorageAdapter;
  sweep(now: number): Promise<number>;
}

async function onSqlite(): Promise<Place> {
  const database = new DatabaseSync(':memory:');
  for (const migration of keptMigrations) database.exec(migration);
  return {
    adapter: (namespace) => new SqliteAdapter(database, namespace),
    sweep: async (now) => sweepSqlite(database, now),
    async [Symbol.asyncDispose]() {
      if (database.isOpen) database.close();
    },
  };
}

async function onPostgres(): Promise<Place> {
  const database = await base.openEmpty();
  return {
    adapter: (namespace) => new PostgresAdapter(database, namespace),
    sweep: (now) => sweepPostgres(database, now),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

describe.each([
  ['SqliteAdapter', onSqlite],
  ['PostgresAdapter', onPostgres],
])('%s', (_name, createPlace) => {
  let place: Place;
  let store: KeyvStorageAdapter;
  beforeEach(async () => {
    place = await createPlace();
    store = place.adapter('links');
  });
  afterEach(async () => {
    vi.useRealTimers();
    await place[Symbol.asyncDispose]();
  });

  it('gives the newest value, whole, and nothing after it was deleted', async () => {
    expect(await store.get('k')).toBeUndefined();
    expect(await store.set('k', 'old')).toBe(true);
    await store.set('k', '“new” 😀 \\u0000 \n');
    expect(await store.get('k')).toBe('“new” 😀 \\u0000 \n');
    expect(await store.has('k')).toBe(true);
    expect([await store.delete('k'), await store.delete('k')]).toEqual([true, false]);
    expect([await store.get('k'), await store.has('k')]).toEqual([undefined, false]);
  });

  it('does many at once, in the order they were named', async () => {
    await store.setMany([
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
      { key: 'a', value: '3' },
    ]);
    expect(await store.getMany(['b', 'absent', 'a', 'b'])).toEqual(['2', undefined, '3', '2']);
    expect(await store.hasMany(['absent', 'a'])).toEqual([false, true]);
    expect(await store.deleteMany(['absent', 'a'])).toEqual([false, true]);
    expect(await store.getMany([])).toEqual([]);
    expect(await store.setMany([])).toEqual([]);
  });

  it('knows nothing of another namespace, even by the same key', async () => {
    const other = place.adapter('asked');
    await store.set('k', 'mine');
    expect([await other.get('k'), await other.has('k'), await other.delete('k')]).toEqual([
      undefined,
      false,
      false,
    ]);
    await other.set('k', 'theirs');
    await other.clear();
    expect(await store.get('k')).toBe('mine');
  });

  it('gives an entry until its time is over, and a sweep takes it out then', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await store.set('short', 'x', Date.now() + 1_000);
    await store.set('long', 'x');
    expect(await store.get('short')).toBe('x');
    expect(await place.sweep(Date.now())).toBe(0);
    vi.setSystemTime(Date.now() + 1_000);
    expect([await store.get('short'), await store.has('short')]).toEqual([undefined, false]);
    expect(await place.sweep(Date.now())).toBe(1);
    expect(await place.sweep(Date.now())).toBe(0);
    expect(await store.get('long')).toBe('x');
  });

  it('keeps under Keyv what Keyv is given', async () => {
    const keyv = new Keyv<unknown>({ store, namespace: 'links', ttl: 60_000 });
    const value = { text: 'a\u0000b \ud800 😀', list: [1, null] };
    await keyv.set('k', value);
    expect(await keyv.get('k')).toEqual(value);
    expect(await keyv.delete('k')).toBe(true);
    expect(await keyv.get('k')).toBeUndefined();
  });

  it('rejects every read and write that cannot be made, under Keyv too', async () => {
    const keyv = new Keyv<unknown>({ store, namespace: 'links' });
    await keyv.set('k', 'x');
    await place[Symbol.asyncDispose]();
    for (const target of [keyv, store]) {
      await expect(target.get('k')).rejects.toThrow();
      await expect(target.set('k', 'y')).rejects.toThrow();
      await expect(target.delete('k')).rejects.toThrow();
    }
  });
});

describe('PostgresAdapter', () => {
  it('rejects while the server is away, and works again when it is back', async () => {
    await using database = await base.openEmpty();
    const store = new PostgresAdapter(database, 'links');
    await store.set('k', 'x');
    await base.line.cut();
    await expect(store.get('k')).rejects.toThrow();
    await base.line.mend();
    expect(await eventually(() => store.get('k'))).toBe('x');
  });
});
