// A directory of one bot, exported and imported.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readExport } from '../../src/backup/read-export.ts';
import { SqlitePlace } from '../../src/backup/sqlite-place.ts';
import { claimDataDirectory } from '../../src/store/data-directory.ts';
import fc from '../properties.ts';
import { idsOf, signal as soon, some } from '../work/inbox-stage.ts';
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
  live,
  toUpdate,
} from './places.ts';

let home: Awaited<ReturnType<typeof aDirectory>>;
let from: string;
let to: string;
beforeEach(async () => {
  home = await aDirectory();
  from = join(home.path, 'from');
  to = join(home.path, 'to');
  await mkdir(from);
});
afterEach(() => home.remove());

const place = (directory: string) => new SqlitePlace(directory);

/** Changes rows of a directory that nobody uses. */
function change(directory: string, file: string, statement: string): void {
  using database = new DatabaseSync(join(directory, file));
  database.exec(statement);
}

const done = (id: number) => ({ kind: 'done', id, acceptedAt: Date.now() });
const entry = (key: string, value = 'v') => ({ kind: 'kept', namespace: 'links', key, value });

describe('SqlitePlace', () => {
  it('gives an import everything that the export had, whatever people wrote', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(aLife(), async (life) => {
        const [a, b] = [join(home.path, `a${++run}`), join(home.path, `b${run}`)];
        await mkdir(a);
        await leadLife(a, life);
        const text = await exportText(place(a));
        await importText(place(b), text);
        expect(await exportLines(place(b))).toEqual(text.split('\n').slice(1));
        await using after = live(b);
        const open = life.updates.filter(({ fate }) => !['done', 'buried'].includes(fate));
        const taken = open.length === 0 ? [] : await after.inbox.take(100, soon());
        expect(new Map(taken.map(({ update }) => [update.update_id, update]))).toEqual(
          new Map(open.map((one) => [one.id, JSON.parse(JSON.stringify(toUpdate(one)))])),
        );
        expect(await after.inbox.accept(life.updates.map(toUpdate))).toBe(0);
      }),
      { numRuns: 12 },
    );
  });

  it('keeps what is known of each update, and what the stores hold', async () => {
    {
      await using life = live(from);
      await life.inbox.accept(some(1, 2, 3, 4));
      await life.inbox.note(1, { progressId: 11 });
      await life.inbox.release(2, { hasFailed: true });
      await life.inbox.done(3);
      await life.inbox.bury(4, 'too \0 much \ud800');
      await life.stores.people.set('7', { language: 'ru' });
    }
    await importText(place(to), await exportText(place(from)));
    await using life = live(to);
    const taken = await life.inbox.take(9, soon());
    expect(taken.map(({ note, failures, isLeftOver }) => ({ note, failures, isLeftOver }))).toEqual([
      { note: { progressId: 11 }, failures: 0, isLeftOver: true },
      { note: {}, failures: 1, isLeftOver: true },
    ]);
    expect(await life.inbox.buried()).toMatchObject([{ updateId: 4, reason: 'too \ufffd much \ufffd' }]);
    expect(await life.inbox.retry(4)).toBe(true);
    expect(idsOf(await life.inbox.take(9, soon()))).toEqual([4]);
    expect(await life.stores.people.get('7')).toEqual({ language: 'ru' });
  });

  it('leaves out what is over', async () => {
    const hour = 3_600_000;
    await importText(
      place(from),
      exportOf(
        { ...done(1), acceptedAt: Date.now() - 27 * hour },
        { ...done(2), acceptedAt: Date.now() - 25 * hour },
        { ...entry('over'), expires: Date.now() - 1 },
        { ...entry('young'), expires: Date.now() + hour },
      ),
    );
    const items = (await exportItems(place(from))) as { id?: number; key?: string }[];
    expect(items.map(({ id, key }) => id ?? key)).toEqual([2, 'young', undefined]);
  });

  it('suspects what was open when the bot ended without a word, as its next start would', async () => {
    {
      await using life = live(from);
      await life.inbox.accept(some(1, 2));
      await life.inbox.begin(2);
      await life.stores.links.set('a', 'b');
    }
    change(from, 'inbox.sqlite', 'UPDATE run SET ended_well = 0');
    // Twice: an export is no start.
    for (let time = 1; time <= 2; time++) {
      expect(await exportItems(place(from))).toMatchObject([{ suspicion: 1 }, { suspicion: 5 }, {}, {}]);
    }
  });

  it.each([
    ['content', 'body = substr(body, 1, 20)'],
    ['note', "note = '{'"],
  ])('exports an update whose %s is damaged without its content, which buries it', async (_, damage) => {
    {
      await using life = live(from);
      await life.inbox.accept(some(1, 2));
    }
    change(from, 'inbox.sqlite', `UPDATE updates SET ${damage} WHERE id = 1`);
    await importText(place(to), await exportText(place(from)));
    await using life = live(to);
    expect(idsOf(await life.inbox.take(9, soon()))).toEqual([2]);
    expect(await life.inbox.buried()).toMatchObject([{ updateId: 1, reason: 'its record is damaged' }]);
  });

  it('refuses a directory that the bot uses, and one where nothing is kept', async () => {
    await expect(exportText(place(to))).rejects.toThrow(
      `Cannot export from DATA_DIR "${to}": nothing is kept there`,
    );
    using _bot = await claimDataDirectory(to);
    await expect(importText(place(to), exportOf())).rejects.toThrow('another process uses it');
    await leadLife(from, { updates: [], entries: [] });
    using _other = await claimDataDirectory(from);
    await expect(exportText(place(from))).rejects.toThrow('another process uses it');
  });

  it('refuses a place that holds something; a merge adds what is missing and leaves the rest', async () => {
    await importText(place(to), exportOf(done(1), entry('a', 'old')));
    const text = exportOf(
      { ...done(1), kind: 'open', failures: 0, suspicion: 0, note: {}, update: null },
      entry('a'),
      entry('b'),
    );
    await expect(importText(place(to), text)).rejects.toThrow('it already holds something; with --merge');
    expect(await importText(place(to), text, true)).toEqual({ open: 0, buried: 0, done: 0, kept: 1 });
    const lines = await exportLines(place(to));
    expect(await importText(place(to), text, true)).toMatchObject({ kept: 0 });
    expect(await exportLines(place(to))).toEqual(lines);
    expect(lines.map((line) => line && (JSON.parse(line) as unknown))).toMatchObject([
      { kind: 'done', id: 1 },
      { key: 'a', value: 'old' },
      { key: 'b' },
      {},
      '',
    ]);
  });

  it('imports nothing of an export with a mistake in its last line', async () => {
    const many = Array.from({ length: 3_000 }, (_, id) => done(id));
    const text = exportOf(...many, entry('a')).replace(/"items":\d+/, '"items":5');
    await expect(importText(place(to), text)).rejects.toThrow('line 3003: it ends after 3001 items, of 5');
    expect(await exportItems(place(to))).toEqual([{ kind: 'end', items: 0 }]);
  });

  it('leaves files that the bot opens as ever', async () => {
    await importText(place(to), exportOf(done(1), entry('a')));
    await using _life = live(to);
    using database = new DatabaseSync(join(to, 'state.sqlite'));
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  });

  it('stops at once, with nothing done, when it is told to', async () => {
    const stop = new AbortController();
    const text = exportOf(...Array.from({ length: 100 }, (_, id) => done(id)));
    const chunks = async function* () {
      yield* chunksOf(text.slice(0, -20));
      stop.abort(new Error('told to stop'));
      yield* chunksOf(text.slice(-20));
    };
    const options = { merges: false, signal: stop.signal };
    await expect(place(to).add(readExport(chunks(), 'x'), options)).rejects.toThrow('told to stop');
    expect(await exportItems(place(to))).toEqual([{ kind: 'end', items: 0 }]);
    const reading = place(to).read(async () => {}, { signal: stop.signal });
    await expect(reading).rejects.toThrow('told to stop');
  });
});
