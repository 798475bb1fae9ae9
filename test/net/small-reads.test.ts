// Small pieces for the parser: none is lost, and none comes after headers that were too much.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import { readInPieces } from '../../src/net/small-reads.ts';
import { answer, startRawServer } from './raw-server.ts';
import { everything, patience, startWeb } from './settings.ts';

const text = 'a'.repeat(9_000);

/** A socket that has received the text and given out nothing yet. */
async function received(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.write('\r\n\r\n');
  while (socket.readableLength < text.length) await once(socket, 'readable');
  return socket;
}

const lengthOf = (chunk: unknown) => (chunk as Buffer | null)?.length;

describe('readInPieces', () => {
  it('gives out 4 KB at once, and all there is once it is disposed', async () => {
    await using server = await startRawServer((socket) => socket.write(text));
    const socket = await received(server.port);
    const pieces = readInPieces(socket);
    expect(lengthOf(socket.read(10))).toBe(10);
    expect(lengthOf(socket.read())).toBe(4_096);
    pieces[Symbol.dispose]();
    expect(lengthOf(socket.read())).toBe(text.length - 10 - 4_096);
    socket.destroy();
  });

  it('gives out what a broken connection has left at once, but nothing after too many headers', async () => {
    await using server = await startRawServer((socket) => socket.write(text));
    const [broken, flooded] = await Promise.all([received(server.port), received(server.port)]);
    readInPieces(broken);
    readInPieces(flooded);
    broken.destroy(new Error('connection lost'));
    flooded.destroy(new errors.HeadersOverflowError());
    expect(lengthOf(broken.read())).toBe(text.length);
    expect(flooded.read()).toBeNull();
  });

  it.each([
    ['ended', true],
    ['left open', false],
  ])('costs no chunk of a body whose connection is %s', async (_, isEnded) => {
    const chunk = `${text.length.toString(16)}\r\n${text}\r\n`;
    const whole = answer(200, { 'transfer-encoding': 'chunked' }, `${chunk.repeat(50)}0\r\n\r\n`);
    await using server = await startRawServer(
      (socket) => void (isEnded ? socket.end(whole) : socket.write(whole)),
    );
    await using response = await startWeb().open(new URL(server.origin), { signal: patience() });
    expect(await response.read(everything)).toHaveLength(50 * text.length);
  });
});
