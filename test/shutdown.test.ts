// SIGTERM and SIGINT: nothing new is taken, what can be finished is, the rest is kept, and the process ends in time.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { range } from '../bench/measure.ts';
import type { Emulator, FaultOutcome, Person } from '../src/emulator/contract.ts';
import { openSqliteInbox } from '../src/work/inbox-sqlite.ts';
import { aMessage } from './a-message.ts';
import { Gate } from './gate.ts';
import { readLeft } from './inbox-file.ts';
import { startRelay } from './relay.ts';
import type { Relay } from './relay.ts';
import {
  ask,
  childrenOf,
  compile,
  finish,
  identify,
  inTime,
  patient,
  startStoppable,
  stop,
  well,
} from './stopping.ts';
import type { Stoppable } from './stopping.ts';
import { page, said, words } from './world.ts';

// Most wait for the time that a stop grants to running work, so all do it side by side.
vi.setConfig({ maxConcurrency: 20, testTimeout: 120_000 });

beforeAll(compile);

/** Milliseconds that running work gets after the first signal. */
const graceMs = 8_000;

const hasAnswer = expect.stringContaining('The page');

/** The bot's progress message, once it says what it does. */
const progressOf = ({ chat }: Person) =>
  chat.waitFor(({ text = '' }) => /Looking|next|of 1 MB/.test(text), patient);

/** A bot, and a page of which only as much comes as is let through. */
async function startSlow(settings: NodeJS.ProcessEnv = {}, files: string[] = []) {
  const lives = await startStoppable(settings, files);
  const gate = new Gate(page('The page'));
  lives.site.on('/slow', gate.respond);
  return { lives, gate, link: (of: string) => lives.site.url(`/slow?${of}`) };
}

function people({ emulator }: Stoppable, count: number): Person[] {
  return range(count).map(() => emulator.person());
}

describe.concurrent('The bot, told to stop,', () => {
  it('ends by itself while it has nothing to do', async () => {
    await using lives = await startStoppable();
    await using bot = lives.begin();
    await bot.logged('"started"');
    await lives.idle();
    expect(await stop(bot, 'SIGINT')).toEqual(well);
    expect(readLeft(lives.dataDir)).toEqual({ endedWell: true, counted: [] });
  });

  it('answers what ends in time, takes nothing new, keeps the rest uncounted, and closes its doors last', async () => {
    const { lives, gate, link } = await startSlow({ SLOTS: '2' });
    await using _lives = lives;
    const { emulator, site, dataDir } = lives;
    const content = Buffer.alloc(1_000_000, 'content ');
    let isStalled = true;
    site.on('/file.txt', (_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 400_000));
      if (!isStalled) response.end(content.subarray(400_000));
    });
    const [ann, bob, cem, zoe] = people(lives, 4) as [Person, Person, Person, Person];
    await using bot = lives.begin();
    const { web } = await identify(bot);
    ann.send(link('ann'));
    bob.send(`/get ${site.url('/file.txt')}`);
    await gate.holds(1);
    cem.send(link('cem'));
    await Promise.all([ann, bob, cem].map(progressOf));
    expect(await ask(web, '/readyz')).toBe(200);

    const ended = stop(bot);
    await bot.logged('"stopping"');
    gate.admit();
    zoe.send('/help');
    expect(await ask(web, '/readyz')).toBe(503);
    expect(await ask(web, '/healthz')).toBe(200);
    await ann.chat.waitFor(({ text = '' }) => text.includes('The page'), patient);
    expect(await ask(web, '/readyz')).toBe(503);
    expect(await ask(web, '/healthz')).toBe(200);
    await using other = lives.begin();
    expect((await other.ended).stderr).toContain('another process uses it');
    expect(await ended).toEqual(well);
    expect(words(zoe.chat)).toEqual([]);
    expect(emulator.pending()).toBe(1);
    expect(readLeft(dataDir)).toEqual({ endedWell: true, counted: [0, 0] });

    isStalled = false;
    gate.open();
    await finish(lives);
    expect(await readdir(join(dataDir, 'temp'))).toEqual([]);
    expect(words(ann.chat)).toEqual([hasAnswer]);
    expect(said(bob.chat)).toMatchObject([{ document: { file_size: content.length } }]);
    expect(words(cem.chat)).toEqual([hasAnswer]);
    expect(words(zoe.chat)).toEqual([expect.stringContaining('What I can do')]);
  });

  it.each<[string, (relay: Relay, emulator: Emulator) => Promise<AsyncDisposable>]>([
    ['refuses every call with 500', async (_, emulator) => fail(emulator, { status: 500 })],
    ['answers no call', async (_, emulator) => fail(emulator, 'hang')],
    ['refuses every connection', (relay) => cutOff(relay)],
  ])('ends in time while Telegram %s, and keeps what it could not say', async (_, breakDown) => {
    await using relay = await startRelay();
    const { lives, gate, link } = await startSlow({ TELEGRAM_API_ROOT: relay.root });
    await using _lives = lives;
    relay.leadTo(lives.emulator.apiRoot);
    const [ann, bob, cem] = people(lives, 3) as [Person, Person, Person];
    await using bot = lives.begin();
    ann.send(link('ann'));
    await progressOf(ann);
    // Until it is over, no answer is on its way: what may have arrived would not be sent again.
    const hold = fail(lives.emulator, { status: 429, retryAfter: 2 }, 'sendMessage');
    bob.send('/help');
    lives.emulator.deliver(aMessage(cem, '/help', { agoMs: 2 * 3_600_000 }));
    await Promise.all([bob, cem].map(({ id }) => bot.logged(`"lane":"${id}"`)));
    {
      await using _outage = await breakDown(relay, lives.emulator);
      await hold[Symbol.asyncDispose]();
      gate.open();
      await lives.site.left();
      expect(await stop(bot)).toEqual(well);
      expect(readLeft(lives.dataDir)).toEqual({ endedWell: true, counted: [0, 0, 0] });
    }
    await finish(lives);
    expect(words(ann.chat)).toEqual([hasAnswer]);
    expect(words(bob.chat)).toEqual([expect.stringContaining('What I can do')]);
    expect(words(cem.chat)).toEqual([expect.stringMatching(/^I was away/)]);
  });

  it('ends in time with thousands of updates under way and more to come, and keeps every one', async () => {
    const { lives, gate } = await startSlow({
      SLOTS: '1',
      WAITING_TOTAL: '1000',
      WAITING_PER_PERSON: '1000',
    });
    await using _lives = lives;
    const person = lives.emulator.person();
    {
      await using inbox = openSqliteInbox(join(lives.dataDir, 'inbox.sqlite'));
      const link = lives.site.url('/slow');
      const updates = range(3_000).map((i) => ({
        update_id: i + 1,
        ...aMessage(person, link, { id: i + 1 }),
      }));
      await inbox.accept(updates);
    }
    await using _mute = fail(lives.emulator, 'hang', 'sendMessage');
    await using bot = lives.begin();
    await gate.holds(1);
    await bot.logged('"started"');
    expect(await stop(bot)).toMatchObject(inTime);
    const { counted } = readLeft(lives.dataDir);
    expect(counted).toEqual(range(3_000).map(() => 0));
  });

  it('ends in time while a parser does nothing any more, and takes it along', async () => {
    const { lives, gate, link } = await startSlow();
    await using _lives = lives;
    lives.site.on('/page', page('The page'));
    const [ann, bob] = people(lives, 2) as [Person, Person];
    await using bot = lives.begin();
    const { pid } = await identify(bot);
    bob.send(lives.site.url('/page'));
    await bob.chat.nextMessage(patient);
    const parsers = await childrenOf(pid);
    expect(parsers).not.toEqual([]);
    for (const parser of parsers) process.kill(parser, 'SIGSTOP');
    ann.send(link('ann'));
    await gate.arrived(1);
    gate.open();
    expect(await stop(bot)).toEqual(well);
    for (const parser of parsers) expect(() => process.kill(parser, 0)).toThrow('ESRCH');
    expect(readLeft(lives.dataDir)).toMatchObject({ endedWell: true });
    await finish(lives);
    expect(words(ann.chat)).toEqual([expect.stringContaining('site.localhost')]);
  });

  it('ends in time while handlers take no notice of their signal, and keeps their requests', async () => {
    await using lives = await startStoppable({ ADMIN_IDS: '5001' }, ['bad-handlers.ts']);
    const [ann, bob] = people(lives, 2) as [Person, Person];
    await using bot = lives.begin();
    for (const command of ['/deaf', '/stuck']) ann.send(command);
    bob.send('/help');
    await bob.chat.nextMessage(patient);
    const stderr = expect.stringMatching(/^The process does not end by itself: .*Timeout.*\n$/);
    expect(await stop(bot)).toEqual({ ...inTime, stderr });
    expect(readLeft(lives.dataDir).counted).toEqual([0, 0]);
  });

  it.each<[string, (relay: Relay, emulator: Emulator) => Promise<AsyncDisposable>]>([
    ['answers no call', async (_, emulator) => fail(emulator, 'hang')],
    ['refuses every connection', (relay) => cutOff(relay)],
  ])('ends by itself while it starts and Telegram %s', async (_, breakDown) => {
    await using relay = await startRelay();
    await using lives = await startStoppable({ TELEGRAM_API_ROOT: relay.root });
    relay.leadTo(lives.emulator.apiRoot);
    await using _outage = await breakDown(relay, lives.emulator);
    await using bot = lives.begin();
    const { web } = JSON.parse(await bot.logged('"starting"')) as { web: string };
    expect(await ask(web, '/readyz')).toBe(503);
    expect(await ask(web, '/healthz')).toBe(200);
    expect(await stop(bot)).toEqual(well);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('twice by %s, ends at once with code 1', async (signal) => {
    const { lives, gate, link } = await startSlow();
    await using _lives = lives;
    const ann = lives.emulator.person();
    await using bot = lives.begin();
    ann.send(link('ann'));
    await gate.holds(1);
    const askedAt = performance.now();
    bot.kill(signal);
    await bot.logged('"stopping"');
    expect(await stop(bot, signal)).toMatchObject({ code: 1, signal: null });
    expect(performance.now() - askedAt).toBeLessThan(graceMs);
    expect(readLeft(lives.dataDir)).toEqual({ endedWell: false, counted: [0] });
  });

  it('by Telegram, which refuses its token, ends in time too, with code 1, whatever a handler does', async () => {
    await using lives = await startStoppable({ ADMIN_IDS: '5001' }, ['bad-handlers.ts']);
    const [ann, bob] = people(lives, 2) as [Person, Person];
    await using bot = lives.begin();
    ann.send('/deaf');
    bob.send('/help');
    await bob.chat.nextMessage(patient);
    lives.emulator.faults.add({ method: 'getUpdates', outcome: { status: 401 } });
    bob.send('/help');
    expect(await bot.ended).toMatchObject({ code: 1, signal: null });
  });
});

/** Lets every call fail, or every one of a method, until it is disposed of. */
function fail({ faults }: Emulator, outcome: FaultOutcome, method?: string): AsyncDisposable {
  const fault = faults.add({ method, times: Infinity, outcome });
  return { [Symbol.asyncDispose]: async () => fault[Symbol.dispose]() };
}

async function cutOff(relay: Relay): Promise<AsyncDisposable> {
  await relay.cut();
  return { [Symbol.asyncDispose]: () => relay.mend() };
}
