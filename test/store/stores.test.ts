// What is remembered between requests: kept across openings, each store for itself, and no failure looks like nothing.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Keyv } from 'keyv';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepIfPossible, openStores } from '../../src/store/stores.ts';
import type { Stores } from '../../src/store/stores.ts';
import { keepLog } from '../bot/telegram.ts';
import { aRequest } from '../handlers/tools.ts';

const day = 24 * 60 * 60 * 1000;
const names = ['people', 'links', 'asked', 'fileIds'] as const;

/** A store as one of any values, whichever it is. */
const storeOf = (stores: Stores, name: (typeof names)[number]) =>
  stores[name] as Pick<Keyv<unknown>, 'get' | 'set'>;

describe('Stores', () => {
  let directory: string;
  let path: string;
  let stores: Stores;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'errand-stores-'));
    path = join(directory, 'state.sqlite');
    stores = openStores(path);
  });
  afterEach(async () => {
    vi.useRealTimers();
    stores[Symbol.dispose]();
    await rm(directory, { recursive: true });
  });

  function reopen(): void {
    stores[Symbol.dispose]();
    stores = openStores(path);
  }

  /** The keys that are in the file, expired ones included. */
  function keysInFile(): unknown[] {
    using database = new DatabaseSync(path);
    return database
      .prepare('SELECT key FROM kept ORDER BY key')
      .all()
      .map(({ key }) => key);
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
    expect(keysInFile()).toEqual([expect.stringContaining('young')]);
  });

  it('reject every read and write that cannot be made', async () => {
    await stores.links.set('l', 'value');
    stores[Symbol.dispose]();
    for (const name of names) {
      const store = storeOf(stores, name);
      await expect(store.get('l'), name).rejects.toThrow(/not open|finalized/);
      await expect(store.set('l', 'x'), name).rejects.toThrow(/not open|finalized/);
    }
    await expect(stores.fileIds.delete('l')).rejects.toThrow(/not open|finalized/);
    stores = openStores(path);
  });

  it('keepIfPossible says whether something was kept, and logs why not', async () => {
    const { log, logged } = keepLog();
    expect(await keepIfPossible(stores.links, 'l', 'value', log)).toBe(true);
    expect(await stores.links.get('l')).toBe('value');
    expect(logged).toEqual([]);
    stores[Symbol.dispose]();
    expect(await keepIfPossible(stores.links, 'l', 'value', log)).toBe(false);
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({ msg: 'not kept', store: 'links' });
    stores = openStores(path);
  });

  it('cannot be opened where there is no directory', () => {
    expect(() => openStores(join(directory, 'none', 'state.sqlite'))).toThrow(/unable to open/);
  });
});
