// Three instances that are killed (SIGKILL) again and again under load, and whose database is restarted in the middle.

import { sleep } from '../src/async/sleep.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { errand } from './bot-process.ts';
import { planRequests } from './crash-load.ts';
import { startCrashSite } from './crash-site.ts';
import { isExplained, lookAtLeft } from './deaths.ts';
import type { Death } from './deaths.ts';
import { startSurvivor } from './kills.ts';
import { range } from './measure.ts';
import { createRandom, pick } from './random.ts';
import { judge } from './verdict.ts';
import type { Asked } from './verdict.ts';

export interface FleetKills {
  requests: number;
  people: number;
  kills: number;
  /** Milliseconds over which requests and kills are spread. */
  runMs: number;
  seed: string;
}

/** How many requests ended how. */
export interface FleetTally {
  lost: number;
  doubled: number;
  /** Of the doubled: an instance was killed before it could note its answer. */
  explained: number;
  /** Given up because they seemed to end an instance. */
  buried: number;
  /** Ended with the honest "not in time". */
  timedOut: number;
  /** Ended with another answer than the one that was asked for. */
  other: number;
}

const names = ['one', 'two', 'three'] as const;
const patienceMs = 45_000;

/** Kills and counts; `databaseUrl` leads to a database without instances, `restart` restarts it. */
export async function killFleet(
  databaseUrl: string,
  restart: () => Promise<unknown>,
  { requests, people, kills, runMs, seed }: FleetKills,
): Promise<FleetTally> {
  const random = createRandom(`${seed}: kills`);
  await using parts = new AsyncDisposableStack();
  const emulator = parts.use(await startEmulator({ recorded: 50_000 }));
  const site = parts.use(await startCrashSite());
  const start = async (name: string) => {
    const settings = { DATABASE_URL: databaseUrl, INSTANCE_NAME: name };
    return { name, bot: parts.use(await startSurvivor(emulator, { main: errand, settings })) };
  };
  const fleet = await Promise.all(names.map(start));
  const crowd = range(people).map(() => emulator.person());
  const hostOf = (name: string) => `${name}.localhost`;
  const plan = planRequests({
    requests,
    people,
    runMs,
    site,
    hostOf,
    random: createRandom(`${seed}: requests`),
  });
  const asked: Asked[] = [];
  const deaths: Death[] = [];

  const kill = async () => {
    const { name, bot } = pick(random, fleet);
    await bot.kill();
    // While the database is away, it keeps what it knew.
    const unnoted = await persist(() => lookAtLeft(databaseUrl, name));
    deaths.push({ at: emulator.clock.now(), unnoted });
  };
  const moments = range(kills).map(() => random() * runMs);
  const steps = [
    ...plan.map(({ atMs, person, text, expected }) => ({
      atMs,
      step: async () => {
        const who = crowd[person];
        if (who) asked.push({ person: who, question: who.send(text), expected });
      },
    })),
    ...moments.map((atMs) => ({ atMs, step: kill })),
    { atMs: runMs / 2, step: async () => void (await restart()) },
  ].toSorted((one, other) => one.atMs - other.atMs);
  const startedAt = performance.now();
  for (const { atMs, step } of steps) {
    await sleep(startedAt + atMs - performance.now());
    await step();
  }
  await settle(asked);
  await Promise.all(fleet.map(({ bot }) => bot.stop()));
  return count(asked, deaths);
}

async function persist<T>(look: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await look();
    } catch {
      // The server is being restarted.
      await sleep(20);
    }
  }
}

/** Settles when all have their answer, or none is to be expected any more. */
async function settle(asked: readonly Asked[]): Promise<void> {
  const startedAt = performance.now();
  while (asked.some((one) => judge(one).answers.length === 0)) {
    if (performance.now() - startedAt > patienceMs) return;
    await sleep(100);
  }
}

function count(asked: readonly Asked[], deaths: readonly Death[]): FleetTally {
  const tally = { lost: 0, doubled: 0, explained: 0, buried: 0, timedOut: 0, other: 0 };
  for (const one of asked) {
    const { answers } = judge(one);
    const ending = answers.at(-1)?.ending;
    if (ending !== 'given') tally[ending ?? 'lost'] += 1;
    if (answers.length < 2) continue;
    tally.doubled += 1;
    if (isExplained(one, deaths)) tally.explained += 1;
  }
  return tally;
}
