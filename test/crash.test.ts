// The bot killed (SIGKILL) at any moment: nothing is lost, and nothing is said twice but what could not be noted yet.

import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom, pick } from '../bench/random.ts';
import { judge } from '../bench/verdict.ts';
import type { Asked } from '../bench/verdict.ts';
import { range } from '../bench/measure.ts';
import { sleep } from '../src/async/sleep.ts';
import type { Person } from '../src/emulator/contract.ts';
import { Gate } from './gate.ts';
import { startLives } from './lives.ts';
import type { Lives } from './lives.ts';
import { page, pageAfter, said, words } from './world.ts';
import type { Respond } from './world.ts';

/** Compiled code, so that a life begins in half the time. */
let compiled: Awaited<ReturnType<typeof mkdtempDisposable>>;
beforeAll(async () => {
  compiled = await mkdtempDisposable(join(tmpdir(), 'errand-test-'));
  await using lives = await live();
  await lives.rest();
});
afterAll(() => compiled.remove());

function live(settings: NodeJS.ProcessEnv = {}): Promise<Lives> {
  return startLives({ NODE_COMPILE_CACHE: compiled.path, ...settings });
}

/** The bot's progress message, once it says what it does. */
const progressOf = ({ chat }: Person) => chat.waitFor(({ text = '' }) => /Looking|next|of 1 MB/.test(text));

const content = Buffer.alloc(1_000_000, 'content ');
/** A file of 1 MB; what is missing at first comes when `rest` has settled. */
const fileWith =
  (rest: Promise<unknown>): Respond =>
  (_request, response) => {
    response.writeHead(200, {
      'content-disposition': 'attachment; filename=file.txt',
      'content-length': content.length,
    });
    response.write(content.subarray(0, 400_000));
    void rest.then(() => response.end(content.subarray(400_000)));
  };
const aFile = { document: { file_name: 'file.txt', file_size: content.length } };

const languages = [
  { code: 'en', settings: 'Settings', help: 'What I can do' },
  { code: 'ru', settings: 'Настройки', help: 'Что я умею' },
] as const;

/** A request, and whether it waits for those of its chat before it. */
interface Turn extends Asked {
  readonly isTurn: boolean;
}

describe.concurrent('The bot, killed 8 times at random moments under load,', () => {
  it('loses nothing, keeps the order of a chat and repeats only what it could not note', async () => {
    const random = createRandom('20 lives');
    await using lives = await live();
    const { site } = lives;
    const [ann, bob, ...crowd] = people(lives, 25) as [Person, Person, ...Person[]];
    const asked: Turn[] = [];
    const ask = (person: Person, text: string, expected: string, isTurn = false) =>
      void asked.push({ person, question: person.send(text), expected, isTurn });
    const gate = new Gate(page('The slow page'));
    site.on('/slow', gate.respond);
    site.on('/quick', pageAfter(5, 'The page'));
    site.on('/file', fileWith(sleep(0)));

    /** Twelve requests; each calls for at least one call of the Bot API. Gives the language that was chosen last. */
    const askMany = (round: number) => {
      const chosen = range(3).map(() => pick(random, languages));
      for (const [i, { code, settings }] of chosen.entries()) {
        ask(bob, `/settings ${code}`, settings, true);
        ask(pick(random, crowd), site.url(`/quick?${round}-${i}`), 'The page');
      }
      for (const _ of range(5)) ask(pick(random, crowd), '/help', 'What I can do');
      ask(pick(random, crowd), `/get ${site.url(`/file?${round}`)}`, 'file.txt');
      return chosen.at(-1);
    };

    let language: ReturnType<typeof askMany>;
    for (const round of range(8)) {
      await using _bot = lives.begin();
      if (round === 0) {
        ask(ann, site.url('/slow'), 'The slow page');
        await progressOf(ann);
        gate.open();
      }
      // What is in the bot's hands in three kills is rightly given up.
      if (round % 2 === 1) await lives.idle();
      language = askMany(round);
      await lives.called(1 + Math.floor(random() * 12));
      // No event is waited for: the moment of a kill is a random one.
      await sleep(random() * 10);
    }
    {
      await using _bot = lives.begin();
      await lives.idle();
      ask(bob, '/help', language?.help ?? '');
      await lives.idle();
    }
    expect(await lives.rest()).toEqual([]);

    for (const one of asked) {
      const endings = judge(one).answers.map(({ ending }) => ending);
      expect(endings.length, `answers to ${one.question.text}`).toBeGreaterThan(0);
      expect(endings).toEqual(endings.map(() => 'given'));
    }
    expect(said(ann.chat)).toMatchObject([{ text: expect.stringContaining('The slow page') }]);
    expectOrder(bob, asked);
    expectNoneTwiceInOneLife(lives, asked);
  }, 120_000);
});

describe.concurrent('The bot, killed', () => {
  it('when Telegram has taken an answer and not said so, repeats it only where no message is known', async () => {
    await using lives = await live();
    const { emulator, site } = lives;
    const [ann, bob, cem, zoe] = people(lives, 4) as [Person, Person, Person, Person];
    const gate = new Gate(page('The page'));
    site.on('/slow', gate.respond);
    const rest = Promise.withResolvers<void>();
    site.on('/file.txt', fileWith(rest.promise));
    const hold = (method: string, chat: number) =>
      emulator.faults.add({ method, chat, after: true, outcome: 'hang' });
    const progress = await (async () => {
      await using _bot = lives.begin();
      bob.send(site.url('/slow'));
      cem.send(`/get ${site.url('/file.txt')}`);
      const [progress] = await Promise.all([progressOf(bob), progressOf(cem)]);
      await isNoted(zoe);
      hold('sendMessage', ann.id);
      hold('editMessageText', bob.id);
      hold('deleteMessage', cem.id);
      ann.send('/help');
      gate.open();
      rest.resolve();
      await ann.chat.nextMessage();
      await bob.chat.waitFor(({ text = '' }) => text.includes('The page'));
      await lives.until(() => cem.chat.history.some(({ kind }) => kind === 'deleted'));
      await isNoted(zoe);
      return progress;
    })();
    expect(await lives.rest()).toEqual([]);
    const help = expect.stringContaining('What I can do');
    expect(words(ann.chat)).toEqual([help, help]);
    expect(said(bob.chat)).toMatchObject([
      { message_id: progress.message_id, text: expect.stringContaining('The page') },
    ]);
    expect(said(cem.chat)).toMatchObject([aFile]);
  }, 120_000);

  it('when updates are on their way to it, or taken and not confirmed, works on each of them once', async () => {
    await using lives = await live();
    const { emulator } = lives;
    const [ann, bob] = people(lives, 2) as [Person, Person];
    emulator.faults.add({ method: 'getUpdates', after: true, outcome: 'hang' });
    {
      await using _bot = lives.begin();
      await emulator.polling();
      bob.send('/help');
      // Updates leave at the end of the turn in which they came.
      await new Promise(setImmediate);
    }
    expect(emulator.pending()).toBe(1);
    const questions = await (async () => {
      await using _bot = lives.begin();
      await bob.chat.nextMessage();
      await emulator.polling();
      emulator.faults.add({ method: 'getUpdates', outcome: 'hang' });
      const questions = [ann.send('/settings ru'), ann.send('/settings en')];
      await lives.until(() => said(ann.chat).length === 2);
      return questions;
    })();
    expect(emulator.pending()).toBe(2);
    await lives.rest();
    expect(words(bob.chat)).toHaveLength(1);
    // The second one began when the end of the first one was noted.
    const [first] = questions.map((question) => ann.chat.repliesTo(question));
    expect(first).toHaveLength(1);
  }, 120_000);

  it('while it downloads, and while a request waits for a slot, goes on with both in their places', async () => {
    await using lives = await live({ SLOTS: '2' });
    const { site } = lives;
    const [ann, bob, cem, zoe] = people(lives, 4) as [Person, Person, Person, Person];
    const gate = new Gate(page('The page'));
    site.on('/slow', gate.respond);
    const rest = Promise.withResolvers<void>();
    site.on('/file.txt', fileWith(rest.promise));
    const progress = await (async () => {
      await using _bot = lives.begin();
      ann.send(site.url('/slow?ann'));
      bob.send(`/get ${site.url('/file.txt')}`);
      await gate.arrived(1);
      cem.send(site.url('/slow?cem'));
      const progress = await Promise.all([ann, bob, cem].map(progressOf));
      await isNoted(zoe);
      return progress;
    })();
    expect(progress[2]?.text).toContain('You are next');
    gate.open();
    rest.resolve();
    expect(await lives.rest()).toEqual([]);
    for (const [i, { chat }] of [ann, bob, cem].entries()) {
      const inPlace = {
        message_id: progress[i]?.message_id,
        text: expect.stringContaining('The page'),
      };
      expect(said(chat)).toMatchObject([chat === bob.chat ? aFile : inPlace]);
    }
  }, 120_000);

  it('6 times while it starts, answers in the end what was open and what came meanwhile', async () => {
    const random = createRandom('6 starts');
    await using lives = await live();
    const [ann, zoe, ...crowd] = people(lives, 7) as [Person, Person, ...Person[]];
    const gate = new Gate(page('The page'));
    lives.site.on('/slow', gate.respond);
    {
      await using _bot = lives.begin();
      ann.send(lives.site.url('/slow'));
      await progressOf(ann);
      await isNoted(zoe);
    }
    for (const person of crowd) person.send('/help');
    for (const i of range(6)) {
      await using _bot = lives.begin();
      // No event is waited for: the moment of a kill is a random one. Its first call comes when all is opened.
      await (i % 5 === 4 ? lives.called(1) : sleep(random() * 100));
    }
    gate.open();
    await lives.rest();
    expect(words(ann.chat)).toEqual([expect.stringContaining('The page')]);
    for (const { chat } of crowd) {
      expect(words(chat)).toEqual([expect.stringContaining('What I can do')]);
    }
  }, 120_000);
});

function people({ emulator }: Lives, count: number): Person[] {
  return range(count).map(() => emulator.person());
}

/** By its next answer the bot has noted what it has done before. */
async function isNoted(person: Person): Promise<void> {
  person.send('/help');
  await person.chat.nextMessage();
}

/** Turns are answered one after another: none again once the next one has its answer. */
function expectOrder({ chat }: Person, asked: readonly Turn[]): void {
  const turns = asked.filter(({ isTurn, person }) => isTurn && person.chat === chat);
  const ids = new Set(turns.map(({ question }) => question.message_id));
  const answers = chat.history.flatMap(({ kind, answers = 0 }) =>
    kind === 'sent' && ids.has(answers) ? [answers] : [],
  );
  expect(answers).toEqual(answers.toSorted((a, b) => a - b));
}

/** An answer comes twice only from two processes. */
function expectNoneTwiceInOneLife({ emulator }: Lives, asked: readonly Asked[]): void {
  const begins = emulator.calls('getMe').map(({ at }) => at);
  for (const one of asked) {
    const lives = judge(one).answers.map(({ takenAt }) => begins.findLastIndex((at) => at <= takenAt));
    expect(new Set(lives).size).toBe(lives.length);
  }
}
