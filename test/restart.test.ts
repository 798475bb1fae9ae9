// Work that outlives its process: stopped in the middle or killed, it is taken up again, and the person sees one answer.

import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Emulator, Person } from '../src/emulator/contract.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { Gate } from './gate.ts';
import { startProcess } from './process.ts';
import { expectRest } from './rest.ts';
import { page, said, startSite, startWorld, words } from './world.ts';

/** The bot's progress message, once it says what it does. */
const progressOf = ({ chat }: Person) =>
  chat.waitFor(({ text = '' }) => /Looking|Waiting|next|of 1 MB/.test(text));

function people(emulator: Emulator, count: number): Person[] {
  return Array.from({ length: count }, () => emulator.person());
}

// All wait for the time that a stop grants to running work, so they do it side by side.
describe.concurrent('Work in the middle of a restart', () => {
  it('is finished afterwards, each in the place of its progress', async () => {
    await using world = await startWorld({ SLOTS: '2', LOOKUP_DEADLINE_MS: '60000' });
    const { emulator, site } = world;
    const gate = new Gate(page('The page'));
    site.on('/slow', gate.respond);
    let isStalled = true;
    const content = Buffer.alloc(1_000_000, 'content ');
    site.on('/file.txt', (_request, response) => {
      response.writeHead(200, { etag: '"one"', 'content-length': content.length });
      if (isStalled) response.write(content.subarray(0, 400_000));
      else response.end(content);
    });
    const [ann, bob, cem] = people(emulator, 3) as [Person, Person, Person];
    ann.send(site.url('/slow?ann'));
    bob.send(`/get ${site.url('/file.txt')}`);
    await gate.holds(1);
    cem.send(site.url('/slow?cem'));
    const progress = await Promise.all([ann, bob, cem].map(progressOf));
    expect(progress[2]?.text).toContain('You are next');
    isStalled = false;
    await world.restart();
    gate.open();
    await world.idle();
    expect(said(ann.chat)).toMatchObject([
      { message_id: progress[0]?.message_id, text: expect.stringContaining('The page') },
    ]);
    expect(said(bob.chat)).toMatchObject([
      { document: { file_name: 'file.txt', file_size: content.length } },
    ]);
    expect(said(cem.chat)).toMatchObject([
      { message_id: progress[2]?.message_id, text: expect.stringContaining('The page') },
    ]);
    expect(ann.chat.history.some(({ text }) => text?.startsWith('I was restarted'))).toBe(true);
    await expectRest(world);
  }, 40_000);

  it('on a question that was edited is finished too, as it was edited', async () => {
    await using world = await startWorld({ LOOKUP_DEADLINE_MS: '60000' });
    const gate = new Gate(page('The page'));
    world.site.on('/slow', gate.respond);
    const ann = world.emulator.person();
    const question = ann.send(world.site.url('/slow?first'));
    await gate.arrived(1);
    ann.edit(question, world.site.url('/slow?edited'));
    await gate.arrived(2);
    const { message_id } = await progressOf(ann);
    await world.restart();
    gate.open();
    await world.idle();
    expect(said(ann.chat)).toMatchObject([{ message_id, text: expect.stringContaining('The page') }]);
    expect(gate.came).toEqual(['/slow?first', '/slow?edited', '/slow?edited']);
    await expectRest(world);
  }, 40_000);

  it('whose answer hangs is answered afterwards, and so is who wrote meanwhile; a doubtful one is not repeated', async () => {
    await using world = await startWorld();
    const { emulator } = world;
    const [ann, bob, cem, zoe] = people(emulator, 4) as [Person, Person, Person, Person];
    emulator.faults.add({ method: 'sendMessage', chat: ann.id, outcome: 'hang' });
    emulator.faults.add({ method: 'sendMessage', chat: bob.id, outcome: 'drop' });
    ann.send('/help');
    bob.send('/help');
    zoe.send('/help');
    // One call that is never answered keeps nobody else from an answer.
    await zoe.chat.nextMessage();
    const stopping = world.restart();
    cem.send('/help');
    await stopping;
    await world.idle();
    for (const { chat } of [ann, cem, zoe]) {
      expect(words(chat)).toEqual([expect.stringContaining('What I can do')]);
    }
    // It may have arrived: saying it again could be saying it twice.
    expect(words(bob.chat)).toEqual([]);
    expect(world.log.join('')).toContain('the answer may be lost; it is not sent twice');
    await expectRest(world);
  }, 40_000);
});

describe.concurrent('Work whose process is killed', () => {
  /** A Bot API, a site, and a way to start the bot as a process, always on the same data. */
  const prepare = async (parts: AsyncDisposableStack) => {
    const home = await mkdtempDisposable(join(tmpdir(), 'errand-test-'));
    parts.defer(() => home.remove());
    const emulator = parts.use(await startEmulator());
    const site = parts.use(await startSite());
    const env = {
      BOT_TOKEN: emulator.token,
      TELEGRAM_API_ROOT: emulator.apiRoot,
      DATA_DIR: home.path,
      ALLOW_HOSTS: '127.0.0.1',
      LOOKUP_DEADLINE_MS: '60000',
      PORT: '0',
    };
    return { emulator, site, start: () => startProcess(env, home.path) };
  };

  it('is finished by the next one in the place of its progress, and what was done is not done again', async () => {
    await using parts = new AsyncDisposableStack();
    const { emulator, site, start } = await prepare(parts);
    const gate = new Gate(page('The page'));
    site.on('/slow', gate.respond);
    site.on('/quick', page('The quick page'));
    const [ann, bob, cem, zoe] = people(emulator, 4) as [Person, Person, Person, Person];
    {
      await using _bot = start();
      ann.send(site.url('/slow'));
      bob.send(site.url('/quick'));
      await bob.chat.nextMessage();
      await progressOf(ann);
      // By its next answer the bot has noted what it has done before.
      zoe.send('/help');
      await zoe.chat.nextMessage();
    }
    cem.send('/help');
    await gate.holds(0);
    {
      await using bot = start();
      await gate.holds(1);
      gate.open();
      await ann.chat.waitFor(({ text = '' }) => text.includes('The page'));
      expect((await cem.chat.nextMessage()).text).toContain('What I can do');
      await emulator.polling();
      bot.kill('SIGTERM');
      await bot.ended;
    }
    expect(words(ann.chat)).toEqual([expect.stringContaining('The page')]);
    expect(words(bob.chat)).toEqual([expect.stringContaining('The quick page')]);
    expect(site.hits.get('/quick')).toBe(1);
  });

  it('again and again is given up after three tries, and the person is told', async () => {
    await using parts = new AsyncDisposableStack();
    const { emulator, site, start } = await prepare(parts);
    const gate = new Gate(page('The page'));
    site.on('/deadly', gate.respond);
    const ann = emulator.person();
    ann.send(site.url('/deadly'));
    for (let attempt = 1; attempt <= 3; attempt++) {
      await using _bot = start();
      await gate.arrived(attempt);
    }
    await using _bot = start();
    const answer = await ann.chat.waitFor(({ text = '' }) => text.startsWith('I tried several times'));
    expect(said(ann.chat)).toEqual([answer]);
    expect(gate.came).toHaveLength(3);
  });
});
