// Files both ways: uploads by stream, limits, ids that are used again, downloads, and nothing left on the disk.

import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputFile } from 'grammy';
import { FormData, request } from 'undici';
import { describe, expect, it, vi } from 'vitest';
import { errorOf, startBot } from './bot.ts';
import type { TestBot } from './bot.ts';

/** The beginning of a PNG of this size, which is all that is looked at. */
function png(width: number, height: number, bytes = 64): Buffer {
  const image = Buffer.alloc(bytes);
  image.write('\x89PNG\r\n\x1a\n', 'latin1');
  image.writeUInt32BE(width, 16);
  image.writeUInt32BE(height, 20);
  return image;
}

async function download(bot: TestBot, path = ''): Promise<Buffer> {
  const { statusCode, body } = await request(`${bot.emulator.apiRoot}/file/bot${bot.emulator.token}/${path}`);
  expect(statusCode).toBe(200);
  return Buffer.from(await body.arrayBuffer());
}

/** How many files of emulators lie on the disk. */
async function filesOnDisk(): Promise<number> {
  const directories = (await readdir(tmpdir())).filter((name) =>
    name.startsWith(`errand-emulator-${process.pid}-`),
  );
  const lists = await Promise.all(directories.map((name) => readdir(join(tmpdir(), name))));
  return lists.flat().length;
}

describe('sendDocument', () => {
  it('takes a file and gives it back byte for byte, to the bot and to the person', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const bytes = randomBytes(3_000_001);
    const sent = await bot.api.sendDocument(ann.id, new InputFile(bytes, 'a b; ü.pdf'), {
      caption: 'see a.org',
    });
    expect(sent.document).toMatchObject({
      file_name: 'a b',
      mime_type: 'application/octet-stream',
      file_size: 3_000_001,
    });
    expect(sent).toMatchObject({
      caption: 'see a.org',
      caption_entities: [{ type: 'url', offset: 4, length: 5 }],
    });
    const file = await bot.api.getFile(sent.document.file_id);
    expect(bytes.equals(await download(bot, file.file_path))).toBe(true);
    expect(bytes.equals(await ann.chat.file(sent))).toBe(true);
  });

  it('streams a file of 49 MB from disk', async () => {
    await using bot = await startBot();
    const directory = await mkdtemp(join(tmpdir(), 'errand-test-'));
    try {
      const bytes = Buffer.alloc(49 << 20, randomBytes(1 << 20));
      await writeFile(join(directory, 'big.bin'), bytes);
      const ann = bot.emulator.person();
      const stream = createReadStream(join(directory, 'big.bin'));
      const sent = await bot.api.sendDocument(ann.id, new InputFile(stream, 'résumé big.zip'));
      expect(sent.document).toMatchObject({
        file_name: 'résumé big.zip',
        mime_type: 'application/zip',
        file_size: bytes.length,
      });
      expect(bytes.equals(await ann.chat.file(sent))).toBe(true);
      expect(await errorOf(bot.api.getFile(sent.document.file_id))).toBe('400 Bad Request: file is too big');
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('refuses more than 50 MB with 413 and keeps nothing of it, however it is sent', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    const file = () => new InputFile(Buffer.alloc((50 << 20) + 1), 'big.bin');
    expect(await errorOf(bot.api.sendDocument(id, file()))).toBe('413 Request Entity Too Large');
    const form = new FormData();
    form.set('document', new Blob([Buffer.alloc(52 << 20)]), 'big.bin');
    const known = await bot.send(`/bot${bot.emulator.token}/sendDocument?chat_id=${id}`, {
      method: 'POST',
      body: form,
    });
    expect(known.body).toEqual({ ok: false, error_code: 413, description: 'Request Entity Too Large' });
    expect(await filesOnDisk()).toBe(0);
    expect((await bot.api.getMe()).username).toBe('errand_bot');
  });

  it('keeps nothing of an upload whose client leaves, or that is not used', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    const leaving = new AbortController();
    const endless = async function* () {
      yield Buffer.alloc(100_000);
      await vi.waitFor(async () => expect(await filesOnDisk()).toBe(1));
      leaving.abort();
    };
    const upload = bot.api.sendDocument(id, new InputFile(endless, 'x'), {}, leaving.signal as never);
    await expect(upload).rejects.toThrow();
    expect(await bot.emulator.nextCall('sendDocument')).toMatchObject({ status: 0, ok: false });
    expect(await errorOf(bot.api.sendDocument(77, new InputFile(Buffer.from('x'), 'x')))).toContain(
      'chat not found',
    );
    expect(await filesOnDisk()).toBe(0);
  });

  it('sends a file again by its id, as the same kind only', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const { document } = await bot.api.sendDocument(ann.id, new InputFile(Buffer.from('x'), 'x.txt'));
    expect((await bot.api.sendDocument(ann.id, document.file_id)).document).toEqual(document);
    expect(await errorOf(bot.api.sendPhoto(ann.id, document.file_id))).toBe(
      "400 Bad Request: can't use file of type Document as Photo",
    );
  });

  it('refuses nothing, an empty file, an unknown id, and addresses, which it never fetches', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    const send = (document: string | InputFile) => errorOf(bot.api.sendDocument(id, document));
    expect(await send('')).toBe('400 Bad Request: there is no document in the request');
    expect(await send('attach://nothing')).toBe('400 Bad Request: there is no document in the request');
    expect(await send(new InputFile(Buffer.alloc(0), 'x'))).toBe('400 Bad Request: file must be non-empty');
    expect(await send('nonsense')).toBe('400 Bad Request: wrong file identifier/HTTP URL specified');
    expect(await send('http://')).toBe('400 Bad Request: wrong HTTP URL specified');
    expect(await send('http://127.0.0.1/x')).toBe('400 Bad Request: failed to get HTTP URL content');
    const caption = 'x'.repeat(1025);
    expect(await errorOf(bot.api.sendDocument(id, new InputFile(Buffer.from('x'), 'x'), { caption }))).toBe(
      '400 Bad Request: message caption is too long',
    );
  });

  it('can be given another caption, but no text', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    const { message_id } = await bot.api.sendDocument(id, new InputFile(Buffer.from('x'), 'x'), {
      caption: 'a',
    });
    expect(await errorOf(bot.api.editMessageText(id, message_id, 'b'))).toBe(
      '400 Bad Request: there is no text in the message to edit',
    );
    expect(await bot.api.editMessageCaption(id, message_id, { caption: 'b' })).toMatchObject({
      caption: 'b',
    });
    expect(await bot.api.editMessageCaption(id, message_id, {})).not.toHaveProperty('caption');
  });

  it('refuses a body that is no form', async () => {
    await using bot = await startBot();
    const send = (type: string, body: string) =>
      bot.send(`/bot${bot.emulator.token}/sendDocument`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
    const boundary = 'multipart/form-data; boundary=x';
    expect((await send('multipart/form-data', 'x')).body.description).toContain(
      'boundary in multipart/form-data not found',
    );
    expect((await send(boundary, 'nonsense')).status).toBe(400);
    expect((await send(boundary, '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb')).status).toBe(
      400,
    );
    expect((await send(boundary, '--x\r\n\r\nb\r\n--x--\r\n')).body.description).toContain(
      'expected form-data',
    );
  });
});

describe('sendPhoto', () => {
  it('takes pictures and knows their size', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const sent = await bot.api.sendPhoto(ann.id, new InputFile(png(640, 480), 'a.png'));
    expect(sent.photo).toMatchObject([{ width: 640, height: 480, file_size: 64 }]);
    const { file_path } = await bot.api.getFile(sent.photo[0]?.file_id ?? '');
    expect(await download(bot, file_path)).toEqual(png(640, 480));
  });

  it('refuses what is no picture, too large, or of a strange shape', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    const send = (bytes: Buffer) => errorOf(bot.api.sendPhoto(id, new InputFile(bytes, 'a.png')));
    expect(await send(Buffer.from('text'))).toBe('400 Bad Request: IMAGE_PROCESS_FAILED');
    expect(await send(png(6000, 5000))).toBe('400 Bad Request: PHOTO_INVALID_DIMENSIONS');
    expect(await send(png(2100, 100))).toBe('400 Bad Request: PHOTO_INVALID_DIMENSIONS');
    expect(await send(png(10, 10, (10 << 20) + 1))).toBe(
      '400 Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes',
    );
    expect(await filesOnDisk()).toBe(0);
  });
});

describe('A file from a person', () => {
  it('reaches the bot as a document or a photo with a caption', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    await ann.sendDocument({ name: 'notes.txt', bytes: Buffer.from('hello') }, { caption: '/look at this' });
    await ann.sendPhoto({ name: 'a.png', bytes: png(10, 20) });
    const [first, second] = await bot.api.getUpdates();
    expect(first?.message).toMatchObject({
      document: { file_name: 'notes.txt', mime_type: 'text/plain', file_size: 5 },
      caption_entities: [{ type: 'bot_command', offset: 0, length: 5 }],
    });
    expect(second?.message?.photo).toMatchObject([{ width: 10, height: 20 }]);
    const { file_path } = await bot.api.getFile(first?.message?.document?.file_id ?? '');
    expect((await download(bot, file_path)).toString()).toBe('hello');
    await expect(ann.sendPhoto({ name: 'a.png', bytes: Buffer.from('x') })).rejects.toThrow('it is no image');
  });

  it('of more than 20 MB can not be downloaded by the bot', async () => {
    await using bot = await startBot();
    const bytes = Buffer.alloc((20 << 20) + 1);
    const { document } = await bot.emulator.person().sendDocument({ name: 'x', bytes });
    expect(await errorOf(bot.api.getFile(document?.file_id ?? ''))).toBe('400 Bad Request: file is too big');
    expect(await errorOf(bot.api.getFile('nonsense'))).toBe(
      '400 Bad Request: wrong file_id or the file is temporarily unavailable',
    );
  });

  it('can be left half downloaded', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const { document } = await ann.sendDocument({ name: 'x', bytes: Buffer.alloc(15 << 20) });
    const { file_path } = await bot.api.getFile(document?.file_id ?? '');
    const { body } = await request(`${bot.emulator.apiRoot}/file/bot${bot.emulator.token}/${file_path}`);
    const cut = expect(body.arrayBuffer()).rejects.toThrow();
    body.destroy(new Error('enough'));
    await cut;
    expect((await bot.api.getMe()).username).toBe('errand_bot');
    expect((await bot.send(`/file/bot${bot.emulator.token}/documents/none`)).status).toBe(404);
  });

  it('is removed from the disk when the emulator closes', async () => {
    await using bot = await startBot();
    await bot.emulator.person().sendDocument({ name: 'x', bytes: Buffer.from('x') });
    expect(await filesOnDisk()).toBe(1);
    await bot.emulator.close();
    expect(await filesOnDisk()).toBe(0);
  });
});
