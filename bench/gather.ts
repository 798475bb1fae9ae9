// Ten links of a second each: how long they take one after another, and how long in one message.

import { request } from 'undici';
import { makeLine, printLine } from './line.ts';
import type { Line } from './line.ts';
import { median, range, repeat, timeMs } from './measure.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

/** Measures with so many links, each taking so long. */
export async function gather({ rounds = 3, links = 10, holdMs = 1_000 } = {}): Promise<Line> {
  await using world = await startWorld();
  const names = (of: string) => range(links).map((i) => `${of}-${i}`);
  await measure(world, names('warm-up'));
  world.site.holdMs = holdMs;

  const measured = await repeat(rounds, (round) => measure(world, names(`round-${round}`)));
  await world.finish();
  const apartMs = median(measured.map((one) => one.apartMs));
  const togetherMs = median(measured.map((one) => one.togetherMs));
  const bareSumMs = median(measured.map((one) => one.bareSumMs));
  return makeLine(
    'gather',
    [
      {
        figure: `${links} links of ${holdMs / 1000} s: one after another, against in one message`,
        measured: apartMs / togetherMs,
        atLeast: 0.9 * links,
        unit: '×',
      },
      {
        figure: `the pages' own times added up, against in one message`,
        measured: bareSumMs / togetherMs,
        unit: '×',
      },
    ],
    { apartMs, togetherMs, bareSumMs },
  );
}

async function measure(world: World, names: readonly string[]) {
  const [patient, clever] = world.people(2);
  if (!patient || !clever) throw new Error('Cannot measure: nobody is there');
  const apart = names.map((name) => `${name}-apart`);
  const together = names.map((name) => `${name}-together`);

  const apartMs = await timeMs(() => repeat(apart.length, (i) => world.askFor(patient, apart[i] ?? '')));
  const togetherMs = await world.askFor(clever, ...together);
  return { apartMs, togetherMs, bareSumMs: await sumOfBare(world, names) };
}

/** What the pages take by themselves, added up. */
async function sumOfBare({ site }: World, names: readonly string[]): Promise<number> {
  const fetchOne = async (name: string) => (await request(site.link(name, '127.0.0.1'))).body.dump();
  const times = await Promise.all(names.map((name) => timeMs(() => fetchOne(name))));
  return times.reduce((sum, ms) => sum + ms, 0);
}

if (import.meta.main) printLine(await gather());
