// What it costs to be one of many: a shared Postgres against SQLite in a file, one instance against three, and what is
// lost when instances are killed and the database is restarted.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { sleep } from '../src/async/sleep.ts';
import { startChild } from './child.ts';
import { killFleet } from './fleet-kills.ts';
import type { FleetKills, FleetTally } from './fleet-kills.ts';
import { startSide } from './fleet-side.ts';
import type { Side, SideRound } from './fleet-side.ts';
import { makeLine, printLine } from './line.ts';
import type { Figure, Line } from './line.ts';
import { median, percentile, range, repeat } from './measure.ts';

export interface FleetOptions {
  rounds: number;
  warmUps: number;
  /** Messages of a round, and of each measurement of how soon they are answered. */
  messages: number;
  samples: number;
  /** Milliseconds between two messages under moderate load. */
  everyMs: number;
  kills: FleetKills;
}

export type FleetLine = Line & { kills: number; requests: number; tally: FleetTally };

const usual: FleetOptions = {
  rounds: 5,
  warmUps: 4,
  messages: 1_000,
  samples: 200,
  everyMs: 8,
  kills: { requests: 600, people: 150, kills: 20, runMs: 40_000, seed: 'errand' },
};
const names = ['sqlite', 'postgres', 'postgres x3'] as const;
type Name = (typeof names)[number];

/** Measures rounds in turns, then how soon single messages are answered, then kills. */
export async function fleet(changes: Partial<FleetOptions> = {}): Promise<FleetLine> {
  const options = { ...usual, ...changes };
  const server = join(import.meta.dirname, 'postgres-server.ts');
  await using postgres = startChild(server, { env: { PATH: process.env['PATH'] } });
  const url = await postgres.ask<string>('url');
  const measured = await measure(url, options);
  const database = await createDatabase(url);
  const { kills, requests } = options.kills;
  const tally = await killFleet(database, () => postgres.ask('restart'), options.kills);
  return { ...report(measured, tally, options.kills), kills, requests, tally };
}

interface Measured {
  readonly rounds: readonly Record<Name, SideRound>[];
  /** Milliseconds until an answer: of one message at a time, and under moderate load. */
  readonly single: Record<Name, number[]>;
  readonly steady: Record<Name, number[]>;
}

async function measure(url: string, { rounds, warmUps, messages, samples, everyMs }: FleetOptions) {
  await using parts = new AsyncDisposableStack();
  const enter = async (count: number) => {
    const database = await createDatabase(url);
    const settings = range(count).map((i) => ({ DATABASE_URL: database, INSTANCE_NAME: `instance-${i}` }));
    return parts.use(await startSide(settings, () => joined(database, count)));
  };
  const sides: Record<Name, Side> = {
    sqlite: parts.use(await startSide([{}])),
    postgres: await enter(1),
    'postgres x3': await enter(3),
  };
  const each = async <T>(work: (side: Side) => Promise<T>) => {
    const results = {} as Record<Name, T>;
    for (const name of names) results[name] = await work(sides[name]);
    return results;
  };
  await repeat(warmUps, () => each((side) => side.answer(messages)));
  return {
    rounds: await repeat(rounds, () => each((side) => side.answer(messages))),
    single: await each((side) => side.answerEach(samples)),
    steady: await each((side) => side.answerSteadily(samples * 2, everyMs)),
  } satisfies Measured;
}

/** Another database on the server at an address; gives its own. */
async function createDatabase(server: string): Promise<string> {
  const name = `fleet_${randomUUID().replaceAll('-', '')}`;
  await ask(server, `CREATE DATABASE ${name}`);
  return Object.assign(new URL(server), { pathname: name }).href;
}

/** Settles when so many instances live. */
async function joined(database: string, count: number): Promise<void> {
  while ((await ask(database, 'SELECT 1 FROM errand.instances')) < count) await sleep(50);
}

async function ask(url: string, statement: string): Promise<number> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(statement)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}

function report(
  { rounds, single, steady }: Measured,
  tally: FleetTally,
  { kills, requests }: FleetKills,
): Line {
  const ratio = (name: Name, to: Name, key: keyof SideRound) =>
    median(rounds.map((round) => round[name][key] / round[to][key]));
  const more = (times: Record<Name, number[]>, part: number, name: Name = 'postgres') =>
    percentile(times[name], part) - percentile(times.sqlite, part);
  const medians: Record<string, number> = {};
  for (const name of names) {
    for (const key of ['perSecond', 'cpuMs', 'serverLoad'] as const)
      medians[`${name} ${key}`] = median(rounds.map((round) => round[name][key]));
    for (const [part, label] of [
      [0.5, 'p50'],
      [0.99, 'p99'],
    ] as const) {
      medians[`${name} single ${label} ms`] = percentile(single[name], part);
      medians[`${name} steady ${label} ms`] = percentile(steady[name], part);
    }
  }
  const unit = ` of ${requests}`;
  const figures: Figure[] = [
    {
      figure: 'updates answered per second through Postgres, against SQLite',
      measured: ratio('postgres', 'sqlite', 'perSecond'),
      unit: '×',
    },
    {
      figure: 'the same with three instances on this computer',
      measured: ratio('postgres x3', 'sqlite', 'perSecond'),
      unit: '×',
    },
    {
      figure: 'what Postgres adds to the time of a single answer, median',
      measured: more(single, 0.5),
      unit: ' ms',
    },
    { figure: 'the same, 99 of 100', measured: more(single, 0.99), unit: ' ms' },
    {
      figure: 'what it adds under moderate load with three instances, 99 of 100',
      measured: more(steady, 0.99, 'postgres x3'),
      unit: ' ms',
    },
    {
      figure: `requests lost in ${kills} kills of three instances and a restart of Postgres`,
      measured: tally.lost,
      unit,
      atMost: 0,
    },
    {
      figure: 'of these answered twice, an instance having been killed before it could note the answer',
      measured: tally.explained,
      unit,
    },
    { figure: 'answered twice otherwise', measured: tally.doubled - tally.explained, unit, atMost: 0 },
    { figure: 'given up because of the kills', measured: tally.buried, unit, atMost: 0 },
    { figure: 'answered "not in time"', measured: tally.timedOut, unit },
  ];
  return makeLine('fleet', figures, { ...medians, other: tally.other });
}

if (import.meta.main) printLine(await fleet());
