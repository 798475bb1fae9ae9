// Telegram in trouble while the bot writes: refusals, pages in the place of answers, broken connections, lost files.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultOutcome } from '../src/emulator/contract.ts';
import { Gate } from './gate.ts';
import { expectRest } from './rest.ts';
import { page, said, startWorld, words } from './world.ts';
import type { World } from './world.ts';

let world: World;
beforeAll(async () => {
  // A request that goes on by mistake fails its own test only.
  const deadlines = { DOWNLOAD_DEADLINE_MS: '8000', LOOKUP_DEADLINE_MS: '8000' };
  world = await startWorld({ ...deadlines, WAITING_PER_PERSON: '3', SHARE: '1' });
  world.site.on('/page', page('The page'));
});
afterAll(async () => {
  await expectRest(world);
  await world[Symbol.asyncDispose]();
});

/** A new person, what goes wrong with calls for them, and a path of their own on the site. */
function meet() {
  const person = world.emulator.person();
  return {
    person,
    path: `/of-${person.id}`,
    link: world.site.url(`/of-${person.id}`),
    /** Lets the next calls of a method go wrong. */
    fault: (method: string, outcome: FaultOutcome, more: { after?: boolean; times?: number } = {}) =>
      world.emulator.faults.add({ method, chat: person.id, outcome, ...more }),
    calls: (method: string) => world.emulator.calls(method).filter(({ chatId }) => chatId === person.id),
    called: (method: string) =>
      world.emulator.nextCall(method, { where: ({ chatId }) => chatId === person.id }),
  };
}

/** The same, with a slow page at their path. */
function meetSlow() {
  const met = meet();
  const gate = new Gate(page('The page'));
  world.site.on(met.path, gate.respond);
  return { ...met, gate };
}

const html = '<html><h1>Bad Gateway</h1></html>';

describe.concurrent('An answer', () => {
  it('that Telegram refuses with 429 comes once, when the time it asked for is over, and others do not wait', async () => {
    const { person: ann, fault, calls, called } = meet();
    const { person: bob } = meet();
    fault('sendMessage', { status: 429, retryAfter: 1 });
    ann.send('/help');
    const refused = await called('sendMessage');
    bob.send('/help');
    ann.send('/jobs');
    await bob.chat.nextMessage();
    expect(words(ann.chat)).toEqual([]);
    await world.idle();
    expect(words(ann.chat).toSorted((a, b) => b.localeCompare(a))).toEqual([
      expect.stringContaining('What I can do'),
      'Nothing is running or waiting for you.',
    ]);
    const [first, ...others] = calls('sendMessage');
    expect(first).toEqual(refused);
    expect(others.map(({ status }) => status)).toEqual([200, 200]);
    // Timers may be a moment early.
    for (const { at } of others) expect(at).toBeGreaterThan(refused.at + 990);
  });

  it.each<[string, FaultOutcome]>([
    ['500', { status: 500 }],
    ['a page of a proxy', { status: 502, html }],
    ['503 without JSON', { status: 503, html: '' }],
  ])('that is refused with %s is sent again, and comes once', async (_, outcome) => {
    const { person, fault, calls } = meet();
    fault('sendMessage', outcome);
    person.send(world.site.url('/page'));
    await world.idle();
    expect(words(person.chat)).toEqual([expect.stringContaining('The page')]);
    expect(calls('sendMessage').map(({ ok }) => ok)).toEqual([false, true]);
  });

  it.each<[string, FaultOutcome]>([
    ['the connection breaks', 'drop'],
    ['a proxy gives up', { status: 504, html }],
    ['an answer is no JSON', { status: 200, html }],
  ])('that may have arrived when %s is not sent twice', async (_, outcome) => {
    const { person, fault, calls } = meet();
    fault('sendMessage', outcome, { after: true });
    person.send(world.site.url('/page'));
    await world.idle();
    expect(words(person.chat)).toEqual([expect.stringContaining('The page')]);
    expect(calls('sendMessage')).toHaveLength(1);
  });

  it.each<[string, FaultOutcome]>([
    ['500', { status: 500 }],
    ['a broken connection', 'drop'],
    ['429', { status: 429, retryAfter: 1 }],
  ])('that takes the place of its progress does so in spite of %s', async (_, outcome) => {
    const { person, fault, link, gate } = meetSlow();
    person.send(link);
    const { message_id } = await person.chat.nextMessage();
    fault('editMessageText', outcome, { after: outcome === 'drop' });
    gate.open();
    await world.idle();
    expect(said(person.chat)).toMatchObject([{ message_id, text: expect.stringContaining('The page') }]);
  });

  it('comes to everybody, also in other chats, while Telegram does not answer one call at all', async () => {
    const { person: ann, fault, link, gate } = meetSlow();
    const { person: bob } = meet();
    const stuck = fault('sendChatAction', 'hang', { times: 2 });
    ann.send(link);
    await gate.holds(1);
    bob.send(world.site.url('/page'));
    ann.send('/help');
    expect((await bob.chat.nextMessage()).text).toContain('The page');
    expect((await ann.chat.nextMessage()).text).toContain('What I can do');
    gate.open();
    await world.idle();
    expect(words(ann.chat).at(-1)).toContain('The page');
    stuck[Symbol.dispose]();
  });

  it('that too much is waiting comes for many messages together while Telegram asks for silence', async () => {
    const { person, fault, called, link, gate } = meetSlow();
    fault('sendMessage', { status: 429, retryAfter: 1 });
    // The help and the notice take long enough for progress to be due meanwhile.
    fault('sendMessage', { delayMs: 500 }, { times: 2 });
    person.send('/help');
    await called('sendMessage');
    for (let i = 0; i < 30; i++) person.send(`${link}?${i}`);
    await person.chat.waitFor(({ text = '' }) => text.startsWith('I could not take in 26 messages'));
    // Progress is shown again from here on.
    await person.chat.waitFor(({ text = '' }) => text.includes('2 ahead of you'));
    gate.open();
    await world.idle();
    expect(words(person.chat).filter((text) => text.includes('The page'))).toHaveLength(4);
    // With the help and the notice there are no more: nobody is told 26 times the same.
    expect(words(person.chat)).toHaveLength(6);
  });
});

describe.concurrent('A file', () => {
  const meetWithFile = () => {
    const met = meet();
    world.site.on(met.path, (_request, response) => {
      response.writeHead(200, { etag: `"${met.path}"`, 'content-length': 7 }).end('content');
    });
    const get = async () => {
      met.person.send(`/get ${met.link}`);
      await world.idle();
      return said(met.person.chat).map(({ document, text }) => (document ? 'file' : text));
    };
    /** Whether the file was uploaded or sent by its id, call by call. */
    const ways = () =>
      met
        .calls('sendDocument')
        .map(({ payload }) => (typeof payload['document'] === 'object' ? 'upload' : 'id'));
    return { ...met, get, ways };
  };

  it.each<[string, FaultOutcome]>([
    ['429', { status: 429, retryAfter: 1 }],
    ['500', { status: 500 }],
    ['502 and a page', { status: 502, html }],
  ])('whose upload is refused with %s is uploaded again, and comes once', async (_, outcome) => {
    const { fault, get, ways } = meetWithFile();
    fault('sendDocument', outcome);
    expect(await get()).toEqual(['file']);
    expect(ways()).toEqual(['upload', 'upload']);
  });

  it('that may have arrived when the connection broke is not sent twice', async () => {
    const { fault, get, ways } = meetWithFile();
    fault('sendDocument', 'drop', { after: true });
    await get();
    expect(ways()).toEqual(['upload']);
  });

  it('that is too large for Telegram after all is said to be', async () => {
    const { fault, get } = meetWithFile();
    fault('sendDocument', { status: 413, html: '<h1>413 Request Entity Too Large</h1>' });
    expect(await get()).toEqual([expect.stringContaining('the most I can take here is 50 MB')]);
  });

  it('that Telegram has is sent by its id, and is fetched again when Telegram has lost it', async () => {
    const { get, ways, person } = meetWithFile();
    await get();
    const fileId = said(person.chat)[0]?.document?.file_id ?? '';
    using database = new DatabaseSync(join(world.dataDir, 'state.sqlite'));
    database
      .prepare("UPDATE kept SET value = replace(value, ?, 'lost') WHERE namespace = 'file-ids'")
      .run(fileId);
    expect(await get()).toEqual(['file', 'file']);
    expect(ways()).toEqual(['upload', 'id', 'upload']);
    expect(await get()).toEqual(['file', 'file', 'file']);
    expect(ways()).toEqual(['upload', 'id', 'upload', 'id']);
  });
});

describe.concurrent('An update', () => {
  it('that comes twice is answered once', async () => {
    const { person } = meet();
    const updates: object[] = [];
    const stop = world.emulator.listen(
      (event) => event.kind === 'update' && event.chatId === person.id && updates.push(event.update),
    );
    person.send(world.site.url('/page'));
    await world.idle();
    stop();
    for (const update of [...updates, ...updates]) world.emulator.deliver(update);
    await world.idle();
    expect(words(person.chat)).toEqual([expect.stringContaining('The page')]);
    expect(updates).toHaveLength(1);
  });

  it.each<[string, FaultOutcome[], { after: boolean }]>([
    ['500', [{ status: 500 }, { status: 500 }], { after: false }],
    [
      'pages',
      [
        { status: 502, html },
        { status: 503, html: '' },
      ],
      { after: false },
    ],
    ['broken connections', ['drop', 'drop'], { after: false }],
    ['a conflict with another bot', [{ status: 409 }], { after: false }],
    ['429', [{ status: 429, retryAfter: 1 }], { after: false }],
    ['an answer that was lost', ['drop'], { after: true }],
  ])('is taken after polls that ended with %s', async (_, outcomes, more) => {
    await using world = await startWorld();
    const [ann, bob] = [world.emulator.person(), world.emulator.person()];
    for (const outcome of outcomes) world.emulator.faults.add({ method: 'getUpdates', outcome, ...more });
    // The poll that waits already brings the first one; the next ones meet the faults.
    ann.send('/help');
    await ann.chat.nextMessage();
    bob.send('/help');
    await bob.chat.nextMessage();
    await expectRest(world);
    for (const { chat } of [ann, bob])
      expect(words(chat)).toEqual([expect.stringContaining('What I can do')]);
    expect(world.emulator.calls('getUpdates').filter(({ ok }) => !ok)).toHaveLength(outcomes.length);
  });
});
