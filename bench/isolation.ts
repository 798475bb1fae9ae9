// How long /help takes with 1,000 slow requests in flight, against with none.

import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { makeLine, printLine } from './line.ts';
import type { Line } from './line.ts';
import { median, percentile, range, repeat } from './measure.ts';
import { startWorld } from './world.ts';
import type { World, WorldOptions } from './world.ts';

/** How much is asked: people with so many slow links each, and how often /help, every so many milliseconds. */
export interface Load {
  rounds: number;
  people: number;
  linksEach: number;
  helps: number;
  everyMs: number;
  /** Milliseconds that a slow page takes for the bare bot; for ours it takes as long as is measured. */
  bareHoldMs: number;
}

const takenWithinMs = 1_000;
/** It knows no `localhost` but the computer's own. */
const bareBot: WorldOptions = { main: join(import.meta.dirname, 'bare-bot.ts'), host: '127.0.0.1' };

/** Measures in the service, and, for contrast, with a bare bot of grammY and its runner. */
export async function isolation(options: Partial<Load> = {}): Promise<Line> {
  const load = {
    rounds: 3,
    people: 100,
    linksEach: 10,
    helps: 400,
    everyMs: 10,
    bareHoldMs: 1_000,
    ...options,
  };
  const ours = await measure(load, Infinity, { settings: { LOOKUP_DEADLINE_MS: '600000' } });
  const bare = await measure({ ...load, rounds: 1 }, load.bareHoldMs, bareBot);

  const what = `p99 of /help with ${load.people * load.linksEach} slow requests in flight, against with none`;
  const bareWhat = `the same for grammY and its runner, pages of ${load.bareHoldMs / 1000} s`;
  return makeLine(
    'isolation',
    [
      { figure: what, measured: ours.loadedMs / ours.freeMs, unit: '×', atMost: 1.5 },
      { figure: bareWhat, measured: bare.loadedMs / bare.freeMs, unit: '×' },
    ],
    { freeMs: ours.freeMs, loadedMs: ours.loadedMs, bareFreeMs: bare.freeMs, bareLoadedMs: bare.loadedMs },
  );
}

/** The medians over all rounds of the 99th percentile, in turns with and without the slow requests. */
async function measure(load: Load, holdMs: number, options: WorldOptions) {
  await using world = await startWorld(options);
  await helpP99(world, load);
  const rounds = await repeat(load.rounds, async (round) => ({
    freeMs: await helpP99(world, load),
    loadedMs: await besideSlow(world, load, holdMs, round),
  }));
  await world.finish();
  return {
    freeMs: median(rounds.map((one) => one.freeMs)),
    loadedMs: median(rounds.map((one) => one.loadedMs)),
  };
}

async function besideSlow(world: World, load: Load, holdMs: number, round: number): Promise<number> {
  const { site, emulator } = world;
  site.holdMs = holdMs;
  const slow = world
    .people(load.people)
    .flatMap((person) =>
      range(load.linksEach).map((i) => world.askFor(person, `slow-${round}-${person.id}-${i}`)),
    );
  // In flight is what the bot has taken; the bare one never takes all at once.
  const takenBy = performance.now() + takenWithinMs;
  while (emulator.pending() > 0 && performance.now() < takenBy) await sleep(load.everyMs);
  const p99 = await helpP99(world, load);
  site.release();
  await Promise.all(slow);
  return p99;
}

/** Milliseconds in which 99 of 100 people have their answer to /help; they ask at a steady pace. */
async function helpP99(world: World, { helps, everyMs }: Load): Promise<number> {
  const people = world.people(helps);
  const waits = people.map(async (person, i) => {
    await sleep(i * everyMs);
    return world.ask(person, '/help', ['What I can do']);
  });
  return percentile(await Promise.all(waits), 0.99);
}

if (import.meta.main) printLine(await isolation());
