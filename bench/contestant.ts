// A bot in a contest: its process, the Bot API it polls, and the people who write to it.

import type { Message } from 'grammy/types';
import { sleep } from '../src/async/sleep.ts';
import type { Emulator } from '../src/emulator/contract.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { startBot } from './bot-process.ts';
import { range } from './measure.ts';

/** What one round has cost. */
export interface Round {
  /** Milliseconds of CPU time, user and system, that the bot's process has used for 1,000 answers. */
  readonly cpuMs: number;
  /** Messages answered in a second, from the first message to the last answer. */
  readonly perSecond: number;
  /** The part of one core that the Bot API and the people have used meanwhile: near 1, they are the brake. */
  readonly serverLoad: number;
}

/** A bot that polls. Disposing it ends its process. */
export interface Contestant extends AsyncDisposable {
  /** Lets people write so many messages; resolves when each has its answer. */
  answer(messages: number): Promise<Round>;
  /** The parameters of the bot's newest answer. */
  newestAnswer(): Record<string, unknown>;
  /** Throws unless each message so far has got exactly one answer. */
  check(): void;
}

const people = 200;
const sentAtOnce = 100;
/** Milliseconds for what a bot still does after its last answer. */
const afterworkMs = 100;

/** Starts a bot with `settings` in its environment: the real one, or the program `main`. */
export async function startContestant(bot: {
  main?: string;
  settings?: NodeJS.ProcessEnv;
}): Promise<Contestant> {
  await using parts = new AsyncDisposableStack();
  const emulator = parts.use(await startEmulator({ recorded: 100, messagesKept: 50 }));
  const crowd = range(people).map(() => emulator.person());
  const { usage, failed } = parts.use(await startBot(emulator, bot));
  const ledger = keepLedger(emulator);
  const open = parts.move();

  const write = async (messages: number) => {
    for (const i of range(messages)) {
      crowd[i % people]?.send('/help');
      if (i % sentAtOnce === sentAtOnce - 1) await new Promise(setImmediate);
    }
  };

  return {
    async answer(messages) {
      const before = await usage();
      const ownBefore = process.cpuUsage();
      const startedAt = performance.now();
      await write(messages);
      await Promise.race([ledger.settled(), failed]);
      const seconds = (performance.now() - startedAt) / 1000;
      const own = process.cpuUsage(ownBefore);
      await emulator.polling();
      await sleep(afterworkMs);
      return {
        cpuMs: ((await usage()).cpuMs - before.cpuMs) / (messages / 1000),
        perSecond: messages / seconds,
        serverLoad: (own.user + own.system) / 1e6 / seconds,
      };
    },
    newestAnswer: () => emulator.calls('sendMessage').at(-1)?.payload ?? {},
    check: ledger.check,
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
}

/** Counts the answers to each message. */
function keepLedger(emulator: Emulator) {
  const answers = new Map<number, number>();
  let unanswered = 0;
  let settled = Promise.withResolvers<void>();
  emulator.listen((event) => {
    if (event.kind !== 'message') return;
    const question = questionOf(event.message, emulator.bot.id);
    const count = question === undefined ? 0 : (answers.get(question) ?? 0) + 1;
    answers.set(question ?? event.message.message_id, count);
    if (count === 0 && unanswered++ === 0) settled = Promise.withResolvers();
    if (count === 1 && --unanswered === 0) settled.resolve();
  });
  return {
    /** Settles when each message that was written has an answer. */
    settled: () => settled.promise,
    check() {
      const wrong = [...answers.values()].filter((count) => count !== 1).length;
      if (wrong > 0) throw new Error(`Wrong answers: ${wrong} messages have none or several`);
    },
  };
}

/** The message that an answer of the bot is to; undefined for a message of a person. */
function questionOf({ from, reply_to_message: question, text }: Message, botId: number): number | undefined {
  if (from?.id !== botId) return undefined;
  if (!question) throw new Error(`Wrong answer: nobody has asked for "${text?.slice(0, 40)}"`);
  return question.message_id;
}
