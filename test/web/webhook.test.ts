// The address that updates are brought to: what it answers to Telegram, and to whoever is not Telegram.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Update } from 'grammy/types';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWebServer } from '../../src/web/server.ts';
import type { WebServer } from '../../src/web/server.ts';
import { webhookRoute } from '../../src/web/webhook.ts';
import type { WebhookRouteOptions } from '../../src/web/webhook.ts';

const secret = 'Open-Sesame_1';
const known = { 'x-telegram-bot-api-secret-token': secret };

let server: WebServer;
let delivered: Update[];
let deliver: WebhookRouteOptions['deliver'];
const errors: unknown[] = [];

beforeEach(async () => {
  delivered = [];
  errors.length = 0;
  deliver = async (update) => void delivered.push(update);
  server = await startWebServer({
    host: '127.0.0.1',
    port: 0,
    routes: [
      webhookRoute({
        url: 'https://bot.example.com/hook-7f',
        secret,
        deliver: (...args) => deliver(...args),
      }),
    ],
    ready: () => ({ ready: true, detail: {} }),
    onError: (error) => errors.push(error),
  });
});
afterEach(async () => {
  await server.close();
  expect(errors).toEqual([]);
});

type Sent = Omit<NonNullable<Parameters<typeof request>[1]>, 'headers'> & {
  path?: string;
  headers?: Record<string, string>;
};

async function post({ path = '/hook-7f', ...options }: Sent = {}) {
  const { statusCode, headers, body } = await request(`${server.url}${path}`, {
    method: 'POST',
    body: '{"update_id":1}',
    ...options,
    headers: { ...known, ...options.headers },
  });
  return { status: statusCode, headers, text: await body.text() };
}

/** Sends only the head of a request, whose body would be `length` bytes long. */
function begin(headers: Record<string, string>, length: number): Socket {
  const socket = connect(server.port, '127.0.0.1');
  const lines = Object.entries({ host: 'x', 'content-length': `${length}`, ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`POST /hook-7f HTTP/1.1\r\n${head}\r\n`);
  return socket;
}

describe('webhookRoute', () => {
  it('answers 200 without a body once the update is delivered, whole as it came', async () => {
    const update = { update_id: 7, message: { text: '“ü” 😀', unheard_of: [null, 1] }, new_kind: {} };
    const answer = await post({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(update),
    });
    expect([answer.status, answer.text, delivered]).toEqual([200, '', [update]]);
  });

  it('answers nothing before that', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    deliver = () => (asked.resolve(), promise);
    let hasAnswered = false;
    const answer = post().finally(() => (hasAnswered = true));
    await asked.promise;
    await request(`${server.url}/healthz`).then(({ body }) => body.dump());
    expect(hasAnswered).toBe(false);
    resolve();
    expect((await answer).status).toBe(200);
  });

  it.each([
    ['no', {}],
    ['an empty', { 'x-telegram-bot-api-secret-token': '' }],
    ['another', { 'x-telegram-bot-api-secret-token': 'open-sesame_1' }],
    ['a longer', { 'x-telegram-bot-api-secret-token': `${secret}1` }],
    ['a repeated', { 'x-telegram-bot-api-secret-token': `${secret}, ${secret}` }],
  ])('answers 401 to %s secret, before any of the body has come', async (_what, headers) => {
    const socket = begin(headers, 20);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 401 /);
    expect(String(answer)).not.toContain(secret);
    socket.destroy();
    expect(delivered).toEqual([]);
  });

  it('tells a stranger no more when the body is wrong too', async () => {
    const answer = await post({
      headers: { 'x-telegram-bot-api-secret-token': 'x', 'content-type': 'text/plain' },
    });
    expect(answer.status).toBe(401);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'] as const)('answers 405 to %s', async (method) => {
    const answer = await post({ method, body: null });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
  });

  it.each(['/', '/hook-7', '/hook-7f/', '/hook-7F'])('is not found at %s', async (path) => {
    expect((await post({ path })).status).toBe(404);
  });

  it.each([
    ['nothing', '', 'it is no JSON'],
    ['half of an update', '{"update_id":1', 'it is no JSON'],
    ['a form', 'update_id=1', 'it is no JSON'],
    ['null', 'null', 'expected object'],
    ['a list of updates', '[{"update_id":1}]', 'expected object'],
    ['an update without a number', '{"message":{}}', 'update_id: '],
    ['a number as text', '{"update_id":"1"}', 'update_id: '],
    ['a negative number', '{"update_id":-1}', 'update_id: '],
    ['a fraction', '{"update_id":1.5}', 'update_id: '],
    ['a number that is none exactly', '{"update_id":1e300}', 'update_id: '],
  ])('answers 400 to %s', async (_what, body, words) => {
    const answer = await post({ body });
    expect([answer.status, delivered]).toEqual([400, []]);
    expect(answer.text).toContain(words);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=json', 'json'])(
    'answers 415 to what is said to be %s',
    async (type) => {
      expect((await post({ headers: { 'content-type': type } })).status).toBe(415);
      expect(delivered).toEqual([]);
    },
  );

  it.each(['application/json; charset=utf-8', 'Application/JSON', 'application/vnd.update+json'])(
    'takes %s',
    async (type) => {
      expect((await post({ headers: { 'content-type': type } })).status).toBe(200);
    },
  );

  it('takes a body of 1 MB and answers 413 to a longer one, announced or not', async () => {
    const padding = (bytes: number) => `{"update_id":1,"x":"${'x'.repeat(bytes - 22)}"}`;
    expect((await post({ body: padding(1_000_000) })).status).toBe(200);
    const socket = begin(known, 1_000_001);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
    const chunked = new Blob([padding(1_000_001)]).stream();
    const long = await post({ body: chunked as never });
    expect([long.status, delivered.length]).toEqual([413, 1]);
    expect(long.text).toContain('larger than 1000000 bytes');
  });

  it('answers 503 with a time to come again when the update cannot be taken, and tells not why', async () => {
    deliver = () => Promise.reject(new Error('the password of the database is wrong'));
    const answer = await post();
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
    expect(answer.text).toBe('{"error":"Cannot take the update now"}');
  });

  it('aborts the delivery of whoever goes away, and of no one who was answered', async () => {
    const signals: AbortSignal[] = [];
    deliver = async (_update, { signal }) => void signals.push(signal);
    await post();
    const asked = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    deliver = (_update, { signal }) => {
      signal.addEventListener('abort', () => aborted.resolve(), { once: true });
      asked.resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    };
    const socket = begin(known, 15);
    socket.write('{"update_id":1}');
    await asked.promise;
    socket.destroy();
    await aborted.promise;
    await server.close();
    expect(signals.map(({ aborted: was }) => was)).toEqual([false]);
  });

  it('is no error of ours when a body is broken off', async () => {
    const socket = begin(known, 100);
    await new Promise<void>((resolve) => socket.write('{"update_id":', () => resolve()));
    socket.destroy();
    await once(socket, 'close');
    expect((await post()).status).toBe(200);
    expect(delivered).toHaveLength(1);
  });
});
