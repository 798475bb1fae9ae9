// Files through the playground: up and down unchanged, within the limit, only to be saved.

import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBackstage, told } from './backstage.ts';
import type { Backstage } from './backstage.ts';

let stage: Backstage;

beforeEach(async () => {
  stage = await startBackstage();
});
afterEach(() => stage[Symbol.asyncDispose]());

describe('files', () => {
  const upload = (query: string, body: Buffer | Readable) =>
    stage.ask(`/playground/people/${stage.ann.id}/file?${query}`, { method: 'POST', body });

  it('a file goes up under its name and comes down the same, only to be saved', async () => {
    const name = '../“odd”\r\n наме.html';
    const bytes = Buffer.from('<script>alert(1)</script>');
    const sent = await upload(new URLSearchParams({ name, caption: 'look' }).toString(), bytes);
    expect(sent.status).toBe(200);
    const message = stage.ann.chat.messages[0];
    expect(message).toMatchObject({ caption: 'look', document: { file_size: bytes.length } });
    const back = await stage.ask(`/playground/file?chat=${stage.ann.chat.id}&message=${message?.message_id}`);
    expect(back.bytes.equals(bytes)).toBe(true);
    expect(back.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-disposition': expect.stringMatching(/^attachment; filename/),
      'content-security-policy': expect.stringContaining('sandbox'),
    });
    expect(back.headers['content-disposition']).not.toMatch(/[\r\n/]/);
  });

  it('a file of just the limit is taken, a longer one refused with the limit', async () => {
    expect((await upload('name=full.bin', Buffer.alloc(told.maxFileBytes))).status).toBe(200);
    const promised = await upload('name=over.bin', Buffer.alloc(told.maxFileBytes + 1));
    expect([promised.status, promised.text.includes(String(told.maxFileBytes))]).toEqual([413, true]);
    const unannounced = Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(64 * 1024)));
    expect((await upload('name=over.bin', unannounced)).status).toBe(413);
    expect(stage.ann.chat.messages).toHaveLength(1);
  });

  it.each(['', 'name=', `name=${'x'.repeat(256)}`, 'name=a&chat=b', 'name=a&replyTo=1e3'])(
    'an upload with the query "%s" is refused',
    async (query) => {
      expect((await upload(query, Buffer.from('x'))).status).toBe(400);
    },
  );

  it('a download of nothing is refused', async () => {
    const { message_id: message } = stage.ann.send('no file');
    const chat = stage.ann.chat.id;
    expect((await stage.ask('/playground/file')).status).toBe(400);
    expect((await stage.ask(`/playground/file?chat=1&message=${message}`)).status).toBe(404);
    expect((await stage.ask(`/playground/file?chat=${chat}&message=999`)).status).toBe(404);
    expect((await stage.ask(`/playground/file?chat=${chat}&message=${message}`)).status).toBe(404);
    expect((await stage.ask(`/playground/file?chat=${chat}&message=../1`)).status).toBe(400);
  });
});
