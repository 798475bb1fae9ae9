// The guarded client where it is led astray: long ways to private places, hints to other servers, connections kept open.

import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer, setDefaultCACertificates } from 'node:tls';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Turnstile } from '../../src/async/turnstile.ts';
import { siteOf } from '../../src/net/address.ts';
import { guardedAgent } from '../../src/net/connect.ts';
import { PolicyError } from '../../src/net/failure.ts';
import { createResolver } from '../../src/net/resolve.ts';
import { dial } from './dial.ts';
import { startNameServer } from './name-server.ts';
import { answer, readCertificate, startRawServer } from './raw-server.ts';
import { everything, failureOf, home, keyOf, patience, rules, startWeb } from './settings.ts';

const hello = answer(200, { 'content-length': 5 }, 'hello');
const redirect = (location: string) => answer(302, { location, 'content-length': 0 });

describe('Web.open on a long way', () => {
  it('goes five hops over five hosts, and not the last step to a private one', async () => {
    await using secret = await startRawServer((socket) => socket.end(hello), { host: '127.0.0.9' });
    const hosts = ['a.test', 'b.test', 'c.test', 'd.test', 'e.test'];
    await using names = await startNameServer({
      ...Object.fromEntries(hosts.map((host) => [host, ['127.0.0.2']])),
      'inner.test': ['127.0.0.9'],
    });
    await using server = await startRawServer(
      (socket, _, time) => {
        const next = hosts[time];
        socket.end(redirect(next ? `http://${next}:${server.port}/` : `http://inner.test:${secret.port}/`));
      },
      { host: '127.0.0.2' },
    );
    const web = startWeb({ allow: rules('127.0.0.2'), servers: [names.server] });
    const error = await failureOf(web.open(new URL(`http://a.test:${server.port}/`), { signal: patience() }));
    expect(error).toMatchObject({ key: 'error-private', vars: { host: 'inner.test' } });
    expect([server.requests.length, secret.connections()]).toEqual([5, 0]);
  });

  it('takes the way that a rule opens, and does not take the next port for it', async () => {
    await using inner = await startRawServer((socket) => socket.end(hello), { host: '127.0.0.9' });
    await using server = await startRawServer((socket) => socket.end(redirect(inner.origin)));
    const start = `127.0.0.1:${server.port}`;
    const open = (rule: string) =>
      startWeb({ allow: rules(start, rule) }).open(new URL(server.origin), { signal: patience() });
    await using response = await open(`127.0.0.9:${inner.port}`);
    expect(response.remoteAddress).toBe('127.0.0.9');
    expect(await keyOf(open(`127.0.0.9:${inner.port - 1}`))).toBe('error-private');
    expect(inner.connections()).toBe(1);
  });

  it('dials the IPv4 of a mapped address that a rule opens', async () => {
    await using inner = await startRawServer((socket) => socket.end(hello), { host: '127.0.0.9' });
    await using server = await startRawServer((socket) =>
      socket.end(redirect(`http://[::ffff:127.0.0.9]:${inner.port}/`)),
    );
    await using response = await startWeb().open(new URL(server.origin), { signal: patience() });
    expect(response.remoteAddress).toBe('127.0.0.9');
  });

  it.each<[what: string, (own: number) => string]>([
    ["the bot's own web server", (own) => `http://127.0.0.1:${own}/healthz`],
    ["the bot's own web server, without scheme", (own) => `//127.0.0.1:${own}/healthz`],
    ["the bot's own web server, by name", (own) => `http://localhost:${own}/playground`],
    ["the bot's own web server, on any address", (own) => `http://0.0.0.0:${own}/`],
    ["the bot's own web server, in IPv6", (own) => `http://[::1]:${own}/`],
    ["the bot's own web server, mapped", (own) => `http://[::ffff:7f00:1]:${own}/`],
    ["the bot's own web server, as a number", (own) => `http://2130706433:${own}/`],
    ["the bot's own web server, over TLS", (own) => `https://127.0.0.1:${own}/`],
    ['a local Bot API server', (own) => `http://bot-api.test:${own}/bot123:secret/getMe`],
    ['a socket', (own) => `ws://127.0.0.2:${own}/`],
    ['a file', () => 'file://127.0.0.2/etc/passwd'],
    ['an address with a user name', (own) => `http://me@127.0.0.2:${own}/`],
    ['a port of another service', () => 'http://127.0.0.2:6379/'],
    ['backslashes', (own) => `\\\\127.0.0.1:${own}\\`],
  ])('does not follow a redirect to %s', async (_, location) => {
    await using own = await startRawServer((socket) => socket.end(hello), { host: '::' });
    await using names = await startNameServer({ 'bot-api.test': ['127.0.0.1'] });
    await using server = await startRawServer((socket) => socket.end(redirect(location(own.port))), {
      host: '127.0.0.2',
    });
    const web = startWeb({ allow: rules('127.0.0.2'), servers: [names.server] });
    expect(await keyOf(web.open(new URL(server.origin), { signal: patience() }))).toBe('error-private');
    expect(own.connections()).toBe(0);
  });

  it('pays no heed to hints at other servers', async () => {
    await using other = await startRawServer((socket) => socket.end(hello), { host: '127.0.0.9' });
    const hints = {
      'alt-svc': `h2="127.0.0.9:${other.port}"; ma=3600, h3=":${other.port}"`,
      link: `<${other.origin}/>; rel=preload`,
      refresh: `0; url=${other.origin}/`,
      'content-location': `${other.origin}/`,
      'content-length': 5,
    };
    await using server = await startRawServer((socket) => {
      socket.write(`HTTP/1.1 103 Early Hints\r\nlink: <${other.origin}/>; rel=preconnect\r\n\r\n`);
      socket.end(answer(200, hints, 'hello'));
    });
    const web = startWeb();
    for (let time = 1; time <= 2; time++) {
      await using response = await web.open(new URL(server.origin), { signal: patience() });
      expect((await response.read(everything)).toString()).toBe('hello');
    }
    expect([server.requests.length, other.connections()]).toEqual([2, 0]);
  });
});

describe('A connection that is kept', () => {
  it('is used for no other host, though that has the same address', async () => {
    await using names = await startNameServer({ 'one.test': ['127.0.0.2'], 'two.test': ['127.0.0.2'] });
    await using server = await startRawServer((socket) => socket.write(hello), { host: '127.0.0.2' });
    const resolver = createResolver({ servers: [names.server] });
    const dispatcher = guardedAgent({ allow: home, resolver, agent: { connections: 1 } });
    for (const host of ['one.test', 'two.test', 'one.test', '127.0.0.2']) {
      const { body } = await request(`http://${host}:${server.port}/`, { dispatcher });
      await body.dump();
    }
    expect([server.requests.length, server.connections()]).toEqual([4, 3]);
    await dispatcher.destroy();
  });

  it('stays where it was vetted when its name becomes private, and no new one is made', async () => {
    let isPrivate = false;
    await using inner = await startRawServer((socket) => socket.write(hello), { host: '127.0.0.1' });
    await using names = await startNameServer({
      'turn.test': () => (isPrivate ? ['127.0.0.1'] : ['127.0.0.2']),
    });
    await using server = await startRawServer(
      (socket, _, time) => (time < 2 ? socket.write(hello) : socket.end(hello)),
      { host: '127.0.0.2' },
    );
    const resolver = createResolver({ servers: [names.server] });
    const dispatcher = guardedAgent({ allow: rules('127.0.0.2'), resolver, agent: { connections: 1 } });
    const ask = (port: number) => request(`http://turn.test:${port}/`, { dispatcher });
    await (await ask(server.port)).body.dump();
    isPrivate = true;
    await (await ask(server.port)).body.dump();
    expect([server.requests.length, server.connections()]).toEqual([2, 1]);
    await server.drained();
    expect(await failureOf(ask(server.port))).toBeInstanceOf(PolicyError);
    expect(await failureOf(ask(inner.port))).toBeInstanceOf(PolicyError);
    expect([server.connections(), inner.connections()]).toEqual([1, 0]);
    await dispatcher.destroy();
  });
});

describe('HTTP/2', () => {
  beforeAll(() => setDefaultCACertificates([readCertificate('authority')]));
  afterAll(() => setDefaultCACertificates([]));

  it('is never offered, so that no connection can be shared by hosts', async () => {
    const pem = readCertificate('secure');
    const offered: string[][] = [];
    const server = createTlsServer({
      key: pem,
      cert: pem,
      ALPNCallback: ({ protocols }) => {
        offered.push(protocols);
        return protocols.includes('h2') ? 'h2' : 'http/1.1';
      },
    });
    server.on('secureConnection', (socket) => socket.end(hello));
    server.listen(0, '127.0.0.3');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await using response = await startWeb().open(new URL(`https://127.0.0.3:${port}/`), {
      signal: patience(),
    });
    expect([response.status, offered]).toEqual([200, [['http/1.1']]]);
    server.close();
  });

  it('is not spoken to a server that speaks nothing else', async () => {
    const server = createHttp2Server().listen(0, '127.0.0.3');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const web = startWeb();
    expect(await keyOf(web.open(new URL(`http://127.0.0.3:${port}/`), { signal: patience() }))).toBe(
      'error-broken',
    );
    server.close();
  });
});

describe('The rate of connections to one address', () => {
  it('holds public addresses before they are dialled, and nobody whom a rule opens', async () => {
    await using server = await startRawServer((socket) => socket.end(hello));
    // Public by the rules, and given to nobody.
    await using names = await startNameServer({ 'public.test': ['2d00::1'], 'other.test': ['2d00::2'] });
    const turnstile = new Turnstile({ perSecond: 0.001, burst: 1 });
    await turnstile.pass(siteOf('2d00::3'));
    for (let time = 0; time < 3; time++) expect(await dial(server.origin, { turnstile })).toBeUndefined();
    const controller = new AbortController();
    const resolver = createResolver({ servers: [names.server] });
    const held = ['http://public.test/', 'https://other.test/', 'http://[2d00::1]/'].map((address) =>
      dial(address, { turnstile, resolver, signal: controller.signal }),
    );
    await Promise.all([names.waitFor('public.test'), names.waitFor('other.test')]);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await Promise.all(held)).toEqual([reason, reason, reason]);
  });
});
