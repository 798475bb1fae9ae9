// Bodies of answers: endless, broken, packed, and given back when nobody wants them any more.

import { getEventListeners } from 'node:events';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answer, startRawServer, writeForever } from './raw-server.ts';
import type { Script } from './raw-server.ts';
import { everything, failureOf, keyOf, patience, startWeb } from './settings.ts';

describe('WebResponse.body', () => {
  it('may be taken as it is; afterwards nobody listens to the signal any more', async () => {
    const packed = gzipSync('hello');
    await using server = await startRawServer((socket) => {
      socket.write(answer(200, { 'content-encoding': 'gzip', 'content-length': packed.length }));
      socket.end(packed);
    });
    const { signal } = new AbortController();
    const { body } = await startWeb().open(new URL(server.origin), { signal });
    expect(Buffer.concat(await body.toArray()).equals(packed)).toBe(true);
    await new Promise((resolve) => (body.closed ? resolve(undefined) : body.once('close', resolve)));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('WebResponse.read', () => {
  const open = async (script: Script) => {
    const server = await startRawServer(script);
    const response = await startWeb().open(new URL(server.origin), { signal: patience() });
    return { server, response, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  };
  const send =
    (coding: string, body: Buffer): Script =>
    (socket) => {
      socket.write(answer(200, { 'content-encoding': coding, 'content-length': body.length }));
      socket.end(body);
    };

  it('keeps the beginning of an endless body and closes the connection', async () => {
    await using at = await open((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      writeForever(socket, 'a'.repeat(10_000));
    });
    expect(await at.response.read({ maxBytes: 100_000, onLimit: 'cut' })).toHaveLength(100_000);
    await at.server.drained();
  });

  it('says error-too-large where all is wanted, with the limit in megabytes', async () => {
    await using at = await open((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      writeForever(socket, 'a'.repeat(10_000));
    });
    const error = await failureOf(at.response.read({ maxBytes: 500_000, onLimit: 'fail' }));
    expect(error).toMatchObject({ key: 'error-too-large', vars: { size: 0, limit: 0.5 } });
    await at.server.drained();
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(20_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(20_000_000))],
  ])(
    'says error-unpack for a bomb in %s, error-too-large where its limit comes first',
    async (coding, bomb) => {
      await using one = await open(send(coding, bomb));
      expect(await keyOf(one.response.read({ maxBytes: 100_000_000, onLimit: 'fail' }))).toBe('error-unpack');
      await using other = await open(send(coding, bomb));
      expect(await keyOf(other.response.read({ maxBytes: 500_000, onLimit: 'fail' }))).toBe(
        'error-too-large',
      );
    },
  );

  it.each<[string, string]>([
    ['shorter than promised', answer(200, { 'content-length': 10 }, 'short')],
    ['that breaks off between chunks', answer(200, { 'transfer-encoding': 'chunked' }, '5\r\nshort\r\n')],
    ['whose chunk has no size', answer(200, { 'transfer-encoding': 'chunked' }, 'zz\r\nshort\r\n')],
  ])('says error-broken for a body %s', async (_, said) => {
    await using at = await open((socket) => socket.end(said));
    expect(await keyOf(at.response.read(everything))).toBe('error-broken');
  });

  it('takes a body without length until the connection ends, and no more than was promised', async () => {
    await using one = await open((socket) => socket.end(answer(200, {}, 'to the end')));
    expect((await one.response.read(everything)).toString()).toBe('to the end');
    await using other = await open((socket) =>
      socket.end(answer(200, { 'content-length': 2 }, 'okand more')),
    );
    expect((await other.response.read(everything)).toString()).toBe('ok');
  });

  it('gives the whole body though the connection was closed, unannounced, before anybody read it', async () => {
    const text = 'a'.repeat(20_000);
    await using at = await open((socket) => socket.end(answer(200, { 'content-length': text.length }, text)));
    await at.server.drained();
    expect((await at.response.read(everything)).toString()).toBe(text);
  });

  it('rejects with the reason when stopped in the middle, and closes the connection', async () => {
    await using server = await startRawServer((socket) =>
      socket.write(answer(200, { 'content-length': 10 }, 'half')),
    );
    const controller = new AbortController();
    await using response = await startWeb().open(new URL(server.origin), { signal: controller.signal });
    const failure = failureOf(response.read(everything));
    const reason = new Error('stopped');
    controller.abort(reason);
    expect(await failure).toBe(reason);
    await server.drained();
  });
});
