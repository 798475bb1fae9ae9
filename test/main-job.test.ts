// The main job, end to end: people send links, and everybody is answered in time.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, pageAfter, silence, startWorld } from './world.ts';
import type { World } from './world.ts';

describe('The main job', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ LOOKUP_DEADLINE_MS: '3000' });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('answers a link with a card', async () => {
    const { emulator, site } = world;
    const ann = emulator.person({ first_name: 'Ann' });
    site.on('/news', page('The news'));
    ann.send(`look: ${site.url('/news')}`);
    const answer = await ann.chat.nextMessage();
    expect(answer.text).toContain('The news');
    expect(answer.text).toContain('site.localhost');
  });

  it('answers several links in one message, each alone', async () => {
    const { emulator, site } = world;
    const ann = emulator.person({ first_name: 'Ann' });
    site.on('/a', page('First'));
    site.on('/b', page('Second'));
    ann.send(`${site.url('/a')} ${site.url('/b')} ${site.url('/missing')} http://nowhere.invalid/x`);
    const answer = await ann.chat.waitFor((message) => /4\. /.test(message.text ?? ''));
    expect(answer.text).toMatch(/1\. First[^]*2\. Second[^]*3\. Nothing here[^]*404[^]*4\. /);
  });

  it('answers at the deadline when the page never does', async () => {
    const { emulator, site } = world;
    const ann = emulator.person({ first_name: 'Ann' });
    site.on('/never', silence);
    ann.send(site.url('/never'));
    await ann.chat.waitFor((message) => /No answer within 3 seconds/.test(message.text ?? ''));
    await site.left();
    expect(await world.idle()).toEqual({ jobs: 0, slots: 0, waiting: 0, tempFiles: 0, files: [] });
  });

  it('shows progress with Cancel after a second, and stops at once when it is pressed', async () => {
    const { emulator, site } = world;
    const ann = emulator.person({ first_name: 'Ann' });
    site.on('/slow', pageAfter(60_000, 'too late'));
    ann.send(site.url('/slow'));
    const progress = await ann.chat.nextMessage();
    expect(progress.text).toContain('Looking at your link');
    const tap = ann.tap('Cancel');
    expect(await tap.answered).toMatchObject({ text: 'Cancelled.' });
    await ann.chat.waitFor(
      ({ message_id, text }) => message_id === progress.message_id && text === 'Cancelled.',
    );
    await site.left();
  });

  it('brings a file', async () => {
    const { emulator, site } = world;
    const ann = emulator.person({ first_name: 'Ann' });
    site.on('/file', (_request, response) => {
      response.writeHead(200, {
        'content-type': 'application/pdf',
        'content-disposition': 'attachment; filename="../report.pdf"',
        'content-length': 200_000,
        etag: '"one"',
      });
      response.end(Buffer.alloc(200_000, '%PDF-1.4 '));
    });
    ann.send(`/get ${site.url('/file')}`);
    const answer = await ann.chat.nextMessage();
    expect(answer.document).toMatchObject({ file_name: 'report.pdf', file_size: 200_000 });
    expect(await ann.chat.file(answer)).toEqual(Buffer.alloc(200_000, '%PDF-1.4 '));
    ann.send(`/get ${site.url('/file')}`);
    const second = await ann.chat.nextMessage();
    expect(second.document?.file_id).toBe(answer.document?.file_id);
    expect(await world.idle()).toMatchObject({ slots: 0, tempFiles: 0, files: [] });
  });
});
