// Instances of one bot: processes that share a database, between one Bot API and one site.

import { randomUUID } from 'node:crypto';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';
import { sleep } from '../src/async/sleep.ts';
import type { Emulator, Person } from '../src/emulator/contract.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { template } from './postgres/global.ts';
import { eventually } from './postgres/database.ts';
import { run } from './postgres/server.ts';
import { startProcess } from './process.ts';
import type { BotProcess } from './process.ts';
import { identify } from './stopping.ts';
import { startSite } from './world.ts';
import type { Site } from './world.ts';

const lookEveryMs = 25;

/** One process of the bot. */
export interface Instance extends BotProcess {
  readonly name: string;
  /** Where its web server listens, once it has started. */
  web(): Promise<string>;
}

export interface Fleet extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly site: Site;
  /** The address of the database that the instances share. */
  readonly databaseUrl: string;
  /** Begins an instance; disposing it kills it, as does the end of the fleet. */
  begin(name: string, settings?: NodeJS.ProcessEnv): Instance;
  /** Begins instances of these names; resolves when all have started. */
  start<T extends readonly string[]>(...names: T): Promise<{ [K in keyof T]: Instance }>;
  people(count: number): Person[];
  /** Settles when all updates are taken and finished. */
  idle(): Promise<void>;
  /** How many updates are kept in a state: 'open', 'done' or 'buried'. */
  count(state: string): Promise<number>;
  /** Settles when so many open updates are in the hands of instances. */
  taken(updates: number): Promise<void>;
  /** Settles when the progress messages of so many open updates are written down. */
  noted(updates: number): Promise<void>;
  /** How many open updates are in the hands of instances that are not there any more. */
  orphans(): Promise<number>;
}

/** Starts a world in which every instance has `settings` in its environment; by default on a database of its own. */
export async function startFleet(settings: NodeJS.ProcessEnv = {}): Promise<Fleet> {
  await using parts = new AsyncDisposableStack();
  const home = parts.use(await mkdtempDisposable(join(tmpdir(), 'errand-test-')));
  const emulator = parts.use(await startEmulator({ recorded: 50_000 }));
  const site = parts.use(await startSite());
  const databaseUrl = settings['DATABASE_URL'] ?? (await createDatabase(parts));
  const env = {
    BOT_TOKEN: emulator.token,
    TELEGRAM_API_ROOT: emulator.apiRoot,
    DATABASE_URL: databaseUrl,
    ALLOW_HOSTS: '127.0.0.1',
    PER_HOST: '0',
    LOOKUP_DEADLINE_MS: '60000',
    PORT: '0',
    NODE_COMPILE_CACHE: join(home.path, 'compiled'),
    ...settings,
  };
  await compile(env, home.path);
  const open = parts.move();
  let begun = 0;
  const begin = (name: string, own: NodeJS.ProcessEnv = {}) => {
    const DATA_DIR = join(home.path, `${begun++}`);
    const bot = open.use(startProcess({ ...env, DATA_DIR, INSTANCE_NAME: name, ...own }, home.path));
    return { ...bot, name, web: async () => (await identify(bot)).web };
  };
  const countWhere = async (condition: string) => {
    const [row] = await eventually(() =>
      run(databaseUrl, `SELECT count(*) FROM errand.updates WHERE ${condition}`),
    );
    return Number(row?.['count']);
  };
  const untilSo = async (updates: number, condition: string) => {
    while ((await countWhere(condition)) < updates) await sleep(lookEveryMs);
  };
  const count = (state: string) => countWhere(`state = '${state}'`);
  return {
    emulator,
    site,
    databaseUrl,
    begin,
    count,
    taken: (updates) => untilSo(updates, `state = 'open' AND holder IS NOT NULL`),
    noted: (updates) => untilSo(updates, `state = 'open' AND note ? 'progressId'`),
    orphans: () => countWhere(`state = 'open' AND holder NOT IN (SELECT id FROM errand.instances)`),
    async start(...names) {
      const instances = names.map((name) => begin(name));
      await Promise.all(instances.map((one) => one.web()));
      return instances as { [K in keyof typeof names]: Instance };
    },
    people: (many) => Array.from({ length: many }, () => emulator.person()),
    async idle() {
      while (emulator.pending() + (await count('open')) > 0) await sleep(lookEveryMs);
    },
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
}

/**
 * Keeps instances from taking updates until it is disposed of; all else they do. For seconds only: their hearts do not
 * beat meanwhile.
 */
export async function keepFromTaking(
  { databaseUrl }: Fleet,
  ...instances: readonly Instance[]
): Promise<AsyncDisposable> {
  const names = instances.map(({ name }) => `'${name}'`).join(', ');
  return hold(databaseUrl, `SELECT FROM errand.instances WHERE name IN (${names}) FOR UPDATE`);
}

/** Runs a statement and keeps the locks that it took until it is disposed of. */
export async function hold(databaseUrl: string, statement: string): Promise<AsyncDisposable> {
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query(`BEGIN; ${statement}`);
  return { [Symbol.asyncDispose]: () => client.end() };
}

/** A copy of the database with all tables, which goes with `parts`. */
async function createDatabase(parts: AsyncDisposableStack): Promise<string> {
  const server = inject('postgresUrl');
  const name = `fleet_${randomUUID().replaceAll('-', '')}`;
  await run(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  parts.defer(async () => void (await run(server, `DROP DATABASE ${name} WITH (FORCE)`)));
  return Object.assign(new URL(server), { pathname: name }).href;
}

/** A start that fails at once compiles all the code: those to come take half the time. */
async function compile(env: NodeJS.ProcessEnv, cwd: string): Promise<void> {
  await using bot = startProcess({ ...env, PORT: 'none' }, cwd);
  await bot.ended;
}
