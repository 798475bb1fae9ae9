// The inbox in a SQLite file: the contract, and what only a file can go wrong with.

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSqliteInbox } from '../../src/work/inbox-sqlite.ts';
import { anUpdate, describeInbox } from './inbox-contract.ts';
import type { Place } from './inbox-contract.ts';

interface FilePlace extends Place {
  readonly path: string;
}

async function createPlace(): Promise<FilePlace> {
  const directory = await mkdtemp(join(tmpdir(), 'errand-inbox-'));
  const path = join(directory, 'inbox.sqlite');
  return {
    path,
    open: () => openSqliteInbox(path),
    refuseWrites() {
      limitFileSize('0');
      return { [Symbol.dispose]: () => limitFileSize('unlimited') };
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

/** Sets how large a file this process may write, in bytes: beyond it every write fails (setrlimit, RLIMIT_FSIZE). */
function limitFileSize(limit: string): void {
  execFileSync('prlimit', ['--pid', `${process.pid}`, `--fsize=${limit}:`]);
}

describeInbox('SqliteInbox', createPlace);

describe('openSqliteInbox', () => {
  let place: FilePlace;
  beforeEach(async () => {
    place = await createPlace();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await place[Symbol.asyncDispose]();
  });

  it('throws while another opener has the file, and opens it when that has closed', async () => {
    const first = await place.open();
    await first.accept([anUpdate(1)]);
    expect(() => openSqliteInbox(place.path)).toThrow(/locked/);
    await first.accept([anUpdate(2)]);
    await first[Symbol.asyncDispose]();
    await using second = openSqliteInbox(place.path);
    expect(await second.open()).toHaveLength(2);
  });

  it('throws when the file is no database', () => {
    expect(() => openSqliteInbox(import.meta.filename)).toThrow(/not a database/);
  });

  // Some failures of SQLite end the statement, others, such as a full disk, end the transaction by themselves.
  it.each(['ABORT', 'ROLLBACK'])(
    'accepts nothing of a batch that fails in the middle with %s',
    async (failure) => {
      await (await place.open())[Symbol.asyncDispose]();
      const database = new DatabaseSync(place.path);
      database.exec(`
      CREATE TRIGGER refuse BEFORE INSERT ON updates WHEN new.id = 3
      BEGIN SELECT RAISE(${failure}, 'no room for the third'); END
    `);
      database.close();

      const first = await place.open();
      await expect(first.accept([1, 2, 3, 4].map(anUpdate))).rejects.toThrow('no room for the third');
      expect(first.state().open).toBe(0);
      expect(await first.accept([anUpdate(5)])).toHaveLength(1);
      await first[Symbol.asyncDispose]();
      await using second = await place.open();
      expect((await second.open()).map(({ update }) => update.update_id)).toEqual([5]);
    },
  );

  it('remembers what ended for longer than Telegram delivers it again, and not for ever', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const hour = 60 * 60 * 1000;
    const isNewAfter = async (ms: number) => {
      vi.setSystemTime(Date.now() + ms);
      await using inbox = await place.open();
      await inbox.open();
      return (await inbox.accept([anUpdate(1)])).length > 0;
    };
    {
      await using inbox = await place.open();
      await inbox.accept([anUpdate(1)]);
      await inbox.done(1);
    }
    expect(await isNewAfter(25 * hour)).toBe(false);
    expect(await isNewAfter(2 * hour)).toBe(true);
  });

  it('keeps nothing open that is noted in the moment when it ends', async () => {
    await using inbox = await place.open();
    await inbox.accept([1, 2, 3].map(anUpdate));
    const ends = [
      inbox.note(1, { answerId: 60 }),
      inbox.done(1),
      inbox.done(2),
      inbox.note(2, { answerId: 61 }),
    ];
    await Promise.all([...ends, inbox.note(3, { progressId: 50 }), inbox.bury(3, 'three attempts')]);
    expect(await inbox.open()).toEqual([]);
  });

  it('keeps what is open however old it is', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    {
      await using inbox = await place.open();
      await inbox.accept([anUpdate(1)]);
    }
    vi.setSystemTime(Date.now() + 1_000 * 60 * 60 * 1000);
    await using inbox = await place.open();
    expect(await inbox.open()).toHaveLength(1);
  });

  it('keeps the content and the reason of what was buried, and not the content of what is done', async () => {
    {
      await using inbox = await place.open();
      await inbox.accept([1, 2].map(anUpdate));
      await inbox.done(1);
      await inbox.bury(2, 'three attempts');
    }
    using database = new DatabaseSync(place.path);
    const rows = database.prepare('SELECT id, state, note, body FROM updates ORDER BY id').all();
    expect(rows).toMatchObject([
      { id: 1, state: 'done', body: null },
      { id: 2, state: 'buried', note: '{"reason":"three attempts"}', body: JSON.stringify(anUpdate(2)) },
    ]);
  });
});
