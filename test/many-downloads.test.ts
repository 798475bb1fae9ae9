// Limits on what runs at once, and slow downloads beside quick requests.

import { afterEach, describe, expect, it } from 'vitest';
import type { Person } from '../src/emulator/contract.ts';
import { Gate } from './gate.ts';
import { expectRest } from './rest.ts';
import { page, said, startWorld, words } from './world.ts';
import type { Respond, World } from './world.ts';

const file: Respond = (_request, response) => void response.end('content of the file');

/** The first megabyte of a file of 30, which then comes no further. */
const slow: Respond = (_request, response) => {
  response.writeHead(200, { 'content-length': 30_000_000, etag: '"one"' });
  response.write(Buffer.alloc(1_000_000));
};

/** Lets visitors go one after the other until so many have come in all; `holds` is how many there have to be each time. */
async function admitAll(gate: Gate, count: number, holds: number): Promise<void> {
  for (let left = count; left > 0; left--) {
    await gate.holds(Math.min(holds, left));
    gate.admit();
  }
}

describe.concurrent('A slow download', () => {
  const begin = async (parts: AsyncDisposableStack) => {
    const world = parts.use(await startWorld());
    world.site.on('/slow', slow);
    world.site.on('/page', page('The page'));
    const ann = world.emulator.person({ first_name: 'Ann' });
    const bob = world.emulator.person({ first_name: 'Bob' });
    ann.send(`/get ${world.site.url('/slow')}`);
    const progress = await ann.chat.waitFor(({ text = '' }) => text.includes('1 MB of 30 MB'));
    return { world, ann, bob, progress };
  };

  it("delays neither the person's own /help and links nor those of others", async () => {
    await using parts = new AsyncDisposableStack();
    const { world, ann, bob } = await begin(parts);
    ann.send('/help');
    ann.send(world.site.url('/page'));
    bob.send(world.site.url('/page'));
    await ann.chat.waitFor(({ text = '' }) => text.includes('What I can do'));
    await ann.chat.waitFor(({ text = '' }) => text.includes('The page'));
    await bob.chat.waitFor(({ text = '' }) => text.includes('The page'));
    expect(world.service.held()).toMatchObject({ slots: 1, tempFiles: 1 });
    ann.tap('Cancel');
    await expectRest(world);
  });

  it('ends with Cancel: its connection is closed, its file is gone, its progress message says so', async () => {
    await using parts = new AsyncDisposableStack();
    const { world, ann, progress } = await begin(parts);
    expect(await ann.tap('Cancel').answered).toEqual({ text: 'Cancelled.' });
    await world.site.left();
    expect((await world.idle()).files).toEqual([]);
    expect(said(ann.chat)).toMatchObject([{ message_id: progress.message_id, text: 'Cancelled.' }]);
    expect(world.emulator.calls('sendDocument')).toEqual([]);
    await expectRest(world);
  });

  it('is shown by /jobs with a button that cancels it', async () => {
    await using parts = new AsyncDisposableStack();
    const { world, ann, bob } = await begin(parts);
    bob.send('/jobs');
    expect((await bob.chat.nextMessage()).text).toBe('Nothing is running or waiting for you.');
    ann.send('/jobs');
    const list = await ann.chat.waitFor(({ text = '' }) => text.startsWith('One request of yours'));
    expect(list.text).toMatch(/1\. site\.localhost – running, \d+ s left/);
    const tap = ann.tap('Cancel 1', { message: list });
    expect(await tap.answered).toEqual({ text: 'Cancelled.' });
    await world.site.left();
    await expectRest(world);
  });

  it('goes on for the others who wait for the same file when one of them cancels', async () => {
    await using world = await startWorld();
    const gate = new Gate(file);
    world.site.on('/file.txt', gate.respond);
    const crowd = [world.emulator.person(), world.emulator.person()] as const;
    const progress = crowd.map((person) => {
      person.send(`/get ${world.site.url('/file.txt')}`);
      return person.chat.nextMessage();
    });
    await Promise.all(progress);
    await crowd[0].tap('Cancel').answered;
    await crowd[0].chat.waitFor(({ text }) => text === 'Cancelled.');
    expect(gate.held).toBe(1);
    gate.open();
    await world.idle();
    expect(words(crowd[0].chat)).toEqual(['Cancelled.']);
    expect(said(crowd[1].chat)).toMatchObject([{ document: { file_name: 'file.txt' } }]);
    expect(gate.came).toHaveLength(1);
    await expectRest(world);
  });
});

describe('At once', () => {
  let world: World;
  afterEach(async () => {
    await expectRest(world);
    await world[Symbol.asyncDispose]();
  });

  /** Sends so many requests for different addresses of the same path. */
  const ask = (person: Person, path: string, count: number, command = '') => {
    for (let i = 0; i < count; i++) person.send(`${command}${world.site.url(`${path}?${person.id}-${i}`)}`);
  };

  it('no more requests run than SLOTS, links and downloads together, and no fewer while others wait', async () => {
    world = await startWorld({ SLOTS: '3', SHARE: '2', DOWNLOAD_SLOTS: '3', DOWNLOAD_SHARE: '2' });
    const gate = new Gate(page('The page'));
    world.site.on('/slow', gate.respond);
    const [ann, bob] = [world.emulator.person(), world.emulator.person()];
    const others = world.waited(5);
    ask(ann, '/slow', 4);
    ask(bob, '/slow', 4, '/get ');
    await others;
    // Towards the end one person may be left alone, who has a share of two.
    await admitAll(gate, 5, 3);
    gate.open();
    await world.idle();
    expect(gate.peak).toBe(3);
    expect(words(ann.chat).filter((text) => text.includes('The page'))).toHaveLength(4);
    expect(said(bob.chat).filter(({ document }) => document)).toHaveLength(4);
  });

  it('no more requests of one person run than SHARE, links and downloads together', async () => {
    world = await startWorld({ SLOTS: '10', SHARE: '2' });
    const gate = new Gate(page('The page'));
    world.site.on('/slow', gate.respond);
    const ann = world.emulator.person();
    const others = world.waited(4);
    ask(ann, '/slow', 3);
    ask(ann, '/slow', 3, '/get ');
    await others;
    await admitAll(gate, 6, 2);
    await world.idle();
    expect(gate.peak).toBe(2);
    expect(said(ann.chat)).toHaveLength(6);
  });

  it('no more downloads of one person run than DOWNLOAD_SHARE, while their links go on', async () => {
    world = await startWorld({ DOWNLOAD_SHARE: '3' });
    const gate = new Gate(file);
    world.site.on('/file', gate.respond);
    world.site.on('/page', page('The page'));
    const ann = world.emulator.person();
    ask(ann, '/file', 7, '/get ');
    await gate.holds(3);
    ann.send(world.site.url('/page'));
    await ann.chat.waitFor(({ text = '' }) => text.includes('The page'));
    await admitAll(gate, 7, 3);
    await world.idle();
    expect(gate.peak).toBe(3);
    expect(said(ann.chat).filter(({ document }) => document)).toHaveLength(7);
  });

  it('no more downloads run than DOWNLOAD_SLOTS, while links go on', async () => {
    world = await startWorld({ SLOTS: '6', DOWNLOAD_SLOTS: '4' });
    const gate = new Gate(file);
    world.site.on('/file', gate.respond);
    world.site.on('/page', page('The page'));
    const crowd = Array.from({ length: 8 }, () => world.emulator.person());
    for (const person of crowd) ask(person, '/file', 1, '/get ');
    await gate.holds(4);
    const zoe = world.emulator.person();
    zoe.send(world.site.url('/page'));
    expect((await zoe.chat.nextMessage()).text).toContain('The page');
    await admitAll(gate, 8, 4);
    await world.idle();
    expect(gate.peak).toBe(4);
    for (const { chat } of crowd) expect(said(chat)).toMatchObject([{ document: {} }]);
  });

  it('no more requests load one host than PER_HOST, while other hosts go on', async () => {
    world = await startWorld({ PER_HOST: '2' });
    const gate = new Gate(page('Of the slow host'));
    world.site.on('/slow', gate.respond);
    world.site.on('/page', page('Of another host'));
    world.site.on('/redirect', (_request, response) => {
      response.writeHead(302, { location: world.site.url('/slow?redirected') }).end();
    });
    const ann = world.emulator.person();
    const bob = world.emulator.person();
    const cem = world.emulator.person();
    for (const person of [ann, cem]) ask(person, '/slow', 3);
    await gate.holds(2);
    // Who is sent to the busy host by another one waits for it as well.
    ann.send(world.site.url('/redirect', 'elsewhere.localhost'));
    bob.send(world.site.url('/page', 'other.localhost'));
    expect((await bob.chat.nextMessage()).text).toContain('Of another host');
    await admitAll(gate, 7, 2);
    await world.idle();
    expect(gate.peak).toBe(2);
    const seen = [ann, cem].map(({ chat }) =>
      words(chat).filter((text) => text.includes('Of the slow host')),
    );
    expect(seen.map(({ length }) => length)).toEqual([4, 3]);
  });
});
