// Messages that change, vanish or hold too much while the bot is at work, and people who leave in the middle.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../src/emulator/contract.ts';
import { Gate } from './gate.ts';
import { expectRest } from './rest.ts';
import { answersTo, page, said, silence, startWorld, words } from './world.ts';
import type { Respond, World } from './world.ts';

const noLink = 'I see no link here';

/** The first half of a file, which then stalls. */
const half: Respond = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/zip', 'content-length': 1_000_000, etag: '"one"' });
  response.write(Buffer.alloc(500_000));
};

let world: World;
let ann: Person;
beforeAll(async () => {
  // A request that goes on by mistake fails its own test only.
  world = await startWorld({ DOWNLOAD_DEADLINE_MS: '10000', LOOKUP_DEADLINE_MS: '10000' });
});
afterAll(() => world[Symbol.asyncDispose]());
afterEach(() => expectRest(world));

/** A slow page, already asked for by Ann. */
async function askForSlow(title: string) {
  const gate = new Gate(page(title));
  world.site.on('/slow', gate.respond);
  ann = world.emulator.person({ first_name: 'Ann' });
  const question = ann.send(world.site.url('/slow'));
  await gate.holds(1);
  return { gate, question };
}

describe('A question', () => {
  it('that is edited while it is worked on is answered as it is now, once', async () => {
    const { gate, question } = await askForSlow('Old');
    world.site.on('/new', page('New'));
    ann.edit(question, world.site.url('/new'));
    await gate.holds(0);
    await world.idle();
    expect(words(ann.chat)).toEqual([expect.stringContaining('New')]);
  });

  it('that is edited after the first progress is answered in the place of that', async () => {
    const { question } = await askForSlow('Old');
    world.site.on('/new', page('New'));
    const progress = await ann.chat.nextMessage();
    ann.edit(question, world.site.url('/new'));
    await world.idle();
    expect(said(ann.chat)).toMatchObject([
      { message_id: progress.message_id, text: expect.stringContaining('New') },
    ]);
  });

  it('that is edited twice at once is answered as it is in the end, once', async () => {
    const { question } = await askForSlow('Old');
    world.site.on('/second', page('Second'));
    world.site.on('/third', page('Third'));
    ann.edit(question, world.site.url('/second'));
    ann.edit(question, world.site.url('/third'));
    await world.idle();
    expect(words(ann.chat)).toEqual([expect.stringContaining('Third')]);
  });

  it('that is edited into one without a link is answered so', async () => {
    const { gate, question } = await askForSlow('Old');
    ann.edit(question, 'never mind');
    await gate.holds(0);
    await world.idle();
    expect(words(ann.chat)).toEqual([expect.stringContaining(noLink)]);
  });

  it('that is edited after its answer is not answered again', async () => {
    const { gate, question } = await askForSlow('Old');
    gate.open();
    await world.idle();
    ann.edit(question, world.site.url('/new'));
    await world.idle();
    expect(words(ann.chat)).toEqual([expect.stringContaining('Old')]);
  });

  it('that is deleted meanwhile is answered without a quote', async () => {
    const { gate, question } = await askForSlow('The page');
    ann.delete(question);
    gate.open();
    const answer = await ann.chat.nextMessage();
    expect(answer.text).toContain('The page');
    expect(answer.reply_to_message).toBeUndefined();
  });

  it('whose progress message is deleted is answered in a new one', async () => {
    const { gate } = await askForSlow('The page');
    ann.delete(await ann.chat.nextMessage());
    gate.open();
    await world.idle();
    expect(words(ann.chat)).toEqual([expect.stringContaining('The page')]);
  });
});

describe('A person who leaves', () => {
  // With these only what is tested here can end the work in time.
  const deadlines = { DOWNLOAD_DEADLINE_MS: '60000', LOOKUP_DEADLINE_MS: '60000' };

  it.each([
    ['a card', '', silence],
    ['a file', '/get ', half],
  ])('and blocks the bot while %s is fetched ends the work', async (_, command, respond) => {
    await using world = await startWorld(deadlines);
    const { emulator, site } = world;
    const person = emulator.person();
    // So it is not learnt from a refused call.
    using _stuck = emulator.faults.add({ method: 'sendChatAction', outcome: 'hang' });
    site.on('/half', respond);
    person.send(`${command}${site.url('/half')}`);
    await site.visited();
    person.block();
    await site.left();
    await world.idle();
    expect(said(person.chat)).toEqual([]);
    person.unblock();
    person.send('/help');
    expect((await person.chat.nextMessage()).text).toContain('What I can do');
    await expectRest(world);
  });

  it('and whose block becomes known by a refused call only ends the work too', async () => {
    await using world = await startWorld(deadlines);
    const { emulator, site } = world;
    const person = emulator.person();
    using _refusal = emulator.faults.add({
      chat: person.id,
      times: Infinity,
      outcome: { status: 403, description: 'Forbidden: bot was blocked by the user' },
    });
    site.on('/half', half);
    person.send(`/get ${site.url('/half')}`);
    await site.visited();
    await site.left();
    await expectRest(world);
    expect(said(person.chat)).toEqual([]);
  });
});

describe('A message', () => {
  it('with 200 links gets twenty cards, and is told about the rest', async () => {
    const person = world.emulator.person();
    world.site.on('/many', page('One of many'));
    const entities = Array.from({ length: 200 }, (_, i) => {
      return { type: 'text_link' as const, offset: 2 * i, length: 1, url: world.site.url(`/many?${i}`) };
    });
    person.send('x '.repeat(200), { entities });
    await world.idle();
    expect(words(person.chat)).toEqual([
      expect.stringMatching(/1\. One of many[^]*20\. One of many[^]*I looked at the first 20 of 200 links/),
    ]);
    expect(world.site.hits.get('/many')).toBe(20);
  });

  it('with an unknown command is told the one that was meant, or where to find all', async () => {
    expect(await answersTo(world, '/hepl')).toEqual(["I don't know that command. Did you mean /help?"]);
    expect(await answersTo(world, '/frobnicate')).toEqual([
      "I don't know that command. /help shows those I know.",
    ]);
  });

  it('without text is told what would have worked, and one that nobody wrote is not', async () => {
    const person = world.emulator.person();
    const base = { from: person.user, chat: { id: person.id, type: 'private' }, date: 1_800_000_000 };
    world.emulator.deliver({
      message: { ...base, message_id: 900_001, sticker: { file_id: 's', emoji: '👍' } },
    });
    world.emulator.deliver({ message: { ...base, message_id: 900_002, pinned_message: {} } });
    await world.idle();
    expect(words(person.chat)).toEqual([expect.stringContaining(noLink)]);
  });

  it.each([
    ['letters', 'a'.repeat(4_096)],
    ['signs of two units', '🙂'.repeat(4_096)],
    ['slashes', '/'.repeat(4_096)],
    ['beginnings of schemes', 'a+'.repeat(2_048)],
  ])('of 4,096 characters is taken in whole: %s', async (_, text) => {
    expect(await answersTo(world, text)).toEqual([expect.stringContaining(noLink)]);
  });

  it('of 4,096 characters that are one link is told that this is too long', async () => {
    expect(await answersTo(world, world.site.url('/').padEnd(4_096, 'a'))).toEqual([
      expect.stringContaining('That link is longer than 2,048 characters'),
    ]);
  });

  it('that is a file is answered by the links of its caption', async () => {
    const person = world.emulator.person();
    world.site.on('/caption', page('From the caption'));
    const file = { name: 'a.txt', bytes: Buffer.from('text') };
    await person.sendDocument(file, { caption: `see ${world.site.url('/caption')}` });
    await world.idle();
    expect(words(person.chat)).toEqual([expect.stringContaining('From the caption')]);
  });

  it('that replies to another one is answered by the links of that', async () => {
    const person = world.emulator.person();
    world.site.on('/first', page('From the first'));
    const first = person.send(`see ${world.site.url('/first')}`);
    await world.idle();
    person.send('/get', { replyTo: first });
    await world.idle();
    expect(words(person.chat)).toEqual([expect.stringContaining('From the first'), expect.any(String)]);
    expect(said(person.chat)[1]?.document?.file_name).toBe('first.html');
  });

  it('gets a card that says each thing once', async () => {
    world.site.on('/once', (_request, response) => {
      const head =
        '<title>The title</title><meta name="description" content="What it is"><meta property="og:site_name" content="The site">';
      response.writeHead(200, { 'content-type': 'text/html' }).end(head);
    });
    const [card] = await answersTo(world, world.site.url('/once'));
    expect(card).toMatch(
      /^The title\nWhat it is\nThe site \(site\.localhost\) · page · [\d.]+ m?s · not encrypted$/,
    );
  });
});
