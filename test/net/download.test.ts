// Downloads: what is offered before the body is taken, and what arrives on disk.

import { setTimeout } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Detect } from '../../src/net/download.ts';
import { pieceBytesFor } from '../../src/net/file-writer.ts';
import { data, etag, send, startDownloads } from './downloads.ts';
import { hold, openFull } from './disks.ts';
import { answer, writeForever } from './raw-server.ts';
import type { Script } from './raw-server.ts';
import { failureOf, keyOf, patience } from './settings.ts';

describe('offerDownload', () => {
  it('knows name, type, size and version before the body is taken', async () => {
    await using at = await startDownloads((socket) =>
      socket.write(
        answer(200, {
          'content-type': 'Application/PDF; charset=binary',
          'content-disposition': 'attachment; filename="../year\u202e report"',
          'content-length': 1_000,
          etag,
        }),
      ),
    );
    await using offer = await at.offer();
    expect(offer).toMatchObject({
      name: 'year report.pdf',
      type: 'application/pdf',
      size: 1_000,
      validator: etag,
    });
    expect(at.server.requests[0]).toMatch(/accept-encoding: identity\r\n/);
    await offer[Symbol.asyncDispose]();
    await at.server.drained();
  });

  it.each([
    [
      {
        etag: 'W/"weak"',
        'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT',
        date: 'Tue, 02 Jan 2024 00:00:00 GMT',
      },
      undefined,
    ],
    [{ etag: '"a"\u0080' }, undefined],
    [{ 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT', date: 'Mon, 01 Jan 2024 00:00:00 GMT' }, undefined],
    [{ 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' }, undefined],
    [
      { 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT', date: 'Tue, 02 Jan 2024 00:00:00 GMT' },
      'Mon, 01 Jan 2024 00:00:00 GMT',
    ],
  ])('trusts only strong validators: %j', async (headers, validator) => {
    await using at = await startDownloads((socket) =>
      socket.end(answer(200, { ...headers, 'content-length': 1 }, 'x'), 'latin1'),
    );
    await using offer = await at.offer();
    expect(offer.validator).toBe(validator);
  });

  it.each([400, 401, 403, 404, 410, 429, 500, 503, 206, 304])(
    'refuses the status %i, telling it',
    async (status) => {
      await using at = await startDownloads((socket) =>
        socket.write(answer(status, { 'content-length': 5 })),
      );
      expect(await failureOf(at.offer())).toMatchObject({
        key: 'error-status',
        vars: { status, host: '127.0.0.1' },
      });
      await at.server.drained();
    },
  );

  it('refuses a promise of 51 MB at once', async () => {
    await using at = await startDownloads((socket) => {
      socket.write(answer(200, { 'content-length': 51_000_000 }));
      writeForever(socket, 'a'.repeat(10_000));
    });
    expect(await failureOf(at.offer())).toMatchObject({
      key: 'error-too-large',
      vars: { size: 51, limit: 50 },
    });
    await at.server.drained();
  });

  it.each([
    ['content-length: 0', answer(200, { 'content-length': 0 })],
    ['status 204', answer(204, {})],
  ])('says error-empty for %s', async (_, said) => {
    await using at = await startDownloads((socket) => socket.end(said));
    expect(await keyOf(at.offer())).toBe('error-empty');
  });

  it.each(['9'.repeat(30), '-5', 'many', '1e9'])('says error-broken for the length "%s"', async (length) => {
    await using at = await startDownloads((socket) =>
      socket.end(answer(200, { 'content-length': length }, 'abc')),
    );
    expect(await keyOf(at.offer())).toBe('error-broken');
  });
});

describe('Offer.take', () => {
  it('writes the file and says what it is', async () => {
    await using at = await startDownloads((socket) =>
      send(socket, { 'content-length': data.length, etag }, data),
    );
    const steps: [number, number | undefined][] = [];
    const taken = await at.take({ onProgress: (have, want) => steps.push([have, want]) });
    expect(taken.content.equals(data)).toBe(true);
    expect(taken).toMatchObject({ name: 'file.bin', size: data.length });
    expect(steps.at(-1)).toEqual([data.length, data.length]);
    expect(await at.leftovers()).toEqual([]);
  });

  it('takes a file without length, in chunks or until the connection ends', async () => {
    await using at = await startDownloads((socket, _, time) => {
      if (time === 1) return send(socket, {}, data);
      socket.write(answer(200, { 'transfer-encoding': 'chunked' }));
      return socket.end(
        Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n0\r\n\r\n')]),
      );
    });
    expect((await at.take()).content.equals(data)).toBe(true);
    expect((await at.take()).content.equals(data)).toBe(true);
  });

  it('gives the name of what the file really is', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const headers = {
      'content-disposition': 'attachment; filename="invoice.pdf"',
      'content-type': 'application/pdf',
    };
    await using at = await startDownloads((socket) =>
      send(socket, { ...headers, 'content-length': png.length }, png),
    );
    expect(await at.take()).toMatchObject({ name: 'invoice.pdf.png', type: 'image/png' });
  });

  it('stops a file that turns out to be larger than allowed', async () => {
    await using at = await startDownloads(
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        writeForever(socket, 'a'.repeat(10_000));
      },
      { maxBytes: 1_000_000 },
    );
    expect(await failureOf(at.take())).toMatchObject({ key: 'error-too-large', vars: { size: 0, limit: 1 } });
    await at.server.drained();
    expect(await at.leftovers()).toEqual([]);
  });

  it('says error-empty when nothing comes', async () => {
    await using at = await startDownloads((socket) => socket.end(answer(200, {})));
    expect(await keyOf(at.take())).toBe('error-empty');
  });

  it.each([
    ['gzip', gzipSync(data)],
    ['br', brotliCompressSync(data)],
  ])('unpacks %s that is sent all the same', async (coding, packed) => {
    await using at = await startDownloads((socket) =>
      send(socket, { 'content-encoding': coding, 'content-length': packed.length }, packed),
    );
    await using offer = await at.offer();
    expect(offer.size).toBeUndefined();
    expect((await at.take()).content.equals(data)).toBe(true);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(60_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(60_000_000))],
  ])('stops a bomb in %s', async (coding, bomb) => {
    await using at = await startDownloads((socket) =>
      send(socket, { 'content-encoding': coding, 'content-length': bomb.length }, bomb),
    );
    expect(await keyOf(at.take())).toBe('error-unpack');
    expect(await at.leftovers()).toEqual([]);
  });

  it('leaves an archive packed whose server mistakes its kind for its coding', async () => {
    const archive = gzipSync(data);
    const headers = {
      'content-encoding': 'gzip',
      'content-type': 'application/x-gzip',
      'content-length': archive.length,
    };
    await using at = await startDownloads((socket) => send(socket, headers, archive));
    expect((await at.take()).content.equals(archive)).toBe(true);
  });

  it('says error-disk-full when the disk is', async () => {
    await using at = await startDownloads((socket) => send(socket, { 'content-length': data.length }, data));
    expect(await keyOf(at.take({ file: await openFull() }))).toBe('error-disk-full');
    await at.server.drained();
  });

  it('says error-disk-full as soon as the disk is, though the server keeps silent and the next piece is not full', async () => {
    await using at = await startDownloads((socket) =>
      socket.write(Buffer.concat([Buffer.from(answer(200, {})), Buffer.alloc(pieceBytesFor(1) + 1)])),
    );
    expect(await keyOf(at.take({ file: await openFull() }))).toBe('error-disk-full');
    expect(at.server.requests).toHaveLength(1);
    await at.server.drained();
  });

  it('closes the connection when stopped in the middle of a write, and leaves the file alone before it rejects', async () => {
    const controller = new AbortController();
    await using at = await startDownloads((socket) =>
      socket.write(Buffer.concat([Buffer.from(answer(200, {})), Buffer.alloc(pieceBytesFor(1) + 1)])),
    );
    await using file = await at.files.create();
    const disk = hold(file);
    let isOver = false;
    const failure = failureOf(at.take({ file, signal: controller.signal })).finally(() => (isOver = true));
    await disk.asked;
    const reason = new Error('stopped');
    controller.abort(reason);
    await at.server.drained();
    await setTimeout(20);
    expect(isOver).toBe(false);
    disk.letGo();
    expect(await failure).toBe(reason);
    expect(await at.leftovers()).toEqual([]);
  });

  it('says error-disk-full at once when more is promised than the budget of all files has left', async () => {
    const script: Script = (socket) => socket.write(answer(200, { 'content-length': 100_001 }));
    await using at = await startDownloads(script, { budget: 100_000 });
    expect(await keyOf(at.take())).toBe('error-disk-full');
    await at.server.drained();
  });

  it('keeps to the budget of all files when no size is promised', async () => {
    await using at = await startDownloads((socket) => send(socket, {}, data), { budget: 100_000 });
    expect(await keyOf(at.take())).toBe('error-disk-full');
    await at.server.drained();
  });

  it('rejects with the reason when stopped in the middle, the connection closed and the file gone', async () => {
    for (const which of ['offer', 'take']) {
      const controller = new AbortController();
      const stopper = { [which]: controller.signal };
      await using at = await startDownloads(
        (socket) =>
          socket.write(
            Buffer.concat([Buffer.from(answer(200, { 'content-length': 1_000 })), data.subarray(0, 500)]),
          ),
        { signal: stopper['offer'] ?? patience() },
      );
      const begun = Promise.withResolvers<void>();
      const failure = failureOf(
        at.take({ signal: stopper['take'] ?? patience(), onProgress: () => begun.resolve() }),
      );
      await begun.promise;
      const reason = new Error('stopped');
      controller.abort(reason);
      expect(await failure).toBe(reason);
      await at.server.drained();
      expect(await at.leftovers()).toEqual([]);
    }
  });
});

describe('Offer.take with somebody who knows files', () => {
  const script: Script = (socket) => send(socket, { 'content-length': data.length }, data);
  const take = async (detect: Detect, signal = patience()) => {
    await using at = await startDownloads(script);
    await using file = await at.files.create();
    await using offer = await at.offer();
    return await offer.take(file, { signal, detect });
  };

  it('shows them the first 4,100 bytes, and believes them', async () => {
    let seen = Buffer.alloc(0);
    const detect: Detect = async (head) => {
      seen = Buffer.from(head);
      return { ext: 'png', mime: 'image/png' };
    };
    expect(await take(detect)).toMatchObject({ name: 'file.bin.png', type: 'image/png' });
    expect(seen.equals(data.subarray(0, 4_100))).toBe(true);
  });

  it('gives the file as the server calls it when they fail, and no file when it was stopped meanwhile', async () => {
    expect(await take(() => Promise.reject(new Error('gone')))).toMatchObject({ name: 'file.bin' });
    const controller = new AbortController();
    const reason = new Error('stopped');
    const detect: Detect = async () => {
      controller.abort(reason);
      throw reason;
    };
    expect(await failureOf(take(detect, controller.signal))).toBe(reason);
  });
});
