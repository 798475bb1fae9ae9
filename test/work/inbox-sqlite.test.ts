// The inbox in a SQLite file: the contract, and what only a file can go wrong with.

import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Damage } from '../../src/store/sqlite-file.ts';
import { openSqliteInbox } from '../../src/work/inbox-sqlite.ts';
import { inboxMigrations } from '../../src/work/inbox-statements.ts';
import { describeInbox } from './inbox-contract.ts';
import { anUpdate, idsOf, signal } from './inbox-stage.ts';
import type { Place } from './inbox-stage.ts';

interface FilePlace extends Place {
  readonly path: string;
}

async function createPlace(): Promise<FilePlace> {
  const directory = await mkdtemp(join(tmpdir(), 'errand-inbox-'));
  const path = join(directory, 'inbox.sqlite');
  const files = ['', '-wal'].map((end) => `${path}${end}`);
  return {
    path,
    many: 1_001,
    countsWaiting: true,
    open: () => openSqliteInbox(path),
    async crash(inbox) {
      // What is written at this moment is all that a killed process leaves.
      const left = await Promise.all(files.map((file) => readFile(file)));
      await inbox[Symbol.asyncDispose]();
      await Promise.all(files.map((file, i) => writeFile(file, left[i] ?? '')));
    },
    refuseWrites() {
      limitFileSize('0');
      return { [Symbol.dispose]: () => limitFileSize('unlimited') };
    },
    async damage(updateId) {
      using database = new DatabaseSync(path);
      database.prepare(`UPDATE updates SET body = '{"update_id":' WHERE id = ?`).run(updateId);
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
    expect(() => openSqliteInbox(place.path)).toThrow(/another process uses it/);
    await first.accept([anUpdate(2)]);
    await first[Symbol.asyncDispose]();
    await using second = openSqliteInbox(place.path);
    expect(second.state().open).toBe(2);
  });

  it('sets a file aside that is no database, and says so', async () => {
    await writeFile(place.path, 'no database at all '.repeat(100));
    const onDamage = vi.fn<(damage: Damage) => void>();
    await using inbox = openSqliteInbox(place.path, { onDamage });
    expect(onDamage).toHaveBeenCalledOnce();
    expect(await readFile(onDamage.mock.calls[0]?.[0].setAside ?? '', 'utf8')).toContain('no database');
    expect(await inbox.accept([anUpdate(1)])).toBe(1);
  });

  it('goes on with what was open in the file of its first version', async () => {
    {
      using database = new DatabaseSync(place.path);
      database.exec(inboxMigrations[0] ?? '');
      const insert = database.prepare(
        'INSERT INTO updates (id, accepted_at, attempts, body) VALUES (?, 1, 1, ?)',
      );
      insert.run(7, JSON.stringify(anUpdate(7)));
    }
    await using inbox = await place.open();
    expect(await inbox.take(9, signal())).toMatchObject([
      { update: anUpdate(7), failures: 0, suspicion: 0, isLeftOver: true },
    ]);
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
      expect(await first.accept([anUpdate(5)])).toBe(1);
      await first[Symbol.asyncDispose]();
      await using second = await place.open();
      expect(idsOf(await second.take(9, signal()))).toEqual([5]);
    },
  );

  it('remembers what is done for longer than Telegram delivers it again, and not for ever', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const hour = 60 * 60 * 1000;
    const newAfter = async (ms: number) => {
      vi.setSystemTime(Date.now() + ms);
      await using inbox = await place.open();
      return await inbox.accept([anUpdate(1)]);
    };
    {
      await using inbox = await place.open();
      await inbox.accept([anUpdate(1)]);
      await inbox.done(1);
    }
    expect(await newAfter(25 * hour)).toBe(0);
    expect(await newAfter(2 * hour)).toBe(1);
  });

  it('writes marks by itself that could not be written, once they can be', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const inbox = await place.open();
    await inbox.accept([anUpdate(1)]);
    {
      using _full = place.refuseWrites() as Disposable;
      await expect(inbox.done(1)).rejects.toThrow();
      await vi.advanceTimersByTimeAsync(3_000);
    }
    await vi.advanceTimersByTimeAsync(1_500);
    await place.crash(inbox);
    await using next = await place.open();
    expect(next.state().open).toBe(0);
  });

  it('keeps what was buried for a month', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const day = 24 * 60 * 60 * 1000;
    const buriedAfter = async (ms: number) => {
      vi.setSystemTime(Date.now() + ms);
      await using inbox = await place.open();
      return await inbox.buried();
    };
    {
      await using inbox = await place.open();
      await inbox.accept([anUpdate(1)]);
      await inbox.bury(1, 'three attempts');
    }
    expect(await buriedAfter(29 * day)).toHaveLength(1);
    expect(await buriedAfter(2 * day)).toEqual([]);
  });

  it('keeps what was buried and cannot be read where it is, also when it is to be tried again', async () => {
    {
      await using inbox = await place.open();
      await inbox.accept([anUpdate(1)]);
      await inbox.bury(1, 'three attempts');
    }
    await place.damage(1);
    await using inbox = await place.open();
    await expect(inbox.retry(1)).rejects.toThrow('its record is damaged');
    expect(await inbox.buried()).toHaveLength(1);
    expect(inbox.state().open).toBe(0);
  });

  it('takes what was accepted later than now for accepted now: the clock was set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    {
      await using inbox = await place.open();
      await inbox.accept([anUpdate(1)]);
    }
    vi.setSystemTime(Date.now() - 2 * 60 * 60 * 1000);
    await using inbox = await place.open();
    expect(await inbox.take(1, signal())).toMatchObject([{ acceptedAt: Date.now() }]);
  });

  it('keeps what is open however old it is', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    {
      await using inbox = await place.open();
      await inbox.accept([anUpdate(1)]);
    }
    vi.setSystemTime(Date.now() + 1_000 * 60 * 60 * 1000);
    await using inbox = await place.open();
    expect(inbox.state().open).toBe(1);
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
