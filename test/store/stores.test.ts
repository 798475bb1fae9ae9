// What is remembered between requests: kept across openings, each store for itself, and no failure looks like nothing.

import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Keyv } from 'keyv';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepInPostgres, keepInSqlite } from '../../src/store/keeping.ts';
import type { Keeping } from '../../src/store/keeping.ts';
import type { Damage } from '../../src/store/sqlite-file.ts';
import { createStores, keepIfPossible, openStores } from '../../src/store/stores.ts';
import type { Stores } from '../../src/store/stores.ts';
import { keepLog } from '../bot/telegram.ts';
import { aRequest } from '../handlers/tools.ts';
import { usePostgres } from '../postgres/database.ts';

const base = usePostgres();

const day = 24 * 60 * 60 * 1000;
const names = ['people', 'links', 'asked', 'fileIds'] as const;

/** A store as one of any values, whichever it is. */
const storeOf = (stores: Stores, name: (typeof names)[number]) =>
  stores[name] as Pick<Keyv<unknown>, 'get' | 'set'>;

/** Where stores are kept between openings. */
interface Place extends AsyncDisposable {
  keep(): Keeping;
  /** The keys that are there, expired ones included. */
  keys(): Promise<unknown[]>;
}

async function onSqlite(): Promise<Place> {
  const home = await mkdtempDisposable(join(tmpdir(), 'errand-stores-'));
  const path = join(home.path, 'state.sqlite');
  return {
    keep: () => keepInSqlite(path, () => expect.unreachable()),
    async keys() {
      using database = new DatabaseSync(path);
      const rows = database.prepare('SELECT key FROM kept ORDER BY key').all();
      return rows.map(({ key }) => key);
    },
    [Symbol.asyncDispose]: () => home.remove(),
  };
}

async function onPostgres(): Promise<Place> {
  const database = await base.openEmpty();
  return {
    keep: () => keepInPostgres(database),
    async keys() {
      const { rows } = await database.query('SELECT key FROM errand.kept ORDER BY key');
      return rows.map(({ key }) => key);
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

describe.each([
  ['in SQLite', onSqlite],
  ['in Postgres', onPostgres],
])('Stores %s', (_name, createPlace) => {
  let place: Place;
  let stores: Stores;
  beforeEach(async () => {
    place = await createPlace();
    stores = createStores(place.keep());
  });
  afterEach(async () => {
    vi.useRealTimers();
    stores[Symbol.dispose]();
    await place[Symbol.asyncDispose]();
  });

  function reopen(): void {
    stores[Symbol.dispose]();
    stores = createStores(place.keep());
  }

  it('keep everything whole across a reopening', async () => {
    const request = aRequest({ links: ['https://a.example/?q="😀"'], input: 'x\n\u0000y' });
    await stores.people.set('7', { language: 'ru' });
    await stores.links.set('l1', 'https://a.example/');
    await stores.asked.set('r1', request);
    await stores.fileIds.set('k1', 'BQAC');
    reopen();
    expect(await stores.people.get('7')).toEqual({ language: 'ru' });
    expect(await stores.links.get('l1')).toBe('https://a.example/');
    expect(await stores.asked.get('r1')).toEqual(request);
    expect(await stores.fileIds.get('k1')).toBe('BQAC');
  });

  it('know nothing of each other, even by the same key', async () => {
    await stores.links.set('same', 'a link');
    for (const name of names) {
      if (name !== 'links') expect(await storeOf(stores, name).get('same'), name).toBeUndefined();
    }
    await stores.fileIds.set('same', 'a file');
    await stores.fileIds.delete('same');
    await stores.asked.clear();
    expect(await stores.links.get('same')).toBe('a link');
  });

  it('give the newest value, and nothing after it was deleted', async () => {
    await stores.links.set('l', 'old');
    await stores.links.set('l', 'new');
    expect(await stores.links.get('l')).toBe('new');
    expect(await stores.links.delete('l')).toBe(true);
    expect(await stores.links.get('l')).toBeUndefined();
  });

  it.each([
    ['links', 30],
    ['asked', 7],
    ['fileIds', 30],
  ] as const)('forget what is in %s after %i days, and not before', async (name, days) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await storeOf(stores, name).set('k', 'value');
    vi.setSystemTime(Date.now() + days * day - 1_000);
    expect(await storeOf(stores, name).get('k')).toBe('value');
    vi.setSystemTime(Date.now() + 2_000);
    expect(await storeOf(stores, name).get('k')).toBeUndefined();
    reopen();
    expect(await storeOf(stores, name).get('k')).toBeUndefined();
  });

  it('keep what people chose for ever', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await stores.people.set('7', { language: 'ru' });
    vi.setSystemTime(Date.now() + 10_000 * day);
    reopen();
    expect(await stores.people.get('7')).toEqual({ language: 'ru' });
  });

  it('do not grow with what is over: it is gone from the file at the next opening', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await stores.links.set('old', 'x');
    vi.setSystemTime(Date.now() + 31 * day);
    await stores.links.set('young', 'x');
    reopen();
    await vi.waitFor(async () => expect(await place.keys()).toEqual([expect.stringContaining('young')]));
  });

  it('tell whose entry was changed here', async () => {
    const changed: string[] = [];
    using telling = createStores(place.keep(), { onPersonChange: (id) => changed.push(id) });
    await telling.people.get('7');
    await telling.people.set('7', { language: 'ru' });
    await telling.links.set('l', 'x');
    expect(changed).toEqual(['7']);
  });
});

describe('createStores', () => {
  it('tells that what is over could not be deleted, and works all the same', async () => {
    using kept = keepInSqlite(':memory:', () => expect.unreachable());
    const failure = new Error('disk is full');
    const troubles: unknown[] = [];
    const failing = { ...kept, sweep: () => Promise.reject(failure) };
    using stores = createStores(failing, { onTrouble: (error) => troubles.push(error) });
    await stores.links.set('l', 'x');
    expect(await stores.links.get('l')).toBe('x');
    expect(troubles).toEqual([failure]);
  });
});

describe('openStores', () => {
  let home: Awaited<ReturnType<typeof mkdtempDisposable>>;
  let path: string;
  let stores: Stores;
  beforeEach(async () => {
    home = await mkdtempDisposable(join(tmpdir(), 'errand-stores-'));
    path = join(home.path, 'state.sqlite');
    stores = openStores(path);
  });
  afterEach(async () => {
    stores[Symbol.dispose]();
    await home.remove();
  });

  it('gives stores that reject every read and write that cannot be made', async () => {
    await stores.links.set('l', 'value');
    stores[Symbol.dispose]();
    for (const name of names) {
      const store = storeOf(stores, name);
      await expect(store.get('l'), name).rejects.toThrow(/not open|finalized/);
      await expect(store.set('l', 'x'), name).rejects.toThrow(/not open|finalized/);
    }
    await expect(stores.fileIds.delete('l')).rejects.toThrow(/not open|finalized/);
  });

  it('gives stores of which keepIfPossible says whether something was kept, and logs why not', async () => {
    const { log, logged } = keepLog();
    expect(await keepIfPossible(stores.links, 'l', 'value', log)).toBe(true);
    expect(await stores.links.get('l')).toBe('value');
    expect(logged).toEqual([]);
    stores[Symbol.dispose]();
    expect(await keepIfPossible(stores.links, 'l', 'value', log)).toBe(false);
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({ msg: 'not kept', store: 'links' });
  });

  it('throws where there is no directory', () => {
    expect(() => openStores(join(home.path, 'none', 'state.sqlite'))).toThrow(/unable to open/);
  });

  it('rescues from a damaged file what can be read, for people and all else, and tells where the file is', async () => {
    for (let id = 0; id < 500; id++) await stores.links.set(`l${id}`, 'https://a.example/'.padEnd(100, 'x'));
    await stores.people.set('7', { language: 'ru' });
    stores[Symbol.dispose]();
    const file = readFileSync(path);
    file.fill('garbage ', 8 * 4096, 9 * 4096);
    writeFileSync(path, file);
    const damages: Damage[] = [];
    stores = openStores(path, { onDamage: (damage) => damages.push(damage) });
    const [damage = expect.unreachable()] = damages;
    expect(readFileSync(damage.setAside)).toEqual(file);
    expect(damage.rescuedRows).toBeGreaterThan(400);
    expect(await stores.people.get('7')).toEqual({ language: 'ru' });
    expect(await stores.links.get('l0')).toMatch('https://a.example/');
  });
});
