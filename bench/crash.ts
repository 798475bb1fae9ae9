// What a bot loses and what it says twice when it is killed (SIGKILL) again and again under load.

import { join } from 'node:path';
import { sleep } from '../src/async/sleep.ts';
import type { Emulator } from '../src/emulator/contract.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { errand } from './bot-process.ts';
import { planRequests } from './crash-load.ts';
import type { Planned } from './crash-load.ts';
import { startCrashSite } from './crash-site.ts';
import { startSurvivor } from './kills.ts';
import { makeLine, printLine } from './line.ts';
import type { Line } from './line.ts';
import { range } from './measure.ts';
import { createRandom } from './random.ts';
import { count } from './tally.ts';
import type { Tally } from './tally.ts';
import { judge } from './verdict.ts';
import type { Asked } from './verdict.ts';

export interface Crash {
  requests: number;
  people: number;
  kills: number;
  /** Milliseconds over which requests and kills are spread. */
  runMs: number;
  /** After so many milliseconds in which the bot says nothing, nothing more is expected of it. */
  quietMs: number;
  seed: string;
}

export type CrashLine = Line & Pick<Crash, 'requests' | 'kills'> & { ours: Tally; bare: Tally };

const lookEveryMs = 100;
/** After so many milliseconds without an end the counting begins all the same. */
const patienceMs = 30_000;
const mostRemarks = 200;

const bots = {
  ours: { main: errand, hostOf: (name: string) => `${name}.localhost` },
  // It knows no `localhost` but the computer's own.
  bare: { main: join(import.meta.dirname, 'rivals/fetching-bot.ts'), hostOf: () => '127.0.0.1' },
};

/** Does the same to the service and to a bare bot of grammY and its runner. */
export async function crash(options: Partial<Crash> = {}): Promise<CrashLine> {
  const plan = {
    requests: 1_000,
    people: 200,
    kills: 20,
    runMs: 55_000,
    quietMs: 20_000,
    seed: 'errand',
    ...options,
  };
  const { requests, kills, seed } = plan;
  process.stderr.write(`crash: seed "${seed}", kills after ${killMoments(plan).join(', ')} ms\n`);
  const ours = await measure(plan, 'ours');
  const bare = await measure(plan, 'bare');
  return { ...report(plan, ours, bare), requests, kills, ours, bare };
}

async function measure(plan: Crash, side: keyof typeof bots): Promise<Tally> {
  const { main, hostOf } = bots[side];
  await using emulator = await startEmulator({ recorded: 50_000 });
  await using site = await startCrashSite();
  await using bot = await startSurvivor(emulator, { main });
  const people = range(plan.people).map(() => emulator.person());
  const planned = planRequests({ ...plan, site, hostOf, random: createRandom(`${plan.seed}: requests`) });
  const asked: Asked[] = [];
  const ask = ({ person, text, expected }: Planned) => {
    const who = people[person % people.length];
    if (who) asked.push({ person: who, question: who.send(text), expected });
  };
  using over = aborting();
  await Promise.all([
    inTime(planned, ({ atMs }) => atMs, ask, over),
    inTime(killMoments(plan), (atMs) => atMs, bot.kill, over),
  ]);
  await settled(emulator, asked, plan.quietMs);
  const left = await bot.stop();
  if (left.length > 0) throw new Error(`Wrong end: ${left.length} temporary files are left`);
  const polls = emulator.calls('getUpdates').map(({ at }) => at);
  const { tally, remarks } = count(asked, { kills: bot.kills, polls });
  for (const remark of remarks.slice(0, mostRemarks)) process.stderr.write(`crash, ${side}: ${remark}\n`);
  return tally;
}

/** Aborts its signal when it is disposed of, so that of several who wait none is left when one has failed. */
function aborting(): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  return { signal: controller.signal, [Symbol.dispose]: () => controller.abort() };
}

/** The same for both sides. */
function killMoments({ kills, runMs, seed }: Crash): number[] {
  const random = createRandom(`${seed}: kills`);
  return range(kills)
    .map(() => Math.round(random() * runMs))
    .toSorted((a, b) => a - b);
}

/** Does `step` with each item at its moment, one after another. */
async function inTime<T>(
  items: readonly T[],
  momentOf: (item: T) => number,
  step: (item: T) => void | Promise<void>,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  const startedAt = performance.now();
  for (const item of items) {
    await sleep(startedAt + momentOf(item) - performance.now(), { signal });
    await step(item);
  }
}

/** Settles when all have their answer, or nothing more is to be expected. */
async function settled(emulator: Emulator, asked: readonly Asked[], quietMs: number): Promise<void> {
  const startedAt = performance.now();
  let saidAt = startedAt;
  using _ear = listen(emulator, () => (saidAt = performance.now()));
  const isOver = () => {
    const at = performance.now();
    if (at - saidAt > quietMs || at - startedAt > patienceMs) return true;
    return emulator.pending() === 0 && asked.every((one) => judge(one).answers.length > 0);
  };
  while (!isOver()) await sleep(lookEveryMs);
}

/** Hears what is said, and what is changed. */
function listen(emulator: Emulator, heard: () => void): Disposable {
  const stop = emulator.listen(({ kind }) => {
    if (kind === 'message' || kind === 'edited' || kind === 'deleted') heard();
  });
  return { [Symbol.dispose]: stop };
}

function report({ requests, kills }: Crash, ours: Tally, bare: Tally): Line {
  const what = `requests lost in ${kills} kills (SIGKILL)`;
  const unit = ` of ${requests.toLocaleString('en')}`;
  const { lost, doubled, explained, buried, timedOut } = ours;
  return makeLine(
    'crash',
    [
      { figure: what, measured: lost, unit, atMost: 0 },
      { figure: `${what}: grammY and its runner`, measured: bare.lost, unit },
      {
        figure: 'requests answered twice, Telegram having taken the first answer right before a kill',
        measured: explained,
        unit,
      },
      { figure: 'requests answered twice otherwise', measured: doubled - explained, unit, atMost: 0 },
      { figure: 'requests given up because of the kills', measured: buried, unit, atMost: 0 },
      { figure: 'requests answered "not in time"', measured: timedOut, unit },
    ],
    { stray: ours.stray, other: ours.other, bareDoubled: bare.doubled, bareOther: bare.other },
  );
}

if (import.meta.main) printLine(await crash());
