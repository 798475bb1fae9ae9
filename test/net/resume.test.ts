// Downloads whose connection breaks: the rest is asked for, and joined only to its own beginning.

import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { data, etag, send, startDownloads } from './downloads.ts';
import { answer } from './raw-server.ts';
import type { Script } from './raw-server.ts';
import { failureOf, keyOf } from './settings.ts';

/** Where a breaking connection breaks. */
const stopsAt = 600_000;

/** Answers as a good server does, but stops after the first 600,000 bytes; `snap` then breaks the connection. */
function breaking(headers: Record<string, string> = { etag }) {
  const sockets: Socket[] = [];
  const script: Script = (socket, head, time) => {
    sockets.push(socket);
    const from = Number(/range: bytes=(\d+)-/.exec(head)?.[1] ?? 0);
    const isPart = from > 0 && head.includes(`if-range: ${headers['etag'] ?? headers['last-modified']}\r\n`);
    const rest = data.subarray(isPart ? from : 0);
    const all: Record<string, string | number> = { ...headers, 'content-length': rest.length };
    if (isPart) all['content-range'] = `bytes ${from}-${data.length - 1}/${data.length}`;
    socket.write(answer(isPart ? 206 : 200, all));
    socket.write(time === 1 ? rest.subarray(0, stopsAt) : rest);
  };
  const snap = (have: number) => {
    if (have === stopsAt) sockets[0]?.destroy();
  };
  return { script, snap };
}

/** A server that breaks its first answer and gives all further ones by `script`. */
async function startBreaking(script: Script) {
  const first = breaking();
  const at = await startDownloads((...all) => (all[2] === 1 ? first.script : script)(...all));
  return { ...at, take: () => at.take({ onProgress: first.snap }) };
}

describe('Offer.take after a broken connection', () => {
  it.each<Record<string, string>>([
    { etag },
    { 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT', date: 'Tue, 02 Jan 2024 00:00:00 GMT' },
  ])('asks for the rest of the same version: %j', async (headers) => {
    const { script, snap } = breaking(headers);
    await using at = await startDownloads(script);
    const taken = await at.take({ onProgress: snap });
    expect(taken.content.equals(data)).toBe(true);
    expect(at.server.requests).toHaveLength(2);
    expect(at.server.requests[1]).toMatch(/range: bytes=600000-\r\n/);
    expect(at.server.requests[1]).toContain(`if-range: ${headers['etag'] ?? headers['last-modified']}\r\n`);
  });

  it('begins again when it is another version now', async () => {
    const other = Buffer.alloc(1_000, 'b');
    await using at = await startBreaking((socket) =>
      send(socket, { 'content-length': 1_000, etag: '"v2"' }, other),
    );
    const taken = await at.take();
    expect(taken.content.equals(other)).toBe(true);
  });

  it('begins again, without Range, where the version is not known', async () => {
    const { script, snap } = breaking({});
    await using at = await startDownloads(script);
    expect((await at.take({ onProgress: snap })).content.equals(data)).toBe(true);
    expect(at.server.requests[1]).not.toMatch(/range/);
  });

  it.each<[string, Script]>([
    ['416', (socket) => socket.end(answer(416, { 'content-range': `bytes */${data.length}` }))],
    ['404', (socket) => socket.end(answer(404, { 'content-length': 0 }))],
    ['206 of another place', (socket) => sendPart(socket, `bytes 100-${data.length - 1}/${data.length}`)],
    ['206 of another length', (socket) => sendPart(socket, `bytes ${stopsAt}-${data.length - 1}/1000000`)],
    ['206 without range', (socket) => sendPart(socket, '')],
    [
      '206 in disguise',
      (socket) =>
        sendPart(socket, `bytes ${stopsAt}-${data.length - 1}/${data.length}`, {
          'content-encoding': 'gzip',
        }),
    ],
  ])('says error-cut-short when the rest is answered with %s', async (_, script) => {
    await using at = await startBreaking(script);
    expect(await keyOf(at.take())).toBe('error-cut-short');
    expect(at.server.requests).toHaveLength(2);
    await at.server.drained();
  });

  it('says error-too-large when another version is', async () => {
    await using at = await startBreaking((socket) =>
      socket.write(answer(200, { 'content-length': 51_000_000 })),
    );
    expect(await keyOf(at.take())).toBe('error-too-large');
    await at.server.drained();
  });

  it('asks five times more at most', async () => {
    await using at = await startDownloads((socket) =>
      socket.end(answer(200, { 'content-length': 10, etag }, 'short')),
    );
    expect(await keyOf(at.take())).toBe('error-cut-short');
    expect(at.server.requests).toHaveLength(6);
    expect(await at.leftovers()).toEqual([]);
  });

  it('goes on when the server does not even answer for a while', async () => {
    await using at = await startBreaking((socket, head, time) => {
      if (time < 4) socket.destroy();
      else breaking().script(socket, head, time);
    });
    expect((await at.take()).content.equals(data)).toBe(true);
    expect(at.server.requests).toHaveLength(4);
  });

  it('rejects with the reason when stopped between two tries', async () => {
    const controller = new AbortController();
    const reason = new Error('stopped');
    await using at = await startDownloads(
      (socket) => {
        socket.once('close', () => controller.abort(reason));
        socket.end(answer(200, { 'content-length': 10, etag }, 'short'));
      },
      { pauseMs: 60_000 },
    );
    expect(await failureOf(at.take({ signal: controller.signal }))).toBe(reason);
    expect(at.server.requests).toHaveLength(1);
  });
});

function sendPart(socket: Socket, range: string, more: Record<string, string> = {}): void {
  const rest = data.subarray(stopsAt);
  send(socket, { etag, 'content-range': range, 'content-length': rest.length, ...more }, rest, 206);
}
