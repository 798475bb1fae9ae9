// The guarded connector: nothing forbidden is ever dialled.

import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { guardedAgent } from '../../src/net/connect.ts';
import { PolicyError } from '../../src/net/failure.ts';
import { createResolver } from '../../src/net/resolve.ts';
import { startNameServer } from './name-server.ts';
import { answer, startRawServer } from './raw-server.ts';
import { failureOf, home, keyOf, patience, rules, startWeb } from './settings.ts';

const hello = answer(200, { 'content-length': 5 }, 'hello');

describe('createConnector', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '0.0.0.0',
    '0',
    '１２７.０.０.１',
    '①②⑦.0.0.1',
    '127。0。0。1',
    '127%2E0.0.1',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    'a.localhost',
    'A.LOCALHOST.',
  ])('never dials http://%s', async (host) => {
    await using server = await startRawServer((socket) => socket.end(hello), { host: '::' });
    const url = new URL(`http://${host}:${server.port}/`);
    expect(await keyOf(startWeb({ allow: [] }).open(url, { signal: patience() }))).toBe('error-private');
    expect(server.connections()).toBe(0);
  });

  it('never dials a forbidden address over https either', async () => {
    await using server = await startRawServer(() => {}, { certificate: 'secure' });
    const url = new URL(`https://127.0.0.1:${server.port}/`);
    expect(await keyOf(startWeb({ allow: [] }).open(url, { signal: patience() }))).toBe('error-private');
    expect(server.connections()).toBe(0);
  });

  it('refuses a name with one forbidden address among good ones', async () => {
    await using server = await startRawServer((socket) => socket.end(hello), { host: '0.0.0.0' });
    await using names = await startNameServer({
      'mixed.test': ['127.0.0.2', '127.0.0.1'],
      'mixed6.test': ['127.0.0.2', '::1'],
      'good.test': ['127.0.0.2'],
    });
    const web = startWeb({ allow: rules('127.0.0.2'), servers: [names.server] });
    const open = (host: string) =>
      web.open(new URL(`http://${host}:${server.port}/`), { signal: patience() });
    expect(await keyOf(open('mixed.test'))).toBe('error-private');
    expect(await keyOf(open('mixed6.test'))).toBe('error-private');
    expect(server.connections()).toBe(0);
    await using response = await open('good.test');
    expect(response.remoteAddress).toBe('127.0.0.2');
  });

  it('says the same to a person whatever the reason, and tells the log which it was', async () => {
    await using names = await startNameServer({ 'in.test': ['10.0.0.1'] });
    const web = startWeb({ allow: [], servers: [names.server] });
    const errors = await Promise.all(
      ['http://in.test:8080/', 'http://in.test:8081/'].map((url) =>
        failureOf(web.open(new URL(url), { signal: patience() })),
      ),
    );
    for (const error of errors) {
      expect(error).toMatchObject({ key: 'error-private', vars: { host: 'in.test' } });
      expect((error as Error).cause).toBeInstanceOf(PolicyError);
      expect(String((error as Error).cause)).toContain('10.0.0.1 is private');
    }
  });

  it('ignores the copies that DNS64 adds to IPv4 addresses, but refuses such an address alone', async () => {
    await using server = await startRawServer((socket) => socket.end(hello), { host: '127.0.0.2' });
    await using names = await startNameServer({
      'dns64.test': ['127.0.0.2', '64:ff9b::7f00:2'],
      'only64.test': ['64:ff9b::808:808'],
    });
    const web = startWeb({ servers: [names.server] });
    const url = new URL(`http://dns64.test:${server.port}/`);
    await using response = await web.open(url, { signal: patience() });
    expect(response.status).toBe(200);
    url.hostname = 'only64.test';
    expect(await keyOf(web.open(url, { signal: patience() }))).toBe('error-private');
  });

  it('learns the prefix of the network that translates IPv6 into IPv4, and refuses what is behind it', async () => {
    await using server = await startRawServer((socket) => socket.end(hello), { host: '127.0.0.2' });
    await using names = await startNameServer({
      'ipv4only.arpa': ['192.0.0.170', '192.0.0.171', '2a00:64:0:0:0:0:c000:aa', '2a00:48:1:c000:0:ab00::'],
      'inner96.test': ['2a00:64::a00:1'],
      'inner48.test': ['2a00:48:1:a00:0:100::'],
      'copied.test': ['127.0.0.2', '2a00:64::7f00:2'],
    });
    const web = startWeb({ servers: [names.server] });
    const causeOf = async (host: string) => {
      const error = await failureOf(
        web.open(new URL(`http://${host}:${server.port}/`), { signal: patience() }),
      );
      return String((error as Error).cause);
    };
    expect(await causeOf('inner96.test')).toContain('2a00:64::a00:1 is IPv4 behind NAT64');
    expect(await causeOf('inner48.test')).toContain('is IPv4 behind NAT64');
    const url = new URL(`http://copied.test:${server.port}/`);
    await using response = await web.open(url, { signal: patience() });
    expect(response.remoteAddress).toBe('127.0.0.2');
    expect(names.asked.filter((name) => name === 'ipv4only.arpa')).toHaveLength(2);
  });

  it('looks a name up for every connection and judges each answer', async () => {
    await using server = await startRawServer((socket) => socket.end(hello), { host: '0.0.0.0' });
    await using names = await startNameServer({
      'turn.test': (time) => (time === 1 ? ['127.0.0.2'] : ['127.0.0.1']),
    });
    const web = startWeb({ allow: rules('127.0.0.2'), servers: [names.server] });
    const url = new URL(`http://turn.test:${server.port}/`);
    await using response = await web.open(url, { signal: patience() });
    expect(response.status).toBe(200);
    expect(await keyOf(web.open(url, { signal: patience() }))).toBe('error-private');
    expect(server.connections()).toBe(1);
  });

  it('opens what a rule names: the host or the range, at its port only', async () => {
    await using server = await startRawServer((socket) => socket.end(hello), { host: '0.0.0.0' });
    await using names = await startNameServer({
      'wiki.test': ['127.0.0.1'],
      'sub.wiki.test': ['127.0.0.1'],
      'other.test': ['127.0.0.1'],
    });
    const { port } = server;
    const status = async (host: string, ...entries: string[]) => {
      const web = startWeb({ allow: rules(...entries), servers: [names.server] });
      const opening = web.open(new URL(`http://${host}:${port}/`), { signal: patience() });
      return opening.then(
        async (response) => {
          await response[Symbol.asyncDispose]();
          return response.status;
        },
        () => keyOf(opening),
      );
    };
    expect(await status('wiki.test', 'wiki.test')).toBe(200);
    expect(await status('wiki.test.', `wiki.test:${port}`)).toBe(200);
    expect(await status('wiki.test', `wiki.test:${port + 1}`)).toBe('error-private');
    expect(await status('other.test', 'wiki.test')).toBe('error-private');
    expect(await status('sub.wiki.test', 'wiki.test')).toBe('error-private');
    expect(await status('other.test', `127.0.0.1:${port}`)).toBe(200);
    expect(await status('127.0.0.1', `127.0.0.1:${port + 1}`)).toBe('error-private');
    expect(await status('127.0.0.2', '127.0.0.1')).toBe('error-private');
  });

  it('dials the next address when one does not answer, four at most', async () => {
    await using server = await startRawServer((socket) => socket.end(hello), { host: '127.0.0.4' });
    await using names = await startNameServer({
      'fourth.test': ['127.0.0.4'],
      'none.test': ['127.0.0.2', '127.0.0.3'],
    });
    const dead = ['127.0.0.11', '127.0.0.12', '127.0.0.13', '127.0.0.14'];
    const listed = (addresses: string[]) => ({ resolve: () => Promise.resolve(addresses) });
    const url = new URL(`http://fourth.test:${server.port}/`);
    const signal = patience();
    await using response = await startWeb({ resolver: listed([...dead.slice(1), '127.0.0.4']) }).open(url, {
      signal,
    });
    expect(response.remoteAddress).toBe('127.0.0.4');
    expect(await keyOf(startWeb({ resolver: listed([...dead, '127.0.0.4']) }).open(url, { signal }))).toBe(
      'error-refused',
    );
    url.hostname = 'none.test';
    expect(await keyOf(startWeb({ servers: [names.server] }).open(url, { signal }))).toBe('error-refused');
  });
});

describe('guardedAgent', () => {
  it('reaches what rules open and nothing else', async () => {
    await using server = await startRawServer((socket) => socket.end(hello));
    const resolver = createResolver();
    const open = guardedAgent({ allow: rules('localhost'), resolver });
    const answered = await request(`http://localhost:${server.port}/`, { dispatcher: open });
    expect(await answered.body.text()).toBe('hello');
    await open.destroy();
    const shut = guardedAgent({ allow: [], resolver });
    const error = await failureOf(request(`http://localhost:${server.port}/`, { dispatcher: shut }));
    expect(error).toBeInstanceOf(PolicyError);
    await shut.destroy();
    expect(server.connections()).toBe(1);
  });

  it('keeps a vetted connection for the next request', async () => {
    await using server = await startRawServer((socket) => socket.write(hello));
    const agent = guardedAgent({ allow: home, resolver: createResolver(), agent: { connections: 1 } });
    for (let time = 0; time < 3; time++) {
      const { body } = await request(server.origin, { dispatcher: agent });
      await body.dump();
    }
    expect(server.connections()).toBe(1);
    await agent.destroy();
    await server.drained();
  });

  it('stops connections under way with its signal', async () => {
    await using names = await startNameServer({ 'mute.test': 'mute' });
    const controller = new AbortController();
    const resolver = createResolver({ servers: [names.server] });
    const agent = guardedAgent({ allow: [], resolver, signal: controller.signal });
    const failure = failureOf(request('http://mute.test/', { dispatcher: agent }));
    await names.waitFor('mute.test');
    const reason = new Error('closing');
    controller.abort(reason);
    expect(await failure).toBe(reason);
    await agent.destroy();
  });
});
