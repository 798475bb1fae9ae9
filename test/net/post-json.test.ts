// One JSON request over a real connection: what comes back whole, what breaks, and what its signal ends.

import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postJson } from '../../src/net/post-json.ts';

describe('postJson', () => {
  let agent: Agent;
  let server: Server;
  let origin: string;
  beforeEach(async () => {
    agent = new Agent();
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await agent.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const answer = (respond: (request: IncomingMessage, response: ServerResponse) => void) =>
    server.on('request', respond);
  const read = (status: number, body: string) => ({ status, text: body });
  const post = (signal?: AbortSignal) =>
    postJson(agent, { origin, path: '/call', body: '{"a":"😀"}', signal }, read);

  it('sends the body as JSON and gives back status and text', async () => {
    const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    const posting = post();
    const [request, response] = await asked;
    const { method, url, headers } = request;
    response.writeHead(418).end(`${method} ${url} ${headers['content-type']} ${await text(request)}`);
    expect(await posting).toEqual({ status: 418, text: 'POST /call application/json {"a":"😀"}' });
  });

  it('puts an answer together that comes in the middle of a character', async () => {
    const bytes = Buffer.from('before 😀 after');
    answer((_request, response) => {
      response.write(bytes.subarray(0, 9), () => setImmediate(() => response.end(bytes.subarray(9))));
    });
    expect(await post()).toEqual({ status: 200, text: 'before 😀 after' });
  });

  it('rejects with what reading the answer throws, and keeps the connection', async () => {
    answer((_request, response) => void response.end('nonsense'));
    const request = { origin, path: '/call', body: '{}' };
    await expect(postJson(agent, request, (_, body) => JSON.parse(body))).rejects.toThrow(SyntaxError);
    expect(await post()).toEqual({ status: 200, text: 'nonsense' });
  });

  it('rejects when the connection breaks, before the answer and in the middle of it', async () => {
    answer((request) => request.destroy());
    await expect(post()).rejects.toThrow('other side closed');
    server.removeAllListeners('request');
    answer((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy());
    });
    await expect(post()).rejects.toThrow('other side closed');
  });

  it('rejects with the reason of its signal at once, and closes the connection', async () => {
    const controller = new AbortController();
    const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    const posting = post(controller.signal);
    const [, response] = await asked;
    const left = once(response, 'close');
    controller.abort(new Error('enough'));
    await expect(posting).rejects.toThrow('enough');
    await left;
  });

  it('gives the connection up after so much silence', async () => {
    answer((request) => void once(request.socket, 'close').then(() => server.emit('left')));
    const left = once(server, 'left');
    const request = { origin, path: '/call', body: '{}' };
    await expect(postJson(agent, { ...request, silenceMs: 20 }, read)).rejects.toMatchObject({
      code: 'UND_ERR_HEADERS_TIMEOUT',
    });
    await left;
  });

  it('sends nothing when its signal has aborted, before or while the connection is made', async () => {
    let asked = 0;
    answer((_request, response) => void response.end(`${++asked}`));
    await expect(post(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    const controller = new AbortController();
    const posting = post(controller.signal);
    controller.abort(new Error('changed my mind'));
    await expect(posting).rejects.toThrow('changed my mind');
    expect(await post()).toMatchObject({ text: '1' });
  });

  it('leaves no listener on its signal, whatever came of it', async () => {
    const { signal } = new AbortController();
    answer((_request, response) => void response.end());
    await post(signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    server.removeAllListeners('request');
    answer((request) => request.destroy());
    await expect(post(signal)).rejects.toThrow();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
