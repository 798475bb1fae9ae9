// The database of a fleet, exported and imported, from and to a directory as well.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PostgresPlace } from '../../src/backup/postgres-place.ts';
import { readExport } from '../../src/backup/read-export.ts';
import { SqlitePlace } from '../../src/backup/sqlite-place.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { joinInstances } from '../../src/postgres/instances.ts';
import { keepInPostgres } from '../../src/store/keeping.ts';
import { createStores } from '../../src/store/stores.ts';
import { usePostgres } from '../postgres/database.ts';
import fc from '../properties.ts';
import { House, layGround } from '../work/inbox-house.ts';
import { anUpdate, idsOf, signal as soon, some } from '../work/inbox-stage.ts';
import {
  aDirectory,
  aLife,
  chunksOf,
  exportItems,
  exportLines,
  exportOf,
  exportText,
  importText,
  leadLife,
  signal,
} from './places.ts';

const base = usePostgres();
let parts: AsyncDisposableStack;
let home: Awaited<ReturnType<typeof aDirectory>>;
beforeEach(async () => {
  parts = new AsyncDisposableStack();
  home = await aDirectory();
  parts.defer(() => home.remove());
  await base.empty();
});
afterEach(() => parts.disposeAsync());

const place = (url = base.url) => new PostgresPlace(url, { deadAfterMs: 200 });
const files = (name: string) => new SqlitePlace(join(home.path, name));
const open = () => openDatabase(base.url);
const done = (id: number) => ({ kind: 'done', id, acceptedAt: Date.now() });
const entry = (key: string, value = 'v') => ({ kind: 'kept', namespace: 'links', key, value });

async function startHouse(): Promise<House> {
  const ground = parts.use(await layGround(await open()));
  return parts.use(new House(ground));
}

describe('PostgresPlace', () => {
  it('takes what SQLite exports and gives it back as it was, whatever people wrote', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(aLife('\0'), async (life) => {
        await base.empty();
        const [a, b] = [`a${++run}`, `b${run}`];
        await mkdir(join(home.path, a));
        await leadLife(join(home.path, a), life);
        await importText(place(), await exportText(files(a)));
        const text = await exportText(place());
        await importText(files(b), text);
        const before = await exportLines(files(a));
        expect(text.split('\n').slice(1).toSorted()).toEqual(before.toSorted());
        expect(await exportLines(files(b))).toEqual(before);
      }),
      { numRuns: 8 },
    );
  });

  it('puts what it imports on its way: taken with what is known of it, a chat in its order', async () => {
    const inChat = (id: number, chat: number, more = {}) => {
      const update = anUpdate(id);
      Object.assign(update.message?.chat ?? {}, { id: chat });
      return {
        kind: 'open',
        id,
        acceptedAt: Date.now() - id,
        failures: 1,
        suspicion: 2,
        note: {},
        update,
        ...more,
      };
    };
    const items = [inChat(1, 7), inChat(2, 7), inChat(3, 8, { note: { progressId: 5 } }), done(4)];
    const buried = { ...inChat(5, 9), kind: 'buried', note: { reason: 'too \0 much' } };
    await importText(place(), exportOf(...items, buried));
    const house = await startHouse();
    const { inbox } = await house.start();
    const taken = await inbox.take(9, soon());
    expect(new Set(idsOf(taken))).toEqual(new Set([1, 3]));
    expect(taken.find(({ update }) => update.update_id === 3)).toMatchObject({
      note: { progressId: 5 },
      failures: 1,
      suspicion: 2,
      isLeftOver: true,
    });
    await inbox.done(1);
    expect(idsOf(await inbox.take(9, soon()))).toEqual([2]);
    expect(await inbox.accept(some(1, 2, 3, 4, 5))).toBe(0);
    expect(await inbox.buried()).toMatchObject([{ updateId: 5, reason: 'too \ufffd much' }]);
    expect(await inbox.retry(5)).toBe(true);
    expect(idsOf(await inbox.take(9, soon()))).toEqual([5]);
  });

  it('buries what it imports without content', async () => {
    await importText(
      place(),
      exportOf({ ...done(1), kind: 'open', failures: 0, suspicion: 0, note: {}, update: null }),
    );
    const house = await startHouse();
    const { inbox } = await house.start();
    await inbox.accept(some(2));
    expect(idsOf(await inbox.take(9, soon()))).toEqual([2]);
    expect(await inbox.buried()).toMatchObject([{ updateId: 1, reason: 'its record is damaged' }]);
  });

  it('exports one moment, while instances go on', async () => {
    const house = await startHouse();
    const { inbox } = await house.start();
    await inbox.accept(some(1, 2));
    await inbox.take(1, soon());
    const database = parts.use(await open());
    using stores = createStores(keepInPostgres(database));
    await stores.links.set('a', 'before');
    const items: unknown[] = [];
    await place().read(
      async (more) => {
        if (items.length === 0) {
          await inbox.accept(some(3));
          await inbox.done(1);
          await stores.links.set('a', 'after');
          await stores.links.set('b', 'after');
        }
        items.push(...more);
      },
      { signal },
    );
    expect(items).toMatchObject([
      { kind: 'open', id: 1 },
      { kind: 'open', id: 2 },
      { kind: 'kept', key: 'a', value: expect.stringContaining('"before"') },
    ]);
    expect(await exportItems(place())).toMatchObject([{ kind: 'done' }, {}, { id: 3 }, {}, { key: 'b' }, {}]);
  });

  it('gives more than it reads at once, and no entry twice', async () => {
    const items = Array.from({ length: 1_001 }, (_, id) => [done(id), entry(`k${id}`)]).flat();
    const added = await importText(place(), exportOf(...items));
    expect(added).toEqual({ open: 0, buried: 0, done: 1_001, kept: 1_001 });
    const found = (await exportItems(place())) as { kind: string; id?: number; key?: string }[];
    expect(new Set(found.map(({ id, key }) => id ?? key)).size).toBe(2_003);
    expect(found).toHaveLength(2_003);
  });

  it('refuses to import while an instance runs, and not because of one that was killed', async () => {
    const database = parts.use(await open());
    {
      const times = { beatMs: 50, deadAfterMs: 10_000 };
      await using _instance = await joinInstances(database, { name: 'errand-2', version: '1', ...times });
      await expect(importText(place(), exportOf(done(1)))).rejects.toThrow(
        'Cannot import into DATABASE_URL: instances run (errand-2): stop them first',
      );
    }
    await base.run(
      `INSERT INTO errand.instances (id, name, version) VALUES (gen_random_uuid(), 'errand-1', '1')`,
    );
    expect(await importText(place(), exportOf(done(1)))).toMatchObject({ done: 1 });
  });

  it('refuses a place that holds something; a merge adds what is missing and leaves the rest', async () => {
    const again = { ...done(1), kind: 'open', failures: 0, suspicion: 0, note: {}, update: anUpdate(1) };
    await importText(place(), exportOf(done(1), entry('a', 'old')));
    const text = exportOf(again, again, done(2), entry('a'), entry('b'));
    await expect(importText(place(), text)).rejects.toThrow('it already holds something; with --merge');
    expect(await importText(place(), text, true)).toEqual({ open: 0, buried: 0, done: 1, kept: 1 });
    const lines = await exportLines(place());
    expect(await importText(place(), text, true)).toEqual({ open: 0, buried: 0, done: 0, kept: 0 });
    expect(await exportLines(place())).toEqual(lines);
    expect(await base.run('SELECT * FROM errand_boss.job')).toEqual([]);
  });

  it.each([
    ['is cut off', (text: string) => text.slice(0, -30), 'Cannot read the export: '],
    [
      'has what Postgres does not take',
      (text: string) => text.replace('k2999', 'k\\u0000'),
      'Cannot import line 6001: ',
    ],
  ])('imports nothing of an export that %s', async (_, spoil, words) => {
    const items = Array.from({ length: 3_000 }, (_, id) => [done(id), entry(`k${id}`)]).flat();
    await expect(importText(place(), spoil(exportOf(...items)))).rejects.toThrow(words);
    expect(await exportItems(place())).toEqual([{ kind: 'end', items: 0 }]);
  });

  it('makes the tables for an import, and finds nothing to export before', async () => {
    const url = await base.createBare();
    await expect(exportText(place(url))).rejects.toThrow(
      'Cannot export from DATABASE_URL: nothing is kept there',
    );
    expect(await base.run(`SELECT to_regnamespace('errand') AS made`, url)).toEqual([{ made: null }]);
    await importText(place(url), exportOf(done(1)));
    expect(await exportItems(place(url))).toMatchObject([{ id: 1 }, {}]);
    await base.run('UPDATE errand.meta SET version = 99', url);
    await expect(exportText(place(url))).rejects.toThrow('has version 99');
    await expect(importText(place(url), exportOf())).rejects.toThrow('has version 99');
  });

  it('stops at once, with nothing done, when it is told to', async () => {
    const stop = new AbortController();
    const chunks = async function* () {
      yield* chunksOf(exportOf(done(1), done(2)));
      stop.abort(new Error('told to stop'));
    };
    const options = { merges: false, signal: stop.signal };
    await expect(place().add(readExport(chunks(), 'x'), options)).rejects.toThrow('told to stop');
    expect(await exportItems(place())).toEqual([{ kind: 'end', items: 0 }]);
  });
});
