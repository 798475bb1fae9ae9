// Groups and buttons: who is answered there, where, and who may stop what.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../src/emulator/contract.ts';
import { Gate } from './gate.ts';
import { expectRest } from './rest.ts';
import { page, said, startWorld, words } from './world.ts';
import type { World } from './world.ts';

let world: World;
beforeAll(async () => {
  // A request that goes on by mistake fails its own test only.
  world = await startWorld({ DOWNLOAD_DEADLINE_MS: '10000', LOOKUP_DEADLINE_MS: '10000' });
  world.site.on('/page', page('The page'));
});
afterAll(async () => {
  await expectRest(world);
  await world[Symbol.asyncDispose]();
});

/** Two people in a group of their own. The bot is an admin there, so it is shown every message. */
function gather() {
  const ann = world.emulator.person();
  const bob = world.emulator.person();
  const group = world.emulator.group({
    title: 'Club',
    members: [ann, bob],
    topics: ['News', 'Talk'],
    botIsAdmin: true,
  });
  const answers = async () => {
    await world.idle();
    return words(group);
  };
  return { ann, bob, group, answers };
}

/** The same, with a page of their own that is held back. */
function gatherAtGate() {
  const club = gather();
  const gate = new Gate(page('The slow page'));
  const path = `/of-${club.ann.id}`;
  world.site.on(path, gate.respond);
  return { ...club, gate, path, link: world.site.url(path) };
}

/** The same, asked for by Ann in the group, with its progress message. */
async function askForSlow() {
  const club = gatherAtGate();
  club.ann.send(`@errand_bot ${club.link}`, { chat: club.group });
  return { ...club, progress: await club.group.nextMessage() };
}

describe.concurrent('In a group the bot', () => {
  it('is silent when nobody asks it', async () => {
    const { ann, bob, group, answers, link, gate } = gatherAtGate();
    const question = ann.send(link, { chat: group });
    bob.send(`look ${link}`, { chat: group, replyTo: question });
    ann.send(`/get@other_bot ${link}`, { chat: group });
    ann.send(`@other_bot ${link}`, { chat: group });
    ann.send(`@errand_botanist what is ${link}?`, { chat: group });
    expect(await answers()).toEqual([]);
    expect(gate.came).toEqual([]);
  });

  it('answers a command, one with its name, and a mention', async () => {
    const { ann, group, answers } = gather();
    ann.send('/jobs', { chat: group });
    ann.send('/jobs@errand_bot', { chat: group });
    ann.send('/jobs@ERRAND_BOT', { chat: group });
    expect(await answers()).toEqual(Array(3).fill('Nothing is running or waiting for you.'));
    ann.send(`@errand_bot ${world.site.url('/page')}`, { chat: group });
    expect((await answers()).at(-1)).toContain('The page');
  });

  it('answers a link that is a reply to it, and is silent when the reply is talk', async () => {
    const { ann, bob, group, answers } = gather();
    ann.send('/jobs', { chat: group });
    const answer = await group.nextMessage();
    bob.send('thanks!', { chat: group, replyTo: answer });
    bob.send(world.site.url('/page'), { chat: group, replyTo: answer });
    expect(await answers()).toEqual([answer.text, expect.stringContaining('The page')]);
  });

  it('looks at what a mention or a command replies to', async () => {
    const { ann, bob, group } = gather();
    const question = ann.send(`see ${world.site.url('/page')}`, { chat: group });
    bob.send('@errand_bot what is this?', { chat: group, replyTo: question });
    bob.send('/get', { chat: group, replyTo: question });
    await world.idle();
    expect(said(group)).toHaveLength(2);
    expect(said(group).find(({ text }) => text)?.text).toContain('The page');
    expect(said(group).find(({ document }) => document)?.document?.file_name).toBe('page.html');
  });

  it('takes what it asked for as the answer to its question, from the one whom it asked', async () => {
    const { ann, group } = gather();
    ann.send('/get', { chat: group });
    const question = await group.nextMessage();
    expect(question.text).toContain('/get needs a link');
    ann.send(world.site.url('/page'), { chat: group, replyTo: question });
    await world.idle();
    expect(said(group).at(-1)?.document?.file_name).toBe('page.html');
  });

  it('stays in the topic with its typing, its progress and its answer', async () => {
    const { ann, group, gate, link } = gatherAtGate();
    const threadId = group.topics[1]?.threadId ?? 0;
    ann.send(`/get ${link}`, { chat: group, threadId });
    const progress = await group.nextMessage();
    expect(progress.message_thread_id).toBe(threadId);
    gate.open();
    await world.idle();
    expect(said(group)).toMatchObject([{ document: {}, message_thread_id: threadId }]);
    const calls = world.emulator
      .calls()
      .filter(({ chatId, method }) => chatId === group.id && method.startsWith('send'));
    expect(calls.map(({ method, payload }) => [method, Number(payload['message_thread_id'])])).toEqual([
      ['sendChatAction', threadId],
      ['sendMessage', threadId],
      ['sendDocument', threadId],
    ]);
  });

  it('ends its work when it is thrown out', async () => {
    const { group, gate } = await askForSlow();
    group.kickBot();
    await gate.holds(0);
    await world.idle();
    expect(words(group)).toEqual([expect.stringContaining('Looking at your link')]);
  });
});

describe.concurrent('In a group, Cancel', () => {
  it('works as a command with the name of the bot', async () => {
    const { ann, group, answers, gate, progress } = await askForSlow();
    ann.send('/cancel@errand_bot', { chat: group });
    await gate.holds(0);
    expect(await answers()).toEqual(['Cancelled.', 'Cancelled.']);
    expect(said(group)[0]?.message_id).toBe(progress.message_id);
  });

  it('of another bot is not for this one', async () => {
    const { ann, group, answers, gate } = await askForSlow();
    ann.send('/cancel@other_bot', { chat: group });
    ann.send('/jobs', { chat: group });
    expect((await group.nextMessage()).text).toContain('One request of yours');
    gate.open();
    expect((await answers())[0]).toContain('The slow page');
  });

  it('does nothing when another person presses it or sends it', async () => {
    const { bob, group, answers, gate } = await askForSlow();
    const tap = bob.tap('Cancel', { chat: group });
    expect(await tap.answered).toEqual({ text: 'There is nothing of yours to cancel.' });
    bob.send('/cancel', { chat: group });
    expect((await group.nextMessage()).text).toBe('There is nothing of yours to cancel.');
    expect(gate.held).toBe(1);
    gate.open();
    expect((await answers())[0]).toContain('The slow page');
  });
});

describe.concurrent('A button', () => {
  /** The answer to the press of a button with this data, under a message of the bot. */
  const press = async (person: Person, data: string | undefined) => {
    person.send('/help');
    const message = await person.chat.nextMessage();
    const id = `press-${person.id}`;
    const press = { id, from: person.user, message, chat_instance: '1', ...(data !== undefined && { data }) };
    world.emulator.deliver({ callback_query: press });
    return world.emulator.nextCall('answerCallbackQuery', {
      where: ({ payload }) => payload['callback_query_id'] === id,
    });
  };

  it.each([
    'nonsense',
    'nonsense:1',
    ':',
    'constructor:x',
    'get',
    'get:',
    'get:unknown',
    'again:unknown',
    undefined,
  ])('with the data "%s", which nobody knows, is answered, and nothing is fetched', async (data) => {
    const ann = world.emulator.person();
    await press(ann, data);
    await world.idle();
    expect(said(ann.chat).filter(({ document }) => document)).toEqual([]);
  });

  it('that is pressed twice while it works brings one file', async () => {
    const { ann, path, link } = gatherAtGate();
    world.site.on(path, page('The page'));
    ann.send(link);
    await ann.chat.nextMessage();
    const gate = new Gate((_request, response) => void response.end('content'));
    world.site.on(path, gate.respond);
    const taps = [ann.tap('Get file'), ann.tap('Get file')];
    expect(await Promise.all(taps.map(({ answered }) => answered))).toEqual([{}, {}]);
    await gate.holds(1);
    gate.open();
    await world.idle();
    expect(gate.came).toHaveLength(1);
    expect(said(ann.chat).filter(({ document }) => document)).toHaveLength(1);
  });

  it('Cancel that is pressed twice cancels once', async () => {
    const { ann, group, answers, gate } = await askForSlow();
    const taps = [ann.tap('Cancel', { chat: group }), ann.tap('Cancel', { chat: group })];
    const toasts = await Promise.all(taps.map(({ answered }) => answered));
    expect(toasts).toContainEqual({ text: 'Cancelled.' });
    await gate.holds(0);
    expect(await answers()).toEqual(['Cancelled.']);
  });

  it('Try again that is pressed twice turns its message into one answer', async () => {
    const ann = world.emulator.person();
    world.site.on('/flapping', (request) => void request.socket.destroy());
    ann.send(world.site.url('/flapping'));
    const failure = await ann.chat.nextMessage();
    expect(failure.text).toContain('broke off');
    world.site.on('/flapping', page('Back again'));
    const taps = [ann.tap('Try again'), ann.tap('Try again')];
    await Promise.all(taps.map(({ answered }) => answered));
    await world.idle();
    expect(said(ann.chat)).toMatchObject([
      { message_id: failure.message_id, text: expect.stringContaining('Back again') },
    ]);
  });
});
