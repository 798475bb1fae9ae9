// The guarded client against servers that flood, drip and break off before they have answered.

import { describe, expect, it } from 'vitest';
import { userAgent } from '../../src/net/user-agent.ts';
import { startNameServer } from './name-server.ts';
import { answer, startRawServer, writeForever } from './raw-server.ts';
import type { Script } from './raw-server.ts';
import { everything, failureOf, keyOf, patience, startWeb } from './settings.ts';

describe('Web.open', () => {
  it('gives the answer with its headers, body and time', async () => {
    const head =
      'HTTP/1.1 203 Fine\r\nX-One: a\r\nx-one: b\r\nSet-Cookie: c\r\n__proto__: d\r\ncontent-length: 2\r\n\r\nok';
    await using server = await startRawServer((socket) => socket.end(head));
    await using response = await startWeb().open(new URL(`${server.origin}/a?b=c#d`), { signal: patience() });
    expect(response).toMatchObject({ status: 203, hops: [], remoteAddress: '127.0.0.1' });
    expect(response.url.href).toBe(`${server.origin}/a?b=c#d`);
    expect(response.headers['x-one']).toBe('a, b');
    expect(Object.entries(response.headers)).toContainEqual(['__proto__', 'd']);
    expect(response.certificateUntil).toBeUndefined();
    expect(response.elapsedMs).toBeGreaterThan(0);
    expect((await response.read(everything)).toString()).toBe('ok');
    expect(server.requests[0]).toMatch(/^GET \/a\?b=c HTTP\/1\.1\r\n/);
  });

  it('says who it is, what it takes, and sends no secrets', async () => {
    await using server = await startRawServer((socket) => socket.end(answer(200, { 'content-length': 0 })));
    const web = startWeb();
    await using first = await web.open(new URL(server.origin), { signal: patience() });
    const headers = { accept: 'text/html' };
    await using second = await web.open(new URL(server.origin), {
      signal: patience(),
      headers,
      acceptEncoding: false,
    });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(server.requests[0]).toMatch(/user-agent: Errand\/test\r\n/);
    expect(server.requests[0]).toMatch(/accept-encoding: gzip, br, zstd\r\n/);
    expect(server.requests[1]).toMatch(/accept-encoding: identity\r\n/);
    expect(server.requests[1]).toMatch(/accept: text\/html\r\n/);
    expect(server.requests.join('')).not.toMatch(/cookie|authorization/i);
  });

  it.each([404, 500, 204, 304, 300])('gives the answer %i as it is', async (status) => {
    await using server = await startRawServer((socket) =>
      socket.end(answer(status, { connection: 'close' })),
    );
    await using response = await startWeb().open(new URL(server.origin), { signal: patience() });
    expect(response.status).toBe(status);
  });

  it.each([
    ['ftp://127.0.0.1/', 'error-scheme'],
    ['http://me:secret@127.0.0.1/', 'error-userinfo'],
    ['http://example.com:6379/', 'error-port'],
    ['http://intranet/', 'error-private'],
  ])('refuses to ask for %s', async (address, key) => {
    expect(await keyOf(startWeb().open(new URL(address), { signal: patience() }))).toBe(key);
  });

  it('says error-unknown-host, error-dns and error-refused for what they are', async () => {
    await using names = await startNameServer({ 'sick.test': 'trouble', 'shut.test': ['127.0.0.9'] });
    const web = startWeb({ servers: [names.server] });
    const key = (address: string) => keyOf(web.open(new URL(address), { signal: patience() }));
    expect(await key('http://missing.test/')).toBe('error-unknown-host');
    expect(await key('http://sick.test/')).toBe('error-dns');
    expect(await key('http://shut.test:4711/')).toBe('error-refused');
  });

  it.each([
    ['not HTTP at all', 'hello\r\n\r\n'],
    ['nothing', ''],
    ['half a header', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['a header with a control character', 'HTTP/1.1 200 OK\r\nx: \u0001\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
    ['an endless length', `HTTP/1.1 200 OK\r\ncontent-length: ${'9'.repeat(40)}\r\n\r\nx`],
    [
      'length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a status that is none', 'HTTP/1.1 007 Bond\r\n\r\n'],
    ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'],
    ['100 Continue', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'],
  ])('says error-broken for %s', async (_, said) => {
    await using server = await startRawServer((socket) => socket.end(said, 'latin1'));
    expect(await keyOf(startWeb().open(new URL(server.origin), { signal: patience() }))).toBe('error-broken');
    await server.drained();
  });

  it.each<[string, Script]>([
    [
      'one endless header',
      (socket) => (socket.write('HTTP/1.1 200 OK\r\nx: '), writeForever(socket, 'a'.repeat(1_000))),
    ],
    [
      'endless headers',
      (socket) => (socket.write('HTTP/1.1 200 OK\r\n'), writeForever(socket, 'a: b\r\n'.repeat(100))),
    ],
    [
      'endless interim answers',
      (socket) => writeForever(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
    ],
    ['headers of 17 KB', (socket) => socket.write(answer(200, { x: 'a'.repeat(17_000) }))],
  ])('refuses %s', async (_, script) => {
    await using server = await startRawServer(script);
    expect(await keyOf(startWeb().open(new URL(server.origin), { signal: patience() }))).toBe(
      'error-headers',
    );
    await server.drained();
  });

  it('bears a few interim answers', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n';
    await using server = await startRawServer((socket) =>
      socket.end(hints.repeat(3) + answer(200, {}, 'ok')),
    );
    await using response = await startWeb().open(new URL(server.origin), { signal: patience() });
    expect((await response.read(everything)).toString()).toBe('ok');
  });

  it.each<[string, Script]>([
    ['before any answer', () => {}],
    ['in the status line', (socket) => writeForever(socket, 'HTTP/1.1 200 O'.concat('K'.repeat(1_000)))],
    ['among empty lines', (socket) => writeForever(socket, '\r\n'.repeat(100))],
    ['in the headers', (socket) => socket.write('HTTP/1.1 200 OK\r\nx: 1\r\n')],
  ])('closes the connection at once when stopped %s', async (_, script) => {
    const asked = Promise.withResolvers<void>();
    await using server = await startRawServer((...all) => {
      script(...all);
      asked.resolve();
    });
    const controller = new AbortController();
    const failure = failureOf(startWeb().open(new URL(server.origin), { signal: controller.signal }));
    await asked.promise;
    const reason = new Error('stopped');
    controller.abort(reason);
    expect(await failure).toBe(reason);
    await server.drained();
  });

  it('rejects with the reason at once when stopped while the name is looked up', async () => {
    await using names = await startNameServer({ 'mute.test': 'mute' });
    const controller = new AbortController();
    const web = startWeb({ servers: [names.server] });
    const failure = failureOf(web.open(new URL('http://mute.test/'), { signal: controller.signal }));
    await names.waitFor('mute.test');
    controller.abort('a reason that is no error');
    expect(await failure).toBe('a reason that is no error');
  });

  it('closes the connection when stopped after the headers, though nobody reads', async () => {
    await using server = await startRawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      writeForever(socket, 'a'.repeat(10_000));
    });
    const controller = new AbortController();
    await using response = await startWeb().open(new URL(server.origin), { signal: controller.signal });
    const reason = new Error('stopped');
    controller.abort(reason);
    await server.drained();
    expect(await failureOf(response.read(everything))).toBe(reason);
  });

  it('closes the connection when disposed, twice without harm', async () => {
    await using server = await startRawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      writeForever(socket, 'a'.repeat(10_000));
    });
    const response = await startWeb().open(new URL(server.origin), { signal: patience() });
    await response[Symbol.asyncDispose]();
    await response[Symbol.asyncDispose]();
    expect(response.body.destroyed).toBe(true);
    await server.drained();
  });
});

describe('userAgent', () => {
  it('names the version and how to reach the operator', () => {
    expect(userAgent('0.1.0', 'https://a.example/bot')).toBe('Errand/0.1.0 (+https://a.example/bot)');
    expect(userAgent('0.1.0', '')).toBe('Errand/0.1.0');
  });
});
