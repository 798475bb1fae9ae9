// Compressed bodies: honest ones, broken ones and bombs.

import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LimitError, UnpackError } from '../../src/net/failure.ts';
import { readBody } from '../../src/net/read-body.ts';
import { unpack } from '../../src/net/unpack.ts';
import { failureOf } from './settings.ts';

const text = 'All work and no play makes Jack a dull boy. '.repeat(50);
const zeros = Buffer.alloc(50_000_000);

function bodyOf(data: Buffer, pieceBytes = 16_384): Readable {
  const pieces = Array.from({ length: Math.ceil(data.length / pieceBytes) }, (_, at) =>
    data.subarray(at * pieceBytes, (at + 1) * pieceBytes),
  );
  return Readable.from(pieces);
}

async function readAll(body: Readable, contentEncoding: string, maxBytes = 5_000_000): Promise<Buffer> {
  return readBody(body, contentEncoding, { maxBytes, onLimit: 'fail' });
}

describe('unpack', () => {
  it.each([
    ['', Buffer.from(text)],
    ['identity', Buffer.from(text)],
    ['gzip', gzipSync(text)],
    ['X-GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['gzip,identity , gzip', gzipSync(gzipSync(text))],
  ])('undoes "%s"', async (coding, data) => {
    expect((await readAll(bodyOf(data, 7), coding)).toString()).toBe(text);
  });

  it.each([
    ['gzip', gzipSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['zstd', zstdCompressSync(zeros)],
    ['gzip, gzip', gzipSync(gzipSync(zeros))],
    ['gzip, br, gzip', gzipSync(brotliCompressSync(gzipSync(zeros)))],
  ])('stops a bomb in "%s" early', async (coding, data) => {
    const body = bodyOf(data);
    let size = 0;
    const consume = async () => {
      for await (const chunk of unpack(body, { contentEncoding: coding, maxBytes: 1e9 }))
        size += chunk.length;
    };
    expect(await failureOf(consume())).toBeInstanceOf(UnpackError);
    expect(size).toBeLessThan(10_000_000);
    expect(body.destroyed).toBe(true);
  });

  it('keeps to the limit of decoded bytes, exactly', async () => {
    const data = gzipSync(text);
    expect(await readAll(bodyOf(data), 'gzip', text.length)).toHaveLength(text.length);
    expect(await failureOf(readAll(bodyOf(data), 'gzip', text.length - 1))).toBeInstanceOf(LimitError);
    expect(await failureOf(readAll(bodyOf(Buffer.from(text)), '', text.length - 1))).toBeInstanceOf(
      LimitError,
    );
  });

  it('keeps to the limit on the wire where nothing comes out', async () => {
    const empty = gzipSync('');
    const body = Readable.from(
      (function* () {
        for (;;) yield empty;
      })(),
    );
    expect(await failureOf(readAll(body, 'gzip', 1_000))).toBeInstanceOf(LimitError);
    expect(body.destroyed).toBe(true);
  });

  it.each([
    ['compress', Buffer.from(text)],
    ['gzip', Buffer.from(text)],
    ['br', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['zstd', Buffer.from(text)],
    ['gzip', gzipSync(text).subarray(0, -10)],
    ['br', brotliCompressSync(text).subarray(0, -2)],
    ['zstd', zstdCompressSync(text).subarray(0, -2)],
    ['gzip, gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(gzipSync(text))))],
    ['__proto__', Buffer.from(text)],
  ])('refuses "%s" that is unknown, broken or too deep', async (coding, data) => {
    const body = bodyOf(data);
    expect(await failureOf(readAll(body, coding))).toBeInstanceOf(UnpackError);
    expect(body.destroyed).toBe(true);
  });

  it('refuses a zstd window above 8 MB', async () => {
    // Magic number, then a frame header that asks for a window of 128 MB (RFC 8878 §3.1.1.1).
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (27 - 10) << 3, 0x01, 0x00, 0x00]);
    expect(await failureOf(readAll(bodyOf(frame), 'zstd'))).toBeInstanceOf(UnpackError);
  });

  it('reports what the body itself broke with', async () => {
    const broken = new Error('connection lost');
    const body = Readable.from(
      (async function* () {
        yield gzipSync(text).subarray(0, 20);
        throw broken;
      })(),
    );
    expect(await failureOf(readAll(body, 'gzip'))).toBe(broken);
  });

  it('destroys the body when the reader leaves early', async () => {
    for (const coding of ['', 'gzip']) {
      const body = bodyOf(coding ? gzipSync(zeros.subarray(0, 900_000)) : zeros);
      for await (const chunk of unpack(body, { contentEncoding: coding, maxBytes: 1e9 })) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(body.destroyed).toBe(true);
    }
  });
});

describe('readBody', () => {
  it('keeps the beginning where that is asked for', async () => {
    const cut = await readBody(bodyOf(gzipSync(text)), 'gzip', { maxBytes: 100, onLimit: 'cut' });
    expect(cut.toString()).toBe(text.slice(0, 100));
  });

  it('puts many small pieces together', async () => {
    const data = Buffer.from(text.repeat(100));
    expect((await readAll(bodyOf(data, 3), '')).equals(data)).toBe(true);
  });
});
