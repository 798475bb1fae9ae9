// Many people at once: everybody is answered, nobody waits for somebody else's load, nothing stays behind.

import { afterEach, describe, expect, it } from 'vitest';
import type { Person } from '../src/emulator/contract.ts';
import { Gate } from './gate.ts';
import { expectRest, nothing } from './rest.ts';
import { page, said, startWorld, words } from './world.ts';
import type { Site, World } from './world.ts';

let world: World;
afterEach(async () => {
  await expectRest(world);
  await world[Symbol.asyncDispose]();
});

function people(count: number): Person[] {
  return Array.from({ length: count }, () => world.emulator.person());
}

/** Links to one path of a site, each of its own. */
function links(site: Site, path: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => site.url(`${path}?${i}`));
}

describe('A burst', () => {
  it('of 1,000 links from 50 people is answered to the last one', async () => {
    world = await startWorld({ LOOKUP_DEADLINE_MS: '60000' }, { emulator: { recorded: 1 } });
    const { site } = world;
    site.on('/page', (request, response) => page(`Page ${request.url}.`)(request, response));
    const crowd = people(50);
    const asked = crowd.map((person, p) =>
      links(site, '/page', 20).map((link, i) => ({
        title: `Page /page?${i}&${p}.`,
        messageId: person.send(`${link}&${p}`).message_id,
      })),
    );
    expect(await world.idle()).toEqual(nothing);
    for (const [p, person] of crowd.entries()) {
      const answered = said(person.chat).map(({ text, reply_to_message: question }) => ({
        title: text?.split('\n')[0]?.replaceAll('\u2060', ''),
        messageId: question?.message_id,
      }));
      expect(answered).toHaveLength(20);
      expect(answered).toEqual(expect.arrayContaining(asked[p] ?? []));
    }
    expect(site.hits.get('/page')).toBe(1_000);
  }, 60_000);

  it('of 1,000 messages from one person keeps nobody else waiting, and each of them is answered', async () => {
    world = await startWorld(
      { SLOTS: '8', SHARE: '4', WAITING_PER_PERSON: '60', LOOKUP_DEADLINE_MS: '60000' },
      { emulator: { messagesKept: 4_000 } },
    );
    const { site } = world;
    const gate = new Gate(page('Slow page'));
    site.on('/slow', gate.respond);
    site.on('/page', page('Quick page'));
    const [ann, bob] = people(2) as [Person, Person];
    const asked = links(site, '/slow', 1_000).map((link) => ann.send(link).message_id);
    bob.send(site.url('/page'));
    bob.send('/help');
    // The flood is still held, every page of it, when the others have their answers.
    await bob.chat.waitFor(({ text = '' }) => text.includes('Quick page'));
    await bob.chat.waitFor(({ text = '' }) => text.includes('What I can do'));
    expect(gate.peak).toBe(4);
    expect(words(ann.chat).join()).not.toContain('Slow page');
    gate.open();
    expect(await world.idle()).toEqual(nothing);
    const answers = said(ann.chat);
    const texts = words(ann.chat);
    expect(texts.filter((text) => text.startsWith('Slow page'))).toHaveLength(64);
    expect(texts.filter((text) => text.startsWith('You have 60 requests waiting already'))).toHaveLength(936);
    expect(new Set(answers.map((one) => one.reply_to_message?.message_id))).toEqual(new Set(asked));
    expect(answers).toHaveLength(1_000);
  });

  it('that is too much for all together is answered honestly', async () => {
    world = await startWorld({ SLOTS: '1', WAITING_TOTAL: '2' });
    const gate = new Gate(page('The page'));
    world.site.on('/slow', gate.respond);
    const crowd = people(5);
    const waiting = world.waited(2);
    for (const [i, person] of crowd.entries()) person.send(world.site.url(`/slow?${i}`));
    await Promise.all([waiting, gate.holds(1)]);
    const busy = await Promise.all(crowd.slice(3).map(({ chat }) => chat.nextMessage()));
    for (const { text } of busy) expect(text).toContain('Too many people are asking at once');
    gate.open();
    await world.idle();
    for (const { chat } of crowd.slice(0, 3))
      expect(words(chat)).toEqual([expect.stringContaining('The page')]);
    crowd[4]?.tap('Try again');
    await world.idle();
    expect(words(crowd[4]?.chat ?? { messages: [] })).toEqual([expect.stringContaining('The page')]);
  });
});

describe('Ten links of one message', () => {
  it('are looked at all together', async () => {
    world = await startWorld();
    const gate = new Gate(page('One of ten'));
    world.site.on('/slow', gate.respond);
    const [ann] = people(1) as [Person];
    ann.send(links(world.site, '/slow', 10).join(' '));
    await gate.holds(10);
    gate.open();
    await world.idle();
    expect(words(ann.chat)).toEqual([expect.stringMatching(/1\. One of ten[^]*10\. One of ten/)]);
  });
});

describe('A newcomer', () => {
  it('beside a person with 200 waiting links is served next', async () => {
    world = await startWorld({ SLOTS: '2', LOOKUP_DEADLINE_MS: '60000' });
    const { site } = world;
    const gate = new Gate(page('A page'));
    site.on('/heavy', gate.respond);
    site.on('/new', gate.respond);
    const [ann, bob] = people(2) as [Person, Person];
    const heavy = links(site, '/heavy', 200);
    const annWaits = world.waited(10);
    for (let i = 0; i < 200; i += 20) ann.send(heavy.slice(i, i + 20).join(' '));
    await Promise.all([annWaits, gate.holds(2)]);
    const bobWaits = world.waited(1);
    bob.send(site.url('/new'));
    await bobWaits;
    expect(gate.came).toHaveLength(2);
    gate.admit();
    await gate.arrived(3);
    expect(gate.came[2]).toBe('/new');
    gate.open();
    await world.idle();
    expect(words(bob.chat)).toEqual([expect.stringContaining('A page')]);
    expect(words(ann.chat).filter((text) => text.includes('20. A page'))).toHaveLength(10);
  });
});

describe('The same address, asked for by twenty people at once', () => {
  it.each(['0', '1'])('is looked at once, with PER_HOST=%s', async (perHost) => {
    world = await startWorld({ PER_HOST: perHost });
    const gate = new Gate(page('The page'));
    world.site.on('/page', gate.respond);
    const crowd = people(20);
    for (const person of crowd) person.send(world.site.url('/page'));
    await gate.holds(1);
    await world.emulator.polling();
    gate.open();
    await world.idle();
    expect(gate.came).toHaveLength(1);
    for (const { chat } of crowd) expect(words(chat)).toEqual([expect.stringContaining('The page')]);
  });

  it.each(['0', '1'])('is fetched and uploaded once, with PER_HOST=%s', async (perHost) => {
    world = await startWorld({ PER_HOST: perHost, DOWNLOAD_SLOTS: '2' });
    const content = Buffer.alloc(300_000, 'file ');
    const gate = new Gate(
      (_request, response) =>
        void response.writeHead(200, { etag: '"one"', 'content-length': content.length }).end(content),
    );
    world.site.on('/file.txt', gate.respond);
    const crowd = people(20);
    for (const person of crowd) person.send(`/get ${world.site.url('/file.txt')}`);
    await gate.holds(1);
    await world.emulator.polling();
    gate.open();
    await world.idle();
    expect(gate.came).toHaveLength(1);
    const uploads = world.emulator
      .calls('sendDocument')
      .filter(({ payload }) => typeof payload['document'] === 'object');
    expect(uploads).toHaveLength(1);
    for (const { chat } of crowd) {
      const [message] = said(chat);
      expect(message?.document?.file_name).toBe('file.txt');
      expect(message && (await chat.file(message))).toEqual(content);
    }
  });
});
