// A world to measure in: people on a Bot API, a site of slow pages, and a bot in a process of its own.

import type { Emulator, Person } from '../src/emulator/contract.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { startBot } from './bot-process.ts';
import type { BotProcess } from './bot-process.ts';
import { range, timeMs } from './measure.ts';
import { startSite, titleOf } from './site.ts';
import type { Site } from './site.ts';

/** Milliseconds after which an answer is given up: the bot is wrong then, not slow. */
const patienceMs = 120_000;

export interface World extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly site: Site;
  readonly bot: BotProcess;
  /** So many people who have not spoken yet. */
  people(count: number): Person[];
  /** Sends `text`; resolves with the milliseconds until the answer with all these words is in the chat. */
  ask(person: Person, text: string, words: readonly string[]): Promise<number>;
  /** Sends the links to these pages in one message; resolves with the milliseconds until all their titles are there. */
  askFor(person: Person, ...names: string[]): Promise<number>;
  /**
   * Ends the bot, and with it what it still has to say. Throws unless each page that was asked for was fetched once and
   * each question has one answer.
   */
  finish(): Promise<void>;
}

/** What a world is made of: the bot's program and settings, how long a page takes, and where the bot looks for it. */
export interface WorldOptions {
  main?: string;
  settings?: NodeJS.ProcessEnv;
  holdMs?: number;
  host?: string;
}

export async function startWorld({ holdMs = 0, host, ...options }: WorldOptions = {}): Promise<World> {
  await using parts = new AsyncDisposableStack();
  const emulator = parts.use(await startEmulator({ recorded: 100, messagesKept: 2_000 }));
  const site = parts.use(await startSite({ holdMs }));
  const bot = parts.use(await startBot(emulator, options));
  const open = parts.move();
  const asked: string[] = [];
  const world: World = {
    emulator,
    site,
    bot,
    people: (count) => range(count).map(() => emulator.person()),
    ask: (person, text, words) => Promise.race([timeMs(() => answer(person, text, words)), bot.failed]),
    askFor(person, ...names) {
      asked.push(...names);
      const links = names.map((name) => site.link(name, host));
      return world.ask(person, links.join(' '), names.map(titleOf));
    },
    async finish() {
      await bot[Symbol.asyncDispose]();
      for (const name of asked) expectOnce(name, site.visits(name).length);
      for (const person of emulator.people()) checkChat(person);
    },
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
  return world;
}

/** Sends `text`; resolves when its answer, with all these words, is in the chat. */
async function answer(person: Person, text: string, words: readonly string[]): Promise<void> {
  const { message_id: question } = person.send(text);
  const isAnswer = ({ text = '', reply_to_message: asked, reply_markup: markup }: Said) => {
    const isProgress = JSON.stringify(markup ?? {}).includes('"cancel:');
    const isOther = asked !== undefined && asked.message_id !== question;
    // What a page says is parted by word joiners where Telegram would make it active.
    const said = text.replaceAll('\u2060', '');
    return !isProgress && !isOther && words.every((word) => said.includes(word));
  };
  await person.chat.waitFor(isAnswer, { timeoutMs: patienceMs });
}

type Said = Person['chat']['messages'][number];

function checkChat({ id, chat }: Person): void {
  const questions = chat.messages.filter(({ from }) => from?.id === id).length;
  const answers = chat.messages.length - questions;
  if (answers !== questions)
    throw new Error(`Wrong answers: ${answers} to ${questions} questions of person ${id}`);
}

function expectOnce(page: string, times: number): void {
  if (times !== 1) throw new Error(`Wrong answers: page ${page} was fetched ${times} times`);
}
