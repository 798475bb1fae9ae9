// The way to Postgres: what an outage does to it, and in which words it says why it cannot be used.

import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setPace } from '../../src/async/clock.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { DatabaseError } from '../../src/postgres/failure.ts';
import { eventually } from './database.ts';
import { freePort, password, run, startServer } from './server.ts';
import type { Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Why the database at an address cannot be opened. */
async function refusalOf(url: string, waitMs = 0): Promise<DatabaseError> {
  const error = await openDatabase(url, { waitMs }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(DatabaseError);
  return error as DatabaseError;
}

/** A server that takes connections and never says a word. */
async function muteServer() {
  const sockets: Socket[] = [];
  const listening = createServer((socket) => sockets.push(socket));
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return {
    url: `postgres://a:b@127.0.0.1:${port}/c`,
    listening,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      listening.close();
      await once(listening, 'close');
    },
  };
}

describe('openDatabase', () => {
  it.each([
    ['a wrong password', () => server.url().replace('pa55', 'other'), /wrong user name or password/],
    ['a user that there is not', () => server.url().replace('postgres:pa', 'nobody:pa'), /wrong user name/],
    ['no password', () => server.url().replace(/:pa55[^@]*/, ''), /password/],
    ['no such database', () => server.url('absent'), /no such database/],
    ['TLS that the server has not', () => `${server.url()}?sslmode=verify-full`, /no TLS/],
    ['a certificate that is not there', () => `${server.url()}?sslrootcert=/absent.pem`, /absent\.pem/],
  ])('says at once what to mend: %s', async (_what, url, words) => {
    const error = await refusalOf(url(), 60_000);
    expect(error.message).toMatch(words);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/pa55|w(?:ö|%C3%B6)rd/);
  });

  it.each(['', 'x', 'http://u:pa55@h/d', 'postgres://u:pa55@h:port/d', 'postgres:/%', 'u:pa55@h/d'])(
    'refuses %j, which is no address of a Postgres, without repeating it',
    async (url) => {
      const error = await refusalOf(url);
      expect(error.message).toMatch(/^Cannot (?:read DATABASE_URL|use the database): /);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('pa55');
    },
  );

  it.each([
    ['nobody listens there', async () => `postgres://u:p@127.0.0.1:${await freePort()}/d`, /refused/],
    ['the host has no address', async () => 'postgres://u:p@absent.invalid/d', /host not found/],
  ])('waits as long as it may, saying so before each pause: %s', async (_what, url, words) => {
    const told: string[] = [];
    const failing = openDatabase(await url(), { waitMs: 600, onWaiting: (line) => told.push(line) });
    await expect(failing).rejects.toThrow(words);
    await expect(failing).rejects.toThrow(/^Cannot use the database: /);
    expect(told.length).toBeGreaterThan(1);
    for (const line of told) expect(line).toMatch(/^Cannot reach the database: .*; trying for another \d s$/);
  });

  it('opens as soon as the server is there', async () => {
    await server.stop();
    await using database = await openDatabase(server.url(), {
      onWaiting: () => void server.start().catch(() => {}),
    });
    expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('gives up at once when it is told to, in a pause and beside a server that says nothing', async () => {
    const reason = new Error('stop');
    const pausing = new AbortController();
    const refused = openDatabase(`postgres://u:p@127.0.0.1:${await freePort()}/d`, {
      signal: pausing.signal,
      onWaiting: () => pausing.abort(reason),
    });
    await expect(refused).rejects.toBe(reason);

    await using mute = await muteServer();
    const asking = new AbortController();
    const waiting = openDatabase(mute.url, { signal: asking.signal });
    const [socket] = (await once(mute.listening, 'connection')) as [Socket];
    socket.resume();
    asking.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    if (!socket.closed) await once(socket, 'close');
  });
});

describe('Database', () => {
  it('reads whole numbers as numbers, and plans without nested loops beside options of the address', async () => {
    const url = `${server.url()}?options=${encodeURIComponent('-c work_mem=5MB')}`;
    await using database = await openDatabase(url);
    const { rows } = await database.query('SELECT count(*) AS n, $1::bigint AS id', [2 ** 40]);
    expect(rows).toEqual([{ n: 1, id: 2 ** 40 }]);
    expect((await database.query('SHOW enable_nestloop')).rows).toEqual([{ enable_nestloop: 'off' }]);
    expect((await database.query('SHOW work_mem')).rows).toEqual([{ work_mem: '5MB' }]);
  });

  it('keeps all of a transaction, or nothing when its work rejects or a statement failed', async () => {
    await using database = await openDatabase(server.url());
    await database.query('CREATE TABLE t (n int UNIQUE)');
    const kept = async () => (await database.query('SELECT n FROM t ORDER BY n')).rows.map(({ n }) => n);
    const insert = 'INSERT INTO t VALUES ($1)';

    expect(await database.transaction(async (tx) => (await tx.query(insert, [1])).rowCount)).toBe(1);
    const failure = new Error('of ours');
    const failing = database.transaction(async (tx) => {
      await tx.query(insert, [2]);
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    const swallowing = database.transaction(async (tx) => {
      await tx.query(insert, [3]);
      await tx.query(insert, [1]).catch(() => {});
    });
    await expect(swallowing).rejects.toThrow(/a statement of the transaction failed/);
    expect(await kept()).toEqual([1]);
  });

  it('lives through a restart of the server, in the middle of a transaction too', async () => {
    const troubles: Error[] = [];
    await using database = await openDatabase(server.url(), { onTrouble: (error) => troubles.push(error) });
    await Promise.all([1, 2, 3].map(() => database.query('SELECT pg_sleep(0.01)')));
    const broken = database.transaction(async (tx) => {
      await tx.query('SELECT 1');
      await server.restart();
      await tx.query('SELECT 2');
    });
    await expect(broken).rejects.toThrow(/connection/i);
    const { rows } = await eventually(() => database.query('SELECT 3 AS n'));
    expect(rows).toEqual([{ n: 3 }]);
    expect(troubles.length).toBeGreaterThan(0);
    expect(inspect(troubles, { depth: 9 })).not.toContain(password);
  });

  it('closes although a statement is under way, twice without harm, and leaves no connection', async () => {
    const database = await openDatabase(server.url());
    const slow = database.query('SELECT pg_sleep(60)').catch((error: unknown) => error);
    await eventually(async () => {
      expect(
        await run(server.url(), `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%sleep(60)'`),
      ).not.toEqual([]);
    });
    // The second that it may take is shorter here.
    setPace(10);
    await Promise.all([database[Symbol.asyncDispose](), database[Symbol.asyncDispose]()]);
    setPace(1);
    expect(await slow).toBeInstanceOf(Error);
    await expect(database.query('SELECT 1')).rejects.toThrow(/end/);
    await eventually(async () => {
      const left = await run(
        server.url(),
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'errand' AND state <> 'active'`,
      );
      expect(left).toEqual([]);
    });
  });
});
