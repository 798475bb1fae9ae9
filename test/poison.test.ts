// Handlers that bring the process down, or fail for ever: they are given up after three tries, and nobody else is.

import { beforeAll, describe, expect, it, vi } from 'vitest';
import { range } from '../bench/measure.ts';
import type { Person } from '../src/emulator/contract.ts';
import { Gate } from './gate.ts';
import { readLeft } from './inbox-file.ts';
import { compile, patient, startStoppable, stop, well } from './stopping.ts';
import type { Stoppable } from './stopping.ts';
import { page, words } from './world.ts';

vi.setConfig({ maxConcurrency: 20, testTimeout: 120_000 });

beforeAll(compile);

const owner = 5001;
const hasAnswer = expect.stringContaining('The page');
const isBuried = expect.stringMatching(/^I tried several times and failed each time\..*: [0-9a-z]+$/);
const hasHelp = expect.stringContaining('What I can do');

/** A bot with bad handlers that the first person may use, a slow page, and as many people. */
async function startBad(count: number, files: string[] = []) {
  const lives = await startStoppable({ ADMIN_IDS: `${owner}` }, ['bad-handlers.ts', ...files]);
  const gate = new Gate(page('The page'));
  lives.site.on('/slow', gate.respond);
  const people = range(count).map(() => lives.emulator.person());
  return { lives, gate, people, link: (of: Person) => lives.site.url(`/slow?${of.id}`) };
}

/** A life, until a handler ends it; undefined when none does, and all is finished. */
async function live(lives: Stoppable) {
  await using bot = lives.begin();
  const finished = lives.idle().then(() => true);
  // When the process has ended, nothing more is heard of it.
  const crashed = bot.ended.then(() => false);
  if (await Promise.race([finished.catch(() => crashed), crashed])) return void (await stop(bot));
  return { ...(await bot.ended), log: bot.log.join('\n') };
}

/** Lives until none ends before its time; `most` at most. Tells how those ended that did. */
async function liveOn(lives: Stoppable, most: number, before: (life: number) => void = () => {}) {
  const ends: NonNullable<Awaited<ReturnType<typeof live>>>[] = [];
  for (const life of range(most + 1)) {
    before(life + 1);
    const end = await live(lives);
    if (!end) return ends;
    ends.push(end);
  }
  throw new Error(`Cannot live on: ended ${ends.length} times`);
}

describe.concurrent('A handler that ends the process', () => {
  it('because it throws where nobody catches is told of in the log, and buried after the third time', async () => {
    const { lives, people } = await startBad(2);
    await using _lives = lives;
    const [ann, bob] = people as [Person, Person];
    ann.send('/throw a secret');
    const ends = await liveOn(lives, 3, (life) => {
      if (life === 4) bob.send('/help');
    });
    expect(ends).toHaveLength(3);
    for (const { code, log } of ends) {
      expect(code).toBe(1);
      expect(log).toMatch(/"level":60,.*"origin":"uncaughtException","msg":"unexpected failure/);
      expect(log).not.toContain('a secret');
    }
    expect(words(ann.chat)).toEqual([isBuried]);
    expect(words(bob.chat)).toEqual([hasHelp]);
    expect(readLeft(lives.dataDir)).toEqual({ endedWell: true, counted: [] });
  });

  it('because it lets a rejection go unhandled is told of in the log too', async () => {
    const { lives, people } = await startBad(1);
    await using _lives = lives;
    people[0]?.send('/reject a secret');
    const { code, log } = (await live(lives)) ?? {};
    expect(code).toBe(1);
    expect(log).toMatch(/"level":60,.*"origin":"unhandledRejection","msg":"unexpected failure/);
    expect(log).not.toContain('a secret');
    expect(readLeft(lives.dataDir)).toEqual({ endedWell: false, counted: [0] });
  });

  it('does not take along whoever is there each time, even with an answer that is just on its way', async () => {
    const { lives, gate, people, link } = await startBad(3);
    await using _lives = lives;
    const [ann, bob, cem] = people as [Person, Person, Person];
    bob.send(link(bob));
    ann.send('/throw');
    cem.send(link(cem));
    gate.open();
    using _slow = lives.emulator.faults.add({
      method: /^(?:sendMessage|editMessageText)$/,
      chat: bob.id,
      times: Infinity,
      outcome: { delayMs: 500 },
    });
    await liveOn(lives, 8);
    expect(words(ann.chat)).toEqual([isBuried]);
    expect(words(bob.chat)).toEqual([hasAnswer]);
    expect(words(cem.chat)).toEqual([hasAnswer]);
  });

  it('at once is told from those that are over as quickly', async () => {
    const { lives, people } = await startBad(4);
    await using _lives = lives;
    const [ann, ...others] = people as [Person, ...Person[]];
    for (const other of others) other.send('/help');
    ann.send('/exit');
    for (const other of others) other.send('/jobs');
    await liveOn(lives, 8);
    expect(words(ann.chat)).toEqual([isBuried]);
    for (const { chat } of others) expect(words(chat)).not.toContainEqual(isBuried);
  });

  it('in whatever way is buried, each of three at once, and nobody else', async () => {
    const { lives, gate, people, link } = await startBad(3);
    await using _lives = lives;
    const [ann, bob, cem] = people as [Person, Person, Person];
    gate.open();
    const commands = ['/abort', '/exit', '/kill'];
    cem.send('/help');
    for (const command of commands) ann.send(command);
    bob.send(link(bob));
    await liveOn(lives, 15);
    // One may be told twice: the next handler ended the process before it was noted.
    const told = [...new Set(words(ann.chat))];
    expect(told).toEqual(commands.map(() => isBuried));
    expect(words(bob.chat)).toEqual([hasAnswer]);
    expect(words(cem.chat)).not.toContainEqual(isBuried);
  });
});

describe.concurrent('A handler', () => {
  it('whose reply Telegram refuses for ever is tried three times and buried, and the process goes on', async () => {
    const { lives, people } = await startBad(2, ['hurry.ts']);
    await using _lives = lives;
    const [ann, bob] = people as [Person, Person];
    await using bot = lives.begin();
    const question = ann.send('/empty');
    const told = await ann.chat.nextMessage(patient);
    expect(told.text).toEqual(isBuried);
    bob.send('/help');
    expect((await bob.chat.nextMessage(patient)).text).toEqual(hasHelp);
    expect(bot.log.filter((line) => line.includes('update is tried again'))).toHaveLength(3);
    expect(ann.chat.repliesTo(question)).toHaveLength(1);

    const id = told.text?.split(' ').at(-1) ?? '';
    ann.send('/buried');
    expect((await ann.chat.nextMessage(patient)).text).toContain(id);
    expect(await stop(bot)).toEqual(well);
  });

  it('that throws, never ends or ignores its signal costs itself an answer, and nobody else', async () => {
    const { lives, gate, people, link } = await startBad(3, ['hurry.ts']);
    await using _lives = lives;
    const [ann, bob, cem] = people as [Person, Person, Person];
    gate.open();
    await using bot = lives.begin();
    for (const command of ['/bug', '/stuck', '/deaf', '/empty']) ann.send(command);
    bob.send(link(bob));
    cem.send('/help');
    await bob.chat.waitFor(({ text = '' }) => text.startsWith('The page'), patient);
    expect((await cem.chat.nextMessage(patient)).text).toEqual(hasHelp);
    await ann.chat.waitFor(({ text = '' }) => text.startsWith('Something went wrong on my side'), patient);
    await ann.chat.waitFor(({ text = '' }) => text.startsWith('No answer within'), patient);
    await ann.chat.waitFor(({ text = '' }) => text.startsWith('I tried several times'), patient);
    cem.send('/help');
    expect((await cem.chat.nextMessage(patient)).text).toEqual(hasHelp);
    expect(bot.log.join('\n')).not.toContain('"level":60');
  });
});
