// The web server finds routes, keeps its limits, tells its health and ends cleanly.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readBody, readJson, sendJson } from '../../src/web/exchange.ts';
import type { Route } from '../../src/web/exchange.ts';
import { startWebServer } from '../../src/web/server.ts';
import type { WebServer, WebServerOptions } from '../../src/web/server.ts';

let server: WebServer | undefined;
afterEach(() => server?.close());

const errors: unknown[] = [];

async function start(options: Partial<WebServerOptions> = {}): Promise<string> {
  errors.length = 0;
  server = await startWebServer({
    host: '127.0.0.1',
    port: 0,
    routes: [],
    ready: () => ({ ready: true, detail: {} }),
    onError: (error) => errors.push(error),
    ...options,
  });
  return server.url;
}

async function ask(url: string, options: Parameters<typeof request>[1] = {}) {
  const { statusCode, headers, body } = await request(url, options);
  const text = await body.text();
  return { status: statusCode, headers, text, json: () => JSON.parse(text) as unknown };
}

const route = (method: 'GET' | 'POST', path: string, handle: Route['handle']): Route => ({
  method,
  path,
  handle,
});

describe('startWebServer: health', () => {
  it('/healthz answers 200 while the process lives', async () => {
    const answer = await ask(`${await start()}/healthz`);
    expect([answer.status, answer.text]).toEqual([200, '{"ok":true}']);
  });

  it('/readyz answers 200 or 503 with the detail, as asked at that moment', async () => {
    let ready = false;
    const url = await start({ ready: () => ({ ready, detail: { inboxAgeMs: 12 } }) });
    const before = await ask(`${url}/readyz`);
    ready = true;
    const after = await ask(`${url}/readyz`);
    expect([before.status, after.status]).toEqual([503, 200]);
    expect(before.json()).toEqual({ ready: false, detail: { inboxAgeMs: 12 } });
  });

  it('HEAD is answered like GET, without a body', async () => {
    const answer = await ask(`${await start()}/healthz`, { method: 'HEAD' });
    expect([answer.status, answer.text]).toEqual([200, '']);
  });
});

describe('startWebServer: routes', () => {
  it('a route is given what stands in the place of its names', async () => {
    const url = await start({
      routes: [route('GET', '/of/:who/:what', ({ params, response }) => sendJson(response, params))],
    });
    expect((await ask(`${url}/of/ann/tea?x=1`)).json()).toEqual({ who: 'ann', what: 'tea' });
  });

  it('an unknown address answers 404, a wrong method 405 with the right ones', async () => {
    const url = await start({
      routes: [route('POST', '/a', ({ response }) => sendJson(response, 1))],
    });
    expect((await ask(`${url}/`)).status).toBe(404);
    expect((await ask(`${url}/a/`)).status).toBe(404);
    const wrong = await ask(`${url}/a`);
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'POST']);
  });

  it.each(['/../../etc/passwd', '/..%2f..%2fetc/passwd', '//healthz', '/%00', 'http://x/healthz', '*'])(
    'the odd address %s leads nowhere',
    async (path) => {
      const url = new URL(await start());
      const socket = connect(Number(url.port), '127.0.0.1');
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: close\r\n\r\n`);
      const chunks: Buffer[] = [];
      for await (const chunk of socket) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
      expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 40[04] /);
    },
  );

  it('a connection is kept for longer than proxies keep theirs', async () => {
    expect((await ask(`${await start()}/healthz`)).headers['keep-alive']).toBe('timeout=75');
  });

  it('an error of ours is reported and shows the visitor nothing of itself', async () => {
    const url = await start({
      routes: [
        route('GET', '/broken', () => {
          throw new Error('secret');
        }),
      ],
    });
    const answer = await ask(`${url}/broken`);
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret');
    expect(errors).toEqual([new Error('secret')]);
  });

  it('the guard sees a request before its route does', async () => {
    let reached = false;
    const url = await start({
      routes: [
        route('GET', '/a', () => {
          reached = true;
        }),
      ],
      guard() {
        throw new Error('no');
      },
    });
    expect((await ask(`${url}/a`)).status).toBe(500);
    expect(reached).toBe(false);
  });
});

describe('startWebServer: bodies', () => {
  const shape = z.object({ text: z.string() });
  const json = route('POST', '/json', async ({ request: asked, response }) =>
    sendJson(response, await readJson(asked, shape, { maxBytes: 100 })),
  );
  const raw = route('POST', '/raw', async ({ request: asked, response }) =>
    sendJson(response, (await readBody(asked, 100)).length),
  );
  const headers = { 'content-type': 'application/json; charset=utf-8' };

  it('readJson gives the checked value', async () => {
    const url = await start({ routes: [json] });
    const answer = await ask(`${url}/json`, { method: 'POST', headers, body: '{"text":"ü","more":1}' });
    expect([answer.status, answer.json()]).toEqual([200, { text: 'ü' }]);
  });

  it.each([
    ['no JSON', '{"text":', 400, 'it is no JSON'],
    ['nothing', '', 400, 'it is no JSON'],
    ['another shape', '{"text":5}', 400, 'text: '],
    ['a list', '[]', 400, 'expected object'],
    ['too much', JSON.stringify({ text: 'x'.repeat(100) }), 413, 'larger than 100 bytes'],
  ])('readJson refuses %s and says why', async (_what, body, status, words) => {
    const url = await start({ routes: [json] });
    const answer = await ask(`${url}/json`, { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(words);
    expect(errors).toEqual([]);
  });

  it('readJson refuses a form, which a foreign page could send unasked', async () => {
    const url = await start({ routes: [json] });
    const answer = await ask(`${url}/json`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"text":"x"}',
    });
    expect(answer.status).toBe(415);
  });

  it('readBody stops a body of unknown length at the limit, and the connection still serves', async () => {
    const url = await start({ routes: [raw] });
    const body = Readable.from(
      (async function* () {
        for (let sent = 0; sent < 50; sent += 1) yield Buffer.alloc(64 * 1024);
      })(),
    );
    const refused = await ask(`${url}/raw`, { method: 'POST', body });
    expect([refused.status, refused.json()]).toEqual([
      413,
      { error: 'Cannot take the body: it is larger than 100 bytes' },
    ]);
    const taken = await ask(`${url}/raw`, { method: 'POST', body: Buffer.alloc(100) });
    expect([taken.status, taken.json()]).toEqual([200, 100]);
  });

  it('readBody refuses a body that is announced too long before any of it has come', async () => {
    const url = new URL(await start({ routes: [raw] }));
    const socket = connect(Number(url.port), '127.0.0.1');
    socket.write('POST /raw HTTP/1.1\r\nhost: x\r\ncontent-length: 101\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('a request that is broken off is nobody’s error', async () => {
    const arrived = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const url = await start({
      routes: [
        route('POST', '/raw', async ({ request: asked, response }) => {
          response.once('close', ended.resolve);
          arrived.resolve();
          await readBody(asked, 100);
        }),
      ],
    });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST /raw HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\nhalf');
    await arrived.promise;
    socket.destroy();
    await ended.promise;
    expect((await ask(`${url}/healthz`)).status).toBe(200);
    expect(errors).toEqual([]);
  });

  it('headers of more than 16 KB are refused', async () => {
    const answer = await ask(`${await start()}/healthz`, { headers: { 'x-long': 'x'.repeat(20_000) } });
    expect(answer.status).toBe(431);
  });
});

describe('startWebServer: beginning and end', () => {
  it('a taken port is named in the error', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const bound = other.address();
    const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
    await expect(start({ port })).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port}: the port is taken; set PORT to another one, or to 0 for any that is free`,
    );
    other.close();
    await once(other, 'close');
  });

  it('an address that this machine has not got is named in the error', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toThrow(
      'Cannot listen on 192.0.2.1:0: this machine has no such address',
    );
  });

  it('close ends kept-alive sockets and unfinished answers, and may be called twice', async () => {
    const url = await start({
      routes: [
        route('GET', '/endless', ({ response }) => {
          response.writeHead(200).write('…');
        }),
      ],
    });
    const port = Number(new URL(url).port);
    const idle = connect(port, '127.0.0.1').resume();
    const endless = connect(port, '127.0.0.1').resume();
    idle.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    endless.write('GET /endless HTTP/1.1\r\nhost: x\r\n\r\n');
    await Promise.all([once(idle, 'data'), once(endless, 'data')]);
    const closed = [idle, endless].map((socket) => once(socket, 'close'));
    await Promise.all([server?.close(), server?.close()]);
    await Promise.all(closed);
    await expect(ask(`${url}/healthz`)).rejects.toThrow();
  });
});
