// What a thousand requests for hostile servers do to the bot: how late its event loop is, how long /help takes, what stays.

import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator, Person } from '../src/emulator/contract.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { errand } from './bot-process.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import type { Condition } from './hostile-probe.ts';
import { makeLine, printLine } from './line.ts';
import type { Line } from './line.ts';
import { percentile, range, timeMs } from './measure.ts';

/** How much is asked: so many hostile requests, so many of them at once; /help every so many milliseconds. */
export interface Attack {
  requests: number;
  atOnce: number;
  everyMs: number;
  idleMs: number;
  /** Milliseconds between two parsers that are made to stand still. */
  stopEveryMs: number;
}

const patienceMs = 60_000;
const restsWithinMs = 20_000;

/** Measures the bot in a process of its own: without an attack, then with one. */
export async function hostile(options: Partial<Attack> = {}): Promise<Line> {
  const attack = { requests: 1_000, atOnce: 40, everyMs: 20, idleMs: 5_000, stopEveryMs: 1_000, ...options };
  await using parts = new AsyncDisposableStack();
  const emulator = parts.use(await startEmulator({ recorded: 100, messagesKept: 50 }));
  const bot = parts.use(await startBot(emulator));
  const site = parts.use(startChild(join(import.meta.dirname, 'hostile-site.ts'), {}));
  const addresses = await site.ask<string[]>('addresses');

  // Twice all there is, so that what is kept for good is there.
  await besiege({ emulator, bot, addresses }, { ...attack, requests: 4 * addresses.length });
  const before = await rest(bot, undefined);
  const idle = { helps: await helps(emulator, attack, sleep(attack.idleMs)), ...(await look(bot)) };
  const { helpMs, answers, stopped } = await besiege({ emulator, bot, addresses }, attack);
  const under = await look(bot);
  const after = await rest(bot, before);
  return report(attack, { idle, under, before, after, helpMs, answers, stopped });
}

async function startBot(emulator: Emulator): Promise<Child> {
  await using parts = new AsyncDisposableStack();
  const directory = parts.use(await mkdtempDisposable(join(tmpdir(), 'errand-bench-')));
  const env = {
    BOT_TOKEN: emulator.token,
    TELEGRAM_API_ROOT: emulator.apiRoot,
    DATA_DIR: directory.path,
    PORT: '0',
    PER_HOST: '0',
    ALLOW_HOSTS: '127.0.0.1',
    MAX_DOWNLOAD_MB: '5',
    LOOKUP_DEADLINE_MS: '2000',
    DOWNLOAD_DEADLINE_MS: '2000',
  };
  const probe = join(import.meta.dirname, 'hostile-probe.ts');
  const execArgv = ['--expose-gc', '--import', probe];
  const child = parts.use(startChild(errand, { env, cwd: directory.path, execArgv }));
  await Promise.race([emulator.polling(), child.failed]);
  const open = parts.move();
  return { ...child, [Symbol.asyncDispose]: async () => open.disposeAsync() };
}

const look = (bot: Child) => bot.ask<Condition>('look');

interface Field {
  emulator: Emulator;
  bot: Child;
  addresses: readonly string[];
}

/** Has people ask for hostile servers, links and files in turn, while others ask for help and parsers stand still. */
async function besiege({ emulator, bot, addresses }: Field, attack: Attack) {
  const left = range(attack.requests);
  const answers: number[] = [];
  const over = new AbortController();
  let stopped = 0;
  const askAll = async () => {
    for (let i = left.shift(); i !== undefined; i = left.shift()) {
      const person = emulator.person();
      const address = addresses[i % addresses.length] ?? '';
      const isFile = Math.floor(i / addresses.length) % 2 === 1;
      await answer(person, `${isFile ? '/get ' : ''}${address}/${i}`);
      answers.push(person.chat.messages.filter((said) => said.from?.is_bot && !isProgress(said)).length);
    }
  };
  const stopParsers = async () => {
    for (; !over.signal.aborted; stopped++) {
      await sleep(attack.stopEveryMs);
      await bot.ask('stopParser');
    }
  };
  const stopping = stopParsers();
  const all = Promise.all(range(attack.atOnce).map(askAll)).finally(() => over.abort());
  const helpMs = await helps(emulator, attack, Promise.race([all, bot.failed]));
  await Promise.all([all, stopping]);
  return { helpMs, answers, stopped };
}

/** How many milliseconds each /help took that was asked for, at a steady pace, until `end`. */
async function helps(emulator: Emulator, { everyMs }: Attack, end: Promise<unknown>): Promise<number[]> {
  const waits: Promise<number>[] = [];
  const over = new AbortController();
  const ended = end.finally(() => over.abort());
  while (!over.signal.aborted) {
    waits.push(timeMs(() => answer(emulator.person(), '/help')));
    await sleep(everyMs);
  }
  await ended;
  return Promise.all(waits);
}

type Said = Person['chat']['messages'][number];

const isProgress = ({ reply_markup: markup }: Said) => JSON.stringify(markup ?? {}).includes('"cancel:');

async function answer(person: Person, text: string): Promise<void> {
  person.send(text);
  const isAnswer = (said: Said) => said.from?.is_bot === true && !isProgress(said);
  await person.chat.waitFor(isAnswer, { timeoutMs: patienceMs });
}

/** How the bot is when it holds as little as `before`; or how it is after all when that takes too long. */
async function rest(bot: Child, before: Condition | undefined): Promise<Condition> {
  let now = await look(bot);
  for (const end = performance.now() + restsWithinMs; performance.now() < end; now = await look(bot)) {
    if (before ? leftOver(before, now) === 0 : now.sockets < 5) return now;
    await sleep(200);
  }
  return now;
}

function leftOver(before: Condition, after: Condition): number {
  const more = (of: 'sockets' | 'files' | 'children' | 'temporary') => Math.max(0, after[of] - before[of]);
  return more('sockets') + more('files') + more('children') + more('temporary');
}

interface Results {
  idle: Condition & { helps: number[] };
  under: Condition;
  before: Condition;
  after: Condition;
  helpMs: number[];
  answers: number[];
  stopped: number;
}

function report(
  { requests }: Attack,
  { idle, under, before, after, helpMs, answers, stopped }: Results,
): Line {
  const what = `in ${requests} hostile requests`;
  const growthMb = (after.heapBytes - before.heapBytes) / 1e6;
  const wrong = requests - answers.filter((count) => count === 1).length;
  return makeLine(
    'hostile',
    [
      { figure: `p99 of the event loop's delay ${what}`, measured: under.lateP99Ms, unit: ' ms', atMost: 50 },
      { figure: 'the same without them', measured: idle.lateP99Ms, unit: ' ms' },
      { figure: `p99 of /help ${what}`, measured: percentile(helpMs, 0.99), unit: ' ms', atMost: 1_000 },
      { figure: 'the same without them', measured: percentile(idle.helps, 0.99), unit: ' ms' },
      {
        figure: 'hostile requests that had not exactly one answer',
        measured: wrong,
        unit: ' of them',
        atMost: 0,
      },
      {
        figure: 'sockets, open files, processes and temporary files that stayed',
        measured: leftOver(before, after),
        unit: ' of them',
        atMost: 0,
      },
      { figure: `growth of the heap ${what}`, measured: growthMb, unit: ' MB', atMost: 10 },
    ],
    {
      helps: helpMs.length,
      parsersStopped: stopped,
      latestMs: under.latestMs,
      sockets: after.sockets,
      children: after.children,
      rssBeforeMb: before.rssBytes / 1e6,
      rssAfterMb: after.rssBytes / 1e6,
    },
  );
}

if (import.meta.main) printLine(await hostile());
