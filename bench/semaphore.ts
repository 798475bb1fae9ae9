// One-second requests through all slots against the ideal, and what it costs to be admitted when many wait.

import { sleep } from '../src/async/sleep.ts';
import { admissionsUs, createSemaphore } from './admission.ts';
import { makeLine, printLine } from './line.ts';
import type { Line } from './line.ts';
import { median, range, repeat, timeMs } from './measure.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

const linksEach = 10;
const { signal } = new AbortController();

/** Measures with so many slots, filled so many times over, each held so long. */
export async function semaphore({
  rounds = 3,
  slots = 64,
  times = 5,
  holdMs = 1_000,
  cycles = 20_000,
} = {}): Promise<Line> {
  const load = { slots, holdMs, count: slots * times };
  const idealMs = times * holdMs;
  await using world = await startWorld({ settings: { SLOTS: `${slots}` } });
  await throughService(world, 'warm-up', load);
  world.site.holdMs = holdMs;
  const runs = await repeat(rounds, async (round) => ({
    serviceMs: await throughService(world, `round-${round}`, load),
    aloneMs: await throughSemaphore(load),
  }));
  await world.finish();
  const serviceMs = median(runs.map((run) => run.serviceMs));
  const aloneMs = median(runs.map((run) => run.aloneMs));
  const [us10 = NaN, us1000 = NaN, us10000 = NaN] = await admissionsUs([10, 1_000, 10_000], {
    rounds,
    cycles,
  });

  const what = `${load.count} requests of ${holdMs / 1000} s through ${slots} slots, against the ideal`;
  return makeLine(
    'semaphore',
    [
      { figure: what, measured: serviceMs / idealMs, unit: '×', atMost: 1.05 },
      { figure: `${what}: the semaphore alone`, measured: aloneMs / idealMs, unit: '×', atMost: 1.05 },
      {
        figure: 'an admission with 10,000 people waiting, against with 10',
        measured: us10000 / us10,
        unit: '×',
      },
    ],
    { serviceMs, aloneMs, idealMs, us10, us1000, us10000 },
  );
}

interface Load {
  slots: number;
  holdMs: number;
  count: number;
}

/** Milliseconds from the first link sent to the last answer, each link on a host of its own. */
async function throughService(world: World, round: string, { count }: Load): Promise<number> {
  const people = world.people(Math.ceil(count / linksEach));
  const asks = range(count).flatMap((i) => {
    const person = people[i % people.length];
    return person ? [{ person, name: `${round}-${i}` }] : [];
  });
  return timeMs(() => Promise.all(asks.map(({ person, name }) => world.askFor(person, name))));
}

/** The same with nothing but the semaphore and sleep. */
async function throughSemaphore({ slots, holdMs, count }: Load): Promise<number> {
  const semaphore = createSemaphore(slots);
  const work = async (i: number) => {
    const person = `${i % linksEach}`;
    using _slot = await semaphore.acquire({ person, kind: 'lookup', request: `${i}` }, { signal });
    await sleep(holdMs);
  };
  return timeMs(() => Promise.all(range(count).map(work)));
}

if (import.meta.main) printLine(await semaphore());
