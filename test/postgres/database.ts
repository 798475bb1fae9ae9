// A database for the tests of one file, on the server of the whole run, and a line to it that can be cut.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, inject } from 'vitest';
import { openDatabase } from '../../src/postgres/database.ts';
import type { Database } from '../../src/postgres/database.ts';
import { template } from './global.ts';
import { openLine } from './line.ts';
import type { Line } from './line.ts';
import { run } from './server.ts';

/** The database of a test file. */
export interface Base {
  /** Its address. */
  readonly url: string;
  /** The way that `openEmpty` goes. */
  readonly line: Line;
  /** Takes everything out of the tables. */
  empty(): Promise<void>;
  /** Empties the tables, and opens the database over the line. */
  openEmpty(): Promise<Database & { url: string }>;
  /** Makes another database, without a table of ours, and gives its address. */
  createBare(): Promise<string>;
  /** Runs statements as the server's owner, by default in this database. */
  run(statements: string, url?: string): Promise<Record<string, unknown>[]>;
}

const emptied = `
  DELETE FROM errand.updates; DELETE FROM errand.instances; DELETE FROM errand.leases; DELETE FROM errand.holds;
  DELETE FROM errand.kept; DELETE FROM errand_boss.job;
`;

/** Makes a database with the tables in it for the tests of this file. */
export function usePostgres(): Base {
  const server = inject('postgresUrl');
  const made: string[] = [];
  const create = async (from?: string) => {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    await run(server, `CREATE DATABASE ${name} ${from ? `TEMPLATE ${from}` : ''}`);
    made.push(name);
    return Object.assign(new URL(server), { pathname: name }).href;
  };
  let url = '';
  let line: Line;
  beforeAll(async () => {
    url = await create(template);
    line = await openLine(url);
  });
  afterAll(async () => {
    await line[Symbol.asyncDispose]();
    for (const name of made) await run(server, `DROP DATABASE ${name} WITH (FORCE)`);
  });
  const empty = async () => void (await run(url, emptied));
  return {
    get url() {
      return url;
    },
    get line() {
      return line;
    },
    empty,
    async openEmpty() {
      await empty();
      return Object.assign(await openDatabase(line.url), { url: line.url });
    },
    createBare: () => create(),
    run: (statements, at = url) => run(at, statements),
  };
}

/** Waits until an idempotent check no longer throws, as a client does that comes back after an outage. */
export async function eventually<T>(check: () => Promise<T>): Promise<T> {
  const until = performance.now() + 10_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
