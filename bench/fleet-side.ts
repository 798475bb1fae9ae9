// A bot of one or many instances under the same load: how many messages it answers, and how soon.

import { sleep } from '../src/async/sleep.ts';
import type { Emulator, Person } from '../src/emulator/contract.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { startBot } from './bot-process.ts';
import { range, repeat, timeMs } from './measure.ts';

/** What one round has cost. */
export interface SideRound {
  /** Messages answered in a second. */
  readonly perSecond: number;
  /** Milliseconds of CPU time that the instances together have used for 1,000 answers. */
  readonly cpuMs: number;
  /** The part of one core that the Bot API and the people have used meanwhile: near 1, they are the brake. */
  readonly serverLoad: number;
}

/** A bot that polls. Disposing it ends its instances. */
export interface Side extends AsyncDisposable {
  /** Lets people write so many messages at once; resolves when each has its answer. */
  answer(messages: number): Promise<SideRound>;
  /** Milliseconds until the answer, for so many messages, each when the one before has its answer. */
  answerEach(messages: number): Promise<number[]>;
  /** The same for messages that come every so many milliseconds, answered or not. */
  answerSteadily(messages: number, everyMs: number): Promise<number[]>;
}

const people = 200;
const sentAtOnce = 100;
const patienceMs = 60_000;

/** Starts as many instances as there are settings; `joined` settles when all take part. */
export async function startSide(
  instances: readonly NodeJS.ProcessEnv[],
  joined: () => Promise<void> = async () => {},
): Promise<Side> {
  await using parts = new AsyncDisposableStack();
  const emulator = parts.use(await startEmulator({ recorded: 100, messagesKept: 50 }));
  const bots = await Promise.all(instances.map((settings) => startBot(emulator, { settings })));
  for (const bot of bots) parts.use(bot);
  await joined();
  const crowd = range(people).map(() => emulator.person());
  const failed = Promise.race(bots.map((bot) => bot.failed));
  // Whoever waits for an answer hears of it.
  failed.catch(() => {});
  const open = parts.move();
  const personOf = (i: number) => crowd[i % people] as Person;
  const cpuMs = async () =>
    (await Promise.all(bots.map((bot) => bot.usage()))).reduce((sum, usage) => sum + usage.cpuMs, 0);
  const help = (i: number) => Promise.race([timeMs(() => askForHelp(personOf(i))), failed]);

  return {
    async answer(messages) {
      const before = await cpuMs();
      const ownBefore = process.cpuUsage();
      const startedAt = performance.now();
      await Promise.race([writeAll(emulator, personOf, messages), failed]);
      const seconds = (performance.now() - startedAt) / 1000;
      const own = process.cpuUsage(ownBefore);
      return {
        perSecond: messages / seconds,
        cpuMs: ((await cpuMs()) - before) / (messages / 1000),
        serverLoad: (own.user + own.system) / 1e6 / seconds,
      };
    },
    answerEach: (messages) => repeat(messages, help),
    async answerSteadily(messages, everyMs) {
      const under = await repeat(messages, async (i) => {
        await sleep(everyMs);
        return { answered: help(i) };
      });
      return Promise.all(under.map(({ answered }) => answered));
    },
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
}

/** Settles when so many messages have been written and answered. */
async function writeAll(
  emulator: Emulator,
  personOf: (i: number) => Person,
  messages: number,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = messages;
  const stop = emulator.listen((event) => {
    if (event.kind === 'message' && event.message.from?.id === emulator.bot.id && --left === 0) resolve();
  });
  for (const i of range(messages)) {
    personOf(i).send('/help');
    if (i % sentAtOnce === sentAtOnce - 1) await new Promise(setImmediate);
  }
  await promise.finally(stop);
}

async function askForHelp(person: Person): Promise<void> {
  const { message_id: question } = person.send('/help');
  await person.chat.waitFor(({ reply_to_message: asked }) => asked?.message_id === question, {
    timeoutMs: patienceMs,
  });
}
