// What a bot finds when it starts: work that came too late, messages of long ago, stale presses, repeats, a lock, a full disk.

import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { range } from '../bench/measure.ts';
import type { Person } from '../src/emulator/contract.ts';
import { aMessage } from './a-message.ts';
import { Gate } from './gate.ts';
import { makeOlder } from './inbox-file.ts';
import { ask, compile, finish, identify, patient, startStoppable, stop, well } from './stopping.ts';
import type { Stoppable } from './stopping.ts';
import { page, words } from './world.ts';

vi.setConfig({ maxConcurrency: 20, testTimeout: 120_000 });

beforeAll(compile);

const hourMs = 60 * 60 * 1000;
const isAway = expect.stringMatching(/^I was away when you wrote this/);
const hasHelp = expect.stringContaining('What I can do');

async function startSlow(settings: NodeJS.ProcessEnv = {}) {
  const lives = await startStoppable(settings);
  const gate = new Gate(page('The page'));
  lives.site.on('/slow', gate.respond);
  return { lives, gate, link: lives.site.url('/slow') };
}

function people({ emulator }: Stoppable, count: number): Person[] {
  return range(count).map(() => emulator.person());
}

/** A life in which a person sees progress; then it is killed, with all that it had to note noted. */
async function leaveOpen(lives: Stoppable, person: Person, text: string) {
  await using _bot = lives.begin();
  person.send(text);
  const progress = await saying(person, 'Looking');
  const other = lives.emulator.person();
  other.send('/help');
  await other.chat.nextMessage(patient);
  return progress;
}

/** The bot's message to a person, once it begins like this. */
function saying({ chat }: Person, beginning: string) {
  return chat.waitFor(({ text = '' }) => text.startsWith(beginning), patient);
}

describe.concurrent('Work that a killed bot has left', () => {
  it('goes on in its message, and when its time ran out meanwhile says so there, with Try again', async () => {
    const { lives, gate, link } = await startSlow();
    await using _lives = lives;
    const ann = lives.emulator.person();
    const { message_id } = await leaveOpen(lives, ann, link);
    {
      await using _bot = lives.begin();
      expect(await saying(ann, 'I was restarted; still on it')).toMatchObject({ message_id });
      await gate.arrived(2);
    }
    makeOlder(lives.dataDir, 61_000);
    await using bot = lives.begin();
    const fallback = await saying(ann, 'I was restarted, and the time for this ran out');
    expect(fallback).toMatchObject({ message_id });
    await bot.logged('"ending":"timed out"');
    expect(gate.came).toHaveLength(2);
    gate.open();
    ann.tap('Try again', { message: fallback });
    expect(await saying(ann, 'The page')).toMatchObject({ message_id });
    expect(await stop(bot)).toEqual(well);
    expect(words(ann.chat)).toHaveLength(1);
    expect(gate.came).toHaveLength(3);
  });

  it('more than an hour ago is not done: the person is told once that the bot was away', async () => {
    const { lives, gate, link } = await startSlow();
    await using _lives = lives;
    const ann = lives.emulator.person();
    await leaveOpen(lives, ann, link);
    makeOlder(lives.dataDir, hourMs + 60_000);
    await finish(lives);
    expect(words(ann.chat)).toEqual([isAway]);
    expect(gate.came).toHaveLength(1);
  });
});

describe.concurrent('What waits for the bot when it starts', () => {
  it('and is older than an hour is not done, and each chat is told once; what is younger is done', async () => {
    const { lives, gate, link } = await startSlow();
    await using _lives = lives;
    const [ann, bob, cem] = people(lives, 3) as [Person, Person, Person];
    for (const text of [link, '/help', link]) {
      lives.emulator.deliver(aMessage(ann, text, { agoMs: hourMs + 60_000 }));
    }
    lives.emulator.deliver(aMessage(bob, '/settings ru', { agoMs: 20 * hourMs }));
    lives.emulator.deliver(aMessage(cem, '/help', { agoMs: hourMs - 60_000 }));
    await finish(lives);
    expect(words(ann.chat)).toEqual([isAway]);
    expect(words(bob.chat)).toEqual([isAway]);
    expect(words(cem.chat)).toEqual([hasHelp]);
    expect(gate.came).toEqual([]);
  });

  it('and is a press that Telegram has forgotten does nothing and says nothing', async () => {
    await using lives = await startStoppable();
    lives.site.on('/page', page('The page'));
    const ann = lives.emulator.person();
    {
      await using bot = lives.begin();
      ann.send(lives.site.url('/page'));
      await saying(ann, 'The page');
      expect(await stop(bot)).toEqual(well);
    }
    const before = { words: words(ann.chat), visits: lives.site.hits.get('/page') };
    ann.tap('Get file').answered.catch(() => {});
    lives.emulator.clock.advance(60_000);
    await finish(lives);
    expect(lives.emulator.calls('answerCallbackQuery')).toMatchObject([{ status: 400 }]);
    expect({ words: words(ann.chat), visits: lives.site.hits.get('/page') }).toEqual(before);
  });

  it('and comes again, in the same life or the next, with a lower number or a higher one, is done once', async () => {
    await using lives = await startStoppable();
    const { emulator } = lives;
    const [ann, bob, cem] = people(lives, 3) as [Person, Person, Person];
    const first = emulator.deliver(aMessage(ann, '/help'));
    const deliver = (person: Person, update_id: number) =>
      emulator.deliver({ update_id, ...aMessage(person, '/help') });
    {
      await using bot = lives.begin();
      await ann.chat.nextMessage(patient);
      deliver(ann, first);
      deliver(bob, first + 9);
      await bob.chat.nextMessage(patient);
      deliver(cem, first + 4);
      deliver(ann, first);
      deliver(bob, first + 9);
      await cem.chat.nextMessage(patient);
      await lives.idle();
      expect(await stop(bot)).toEqual(well);
    }
    for (const [person, id] of [
      [ann, 0],
      [cem, 4],
      [bob, 9],
    ] as const)
      deliver(person, first + id);
    await finish(lives);
    for (const { chat } of [ann, bob, cem]) expect(words(chat)).toEqual([hasHelp]);
  });
});

describe.concurrent('DATA_DIR', () => {
  it('is one process’s until it ends, however it ends, and whatever is written in its lock', async () => {
    await using lives = await startStoppable();
    const [ann, bob] = people(lives, 2) as [Person, Person];
    const lock = join(lives.dataDir, 'lock.sqlite');
    {
      await using first = lives.begin();
      await first.logged('"started"');
      await using second = lives.begin();
      const stderr = `Cannot use DATA_DIR "${lives.dataDir}": another process uses it\n`;
      expect(await second.ended).toEqual({ code: 1, signal: null, stderr });
      ann.send('/help');
      await ann.chat.nextMessage(patient);
      // By its next answer the bot has noted what it has done before.
      bob.send('/help');
      await bob.chat.nextMessage(patient);
    }
    // A number that another process has by now.
    await writeFile(lock, `${process.pid}\n`);
    await finish(lives);
    await writeFile(`${lock}-journal`, `${process.pid}\n`);
    ann.send('/help');
    await finish(lives);
    expect(words(ann.chat)).toEqual([hasHelp, hasHelp]);
  });

  it('that is full stops the intake without a loss, is told of, and the intake goes on when there is room', async () => {
    await using lives = await startStoppable({ ADMIN_IDS: '5001' }, ['hurry.ts']);
    const [owner, ann] = people(lives, 2) as [Person, Person];
    await using bot = lives.begin();
    const { pid, web } = await identify(bot);
    limitFileSize(pid, '0');
    ann.send('/help');
    expect((await owner.chat.nextMessage(patient)).text).toContain("can't write down new messages");
    expect(await ask(web, '/readyz')).toBe(503);
    expect(await ask(web, '/healthz')).toBe(200);
    expect(lives.emulator.pending()).toBe(1);
    expect(words(ann.chat)).toEqual([]);
    limitFileSize(pid, 'unlimited');
    expect((await ann.chat.nextMessage(patient)).text).toEqual(hasHelp);
    expect((await owner.chat.nextMessage(patient)).text).toContain('can write down new messages again');
    await lives.idle();
    expect(await ask(web, '/readyz')).toBe(200);
    expect(await stop(bot)).toEqual(well);
    expect(words(ann.chat)).toHaveLength(1);
  });
});

/** Sets how large a file a process may write, in bytes: beyond it every write fails (setrlimit, RLIMIT_FSIZE). */
function limitFileSize(pid: number, limit: string): void {
  execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${limit}:`]);
}
