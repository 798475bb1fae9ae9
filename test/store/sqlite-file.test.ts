// A SQLite file that is kept: its versions, its locks, and what is left of it after damage.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteFile } from '../../src/store/sqlite-file.ts';
import type { Damage, SqliteFileOptions } from '../../src/store/sqlite-file.ts';
import fc from '../properties.ts';

const pageBytes = 4096;
const rows = 500;
const first = 'CREATE TABLE IF NOT EXISTS word (id INTEGER PRIMARY KEY, text TEXT NOT NULL)';
const second = "ALTER TABLE word ADD COLUMN language TEXT NOT NULL DEFAULT 'en'";

let home: Awaited<ReturnType<typeof mkdtempDisposable>>;
let path: string;
let damages: Damage[];
beforeEach(async () => {
  home = await mkdtempDisposable(join(tmpdir(), 'errand-sqlite-'));
  path = join(home.path, 'words.sqlite');
  damages = [];
});
afterEach(() => home.remove());

function open(options: Partial<SqliteFileOptions> = {}): DatabaseSync {
  return openSqliteFile({
    path,
    migrations: [first],
    rescue: [{ table: 'word', key: ['id'] }],
    onDamage: (damage) => damages.push(damage),
    ...options,
  });
}

/** Makes a file of some ten pages, closed well. */
function make(at = path): void {
  using database = open({ path: at });
  const insert = database.prepare('INSERT INTO word (id, text) VALUES (?, ?)');
  database.exec('BEGIN');
  for (let id = 1; id <= rows; id++) insert.run(id, `${id} `.padEnd(60, 'x'));
  database.exec('COMMIT');
}

/** Makes the same file as a killed process leaves it: with three more rows, which are in the log only. */
function makeKilled(): void {
  const other = join(home.path, 'other.sqlite');
  make(other);
  using database = open({ path: other });
  for (const id of [1001, 1002, 1003]) database.exec(`INSERT INTO word VALUES (${id}, 'in the log')`);
  for (const suffix of ['', '-wal']) copyFileSync(other + suffix, path + suffix);
}

function damage(offset: number, bytes: Uint8Array): void {
  const content = readFileSync(path);
  content.set(bytes, offset);
  writeFileSync(path, content);
}

const garbage = (length: number) => Buffer.alloc(length, 'garbage ');
const ids = (database: DatabaseSync) =>
  database
    .prepare('SELECT id FROM word ORDER BY id')
    .all()
    .map(({ id }) => Number(id));
const valueOf = (database: DatabaseSync, pragma: string) =>
  Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];

describe('openSqliteFile', () => {
  it('makes a file of the newest version in WAL mode, and opens it again with all that is in it', () => {
    make();
    using database = open();
    expect(ids(database)).toHaveLength(rows);
    expect(valueOf(database, 'journal_mode')).toBe('wal');
    expect(valueOf(database, 'user_version')).toBe(1);
    expect(damages).toEqual([]);
  });

  it('opens a database in memory', () => {
    using database = open({ path: ':memory:' });
    database.exec("INSERT INTO word VALUES (1, 'one')");
    expect(readdirSync(home.path)).toEqual([]);
  });

  it('brings an older file up to date, also one from before there were versions', () => {
    {
      using old = new DatabaseSync(path);
      old.exec(`${first}; INSERT INTO word VALUES (1, 'one')`);
    }
    using database = open({ migrations: [first, second] });
    expect(valueOf(database, 'user_version')).toBe(2);
    expect(database.prepare('SELECT * FROM word').all()).toEqual([{ id: 1, text: 'one', language: 'en' }]);
  });

  it('leaves an older file as it was when a migration fails', () => {
    make();
    expect(() => open({ migrations: [first, second, 'CREATE nonsense'] })).toThrow(/syntax error/);
    using database = open();
    expect(valueOf(database, 'user_version')).toBe(1);
    expect(database.prepare('SELECT * FROM word LIMIT 1').get()).not.toHaveProperty('language');
  });

  it('refuses a file of a newer program, naming both versions, and leaves it alone even when it looks damaged', () => {
    open({ migrations: [first, second] }).close();
    damage(pageBytes, garbage(pageBytes));
    const before = readFileSync(path);
    expect(() => open()).toThrow(
      `Cannot open "${path}": it has version 2, this program knows 1: start a newer one`,
    );
    expect(readFileSync(path)).toEqual(before);
    expect(damages).toEqual([]);
  });

  it('says where it cannot make a file', () => {
    const nowhere = join(home.path, 'none', 'words.sqlite');
    expect(() => open({ path: nowhere })).toThrow(`Cannot open "${nowhere}": unable to open database file`);
  });
});

describe('openSqliteFile, exclusive', () => {
  it('keeps another connection out until it is closed', () => {
    {
      using _mine = open({ exclusive: true });
      expect(() => open({ exclusive: true })).toThrow(`Cannot open "${path}": another process uses it`);
    }
    open({ exclusive: true }).close();
  });

  it('keeps another process out until it is killed, and then opens what that one had written', async () => {
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { DatabaseSync } from 'node:sqlite';
      const database = new DatabaseSync(${JSON.stringify(path)});
      database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; ${first}; INSERT INTO word VALUES (1, 'one')");
      console.log('held');
      setInterval(() => {}, 1000);`,
    ]);
    await once(holder.stdout, 'data');
    expect(() => open({ exclusive: true })).toThrow(`Cannot open "${path}": another process uses it`);
    holder.kill('SIGKILL');
    await once(holder, 'close');
    using database = open({ exclusive: true });
    expect(ids(database)).toEqual([1]);
    expect(damages).toEqual([]);
  });
});

describe.each([{ exclusive: false }, { exclusive: true }])('A damaged file, %o', ({ exclusive }) => {
  /** Opens what `path` is now, and checks that it was set aside with its bytes unchanged. */
  function expectSetAside(): DatabaseSync {
    const had = ['', '-wal'].filter((suffix) => existsSync(path + suffix));
    const before = had.map((suffix) => readFileSync(path + suffix));
    const database = open({ exclusive });
    expect(damages).toHaveLength(1);
    const [{ setAside } = { setAside: '' }] = damages;
    expect(setAside).toMatch(/\/words\.damaged-\d{4}-\d\d-\d\dT\d{6}\.\d{3}Z\.sqlite$/);
    expect(had.map((suffix) => readFileSync(setAside + suffix))).toEqual(before);
    expect(valueOf(database, 'quick_check')).toBe('ok');
    return database;
  }

  it.each([
    ['whose header is overwritten', () => damage(0, garbage(100)), 'file is not a database'],
    ['that is no database', () => writeFileSync(path, 'hello'), 'file is not a database'],
  ])('%s is set aside, and an empty one takes its place', (_, harm, reason) => {
    make();
    harm();
    using database = expectSetAside();
    expect(ids(database)).toEqual([]);
    expect(damages).toMatchObject([{ reason, rescuedRows: 0 }]);
  });

  it('with a damaged page is set aside, and the rows on both sides of the page are rescued', () => {
    make();
    damage(6 * pageBytes, garbage(pageBytes));
    using database = expectSetAside();
    const rescued = ids(database);
    expect(rescued.at(0)).toBe(1);
    expect(rescued.at(-1)).toBe(rows);
    // A page holds some sixty rows.
    expect(rescued.length).toBeGreaterThan(rows - 70);
    expect(rescued.length).toBeLessThan(rows);
    expect(damages[0]?.rescuedRows).toBe(rescued.length);
    database.exec("INSERT INTO word VALUES (1000, 'goes on')");
  });

  it('that was cut off is set aside, and the rows before the cut are rescued', () => {
    make();
    truncateSync(path, 5 * pageBytes + 10);
    using database = expectSetAside();
    const rescued = ids(database);
    expect(rescued.length).toBeGreaterThan(100);
    expect(rescued).toEqual(rescued.map((_, index) => index + 1));
    expect(damages).toMatchObject([{ reason: 'database disk image is malformed' }]);
  });

  it('is set aside together with its log, whose rows are rescued too', () => {
    makeKilled();
    damage(6 * pageBytes, garbage(pageBytes));
    using database = expectSetAside();
    expect(ids(database).slice(-4)).toEqual([rows, 1001, 1002, 1003]);
  });

  it('that is empty beside its log is set aside with the log, which opening it would delete', () => {
    makeKilled();
    truncateSync(path, 0);
    using database = expectSetAside();
    expect(ids(database)).toEqual([]);
    expect(damages).toMatchObject([{ reason: 'the file is empty beside its log' }]);
  });

  it('of an older version gives its rows to a file of the newest', () => {
    make();
    damage(6 * pageBytes, garbage(pageBytes));
    using database = open({ exclusive, migrations: [first, second] });
    expect(database.prepare('SELECT language FROM word WHERE id = 1').get()).toEqual({ language: 'en' });
    expect(valueOf(database, 'user_version')).toBe(2);
  });

  it('is none when its log was cut off: all but the last transaction is there', () => {
    makeKilled();
    truncateSync(`${path}-wal`, statSync(`${path}-wal`).size - 2_000);
    using database = open({ exclusive });
    expect(ids(database).slice(-3)).toEqual([rows, 1001, 1002]);
    expect(damages).toEqual([]);
  });
});

describe('A file that is being replaced', () => {
  it('is replaced at the next start when the process was killed before', () => {
    make();
    writeFileSync(`${path}.rescued`, 'half a fi');
    writeFileSync(`${path}.rescued-journal`, 'half a journal');
    damage(6 * pageBytes, garbage(pageBytes));
    using database = open();
    expect(ids(database).at(-1)).toBe(rows);
    expect(damages).toHaveLength(1);
    expect(existsSync(`${path}.rescued`)).toBe(false);
  });

  it('is what was rescued when the process was killed while it exchanged the two', () => {
    make();
    renameSync(path, `${path}.rescued`);
    using database = open();
    expect(ids(database)).toHaveLength(rows);
    expect(damages).toEqual([]);
  });

  it('stays where it is when another one cannot be made', () => {
    make();
    damage(6 * pageBytes, garbage(pageBytes));
    mkdirSync(`${path}.rescued`);
    const before = readFileSync(path);
    expect(() => open()).toThrow(`Cannot open "${path}"`);
    expect(readFileSync(path)).toEqual(before);
    expect(damages).toEqual([]);
  });

  it('always ends in an open file, whatever page was overwritten with whatever bytes', () => {
    make();
    const whole = readFileSync(path);
    const pages = whole.length / pageBytes;
    const harm = fc.record({
      page: fc.integer({ min: 1, max: pages - 1 }),
      at: fc.integer({ min: 0, max: pageBytes - 64 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    });
    fc.assert(
      fc.property(harm, ({ page, at, bytes }) => {
        writeFileSync(path, whole);
        damage(page * pageBytes + at, bytes);
        using database = open();
        expect(valueOf(database, 'quick_check')).toBe('ok');
        expect(ids(database).length).toBeLessThanOrEqual(rows);
      }),
      { numRuns: 30 },
    );
  });
});
