// Links that lead nowhere, or where nobody may go: each gets its own words, whether for a card or for a file.

import { setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { showHost } from '../src/parse/plain-words.ts';
import { startNameServer } from './net/name-server.ts';
import type { NameServer } from './net/name-server.ts';
import { answer, readCertificate, startRawServer } from './net/raw-server.ts';
import type { RawServer } from './net/raw-server.ts';
import { expectRest } from './rest.ts';
import { answersTo, page, redirect, startWorld } from './world.ts';
import type { World } from './world.ts';

const notALink = "That doesn't look like a link";
const publicOnly = 'I only visit public web sites';
/** What is said instead of bringing a file, by status. */
const refusals: Record<number, string> = {
  401: 'site.localhost wants a login',
  403: "site.localhost won't let me in",
  404: 'There is nothing at that address on site.localhost (404)',
  410: 'That was removed from site.localhost (410)',
  429: 'site.localhost asks me to slow down',
  500: 'site.localhost answered with error 500',
  503: 'site.localhost answered with error 503',
};

describe('A bad link', () => {
  let names: NameServer;
  let world: World;
  /** A server inside the network, which nobody may reach through the bot. */
  let inside: RawServer;

  beforeAll(async () => {
    setDefaultCACertificates([readCertificate('authority')]);
    inside = await startRawServer((socket) => socket.end(answer(200, {}, 'secret')), { host: '127.0.0.2' });
    names = await startNameServer({
      'public.test': ['127.0.0.1'],
      'inside.test': ['127.0.0.2'],
      'mixed.test': ['127.0.0.1', '127.0.0.2'],
      'sick.test': 'trouble',
      'mute.test': 'mute',
      ...Object.fromEntries(['expired', 'future', 'self', 'other'].map((n) => [`${n}.test`, ['127.0.0.1']])),
    });
    world = await startWorld({
      DNS_SERVERS: names.server,
      LOOKUP_DEADLINE_MS: '2000',
      DOWNLOAD_DEADLINE_MS: '2000',
    });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await names[Symbol.asyncDispose]();
    await inside[Symbol.asyncDispose]();
    setDefaultCACertificates([]);
  });
  afterEach(() => expectRest(world));

  /** What comes back for a link: sent alone, and sent with /get. */
  const bothWays = async (link: string) => [
    ...(await answersTo(world, link)),
    ...(await answersTo(world, `/get ${link}`)),
  ];
  const twice = (text: string) => [expect.stringContaining(text), expect.stringContaining(text)];

  it.each(['hello', 'hello world', '12345', 'http//site.localhost/', 'site', 'me@site.test'])(
    'is said to be none when /get is sent with "%s"',
    async (text) => {
      expect(await answersTo(world, `/get ${text}`)).toEqual([expect.stringContaining(notALink)]);
    },
  );

  it('is asked for when /get comes alone', async () => {
    expect(await answersTo(world, '/get')).toEqual([expect.stringContaining('/get needs a link')]);
  });

  it.each(['http://', 'https://?q=1', 'http://:80/'])(
    'is said to be none without a host: %s',
    async (link) => {
      expect(await bothWays(link)).toEqual(twice(notALink));
    },
  );

  it.each([
    ['ftp://site.localhost/file', 'ftp.'],
    ['file:///etc/passwd', 'file.'],
    ['gopher://site.localhost/', 'gopher.'],
  ])('is refused by its scheme: %s', async (link, scheme) => {
    expect(await bothWays(link)).toEqual(twice(`start with http:// or https://, not ${scheme}`));
  });

  it.each(['javascript:alert(1)', 'data:text/html,hello'])(
    'is refused by its scheme with /get: %s',
    async (link) => {
      expect(await answersTo(world, `/get ${link}`)).toEqual([expect.stringContaining('I can only open')]);
    },
  );

  it('is refused with a password in it, which is not repeated', async () => {
    const answers = await bothWays(`http://me:hunter2@site.localhost:${world.site.port}/`);
    expect(answers).toEqual(twice('name or password'));
    expect(answers.join()).not.toContain('hunter2');
  });

  it.each([
    'http://127.0.0.2:PORT/',
    'http://0x7f000002:PORT/',
    'http://2130706434:PORT/',
    'http://[::ffff:127.0.0.2]:PORT/',
    'http://inside.test:PORT/',
    'http://mixed.test:PORT/',
    'http://[::1]:PORT/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
  ])('is refused where it leads inside the network: %s', async (link) => {
    expect(await bothWays(link.replace('PORT', `${inside.port}`))).toEqual(twice(publicOnly));
    expect(inside.connections()).toBe(0);
  });

  it.each(['127.0.0.2', 'inside.test'])('is refused where a redirect leads inside: %s', async (host) => {
    world.site.on('/out', redirect(`http://${host}:${inside.port}/`));
    expect(await bothWays(world.site.url('/out', 'public.test'))).toEqual(twice(publicOnly));
    expect(inside.connections()).toBe(0);
  });

  it('is said to be unknown when the name does not exist, and to be tried later when nobody knows', async () => {
    expect(await bothWays('http://missing.test/')).toEqual(
      twice(`There is no site called ${showHost('missing.test')}`),
    );
    expect(await bothWays('http://sick.test/')).toEqual(twice(`I couldn't look up ${showHost('sick.test')}`));
    expect(names.asked).toContain('missing.test');
  });

  it('gets the fallback at the deadline when the name server never answers', async () => {
    const answers = await Promise.all(
      ['http://mute.test/', '/get http://mute.test/'].map((text) => answersTo(world, text)),
    );
    expect(answers.flat()).toEqual(twice('No answer within 2 seconds'));
  });

  it('is said to be closed when the connection is refused', async () => {
    expect(await bothWays('http://127.0.0.1:65535/')).toEqual(
      twice(`${showHost('127.0.0.1')} isn't taking visitors`),
    );
  });

  it.each([
    ['expired', 'expired.test', 'has expired'],
    ['future', 'future.test', "isn't valid yet"],
    ['self', 'self.test', 'vouches for itself'],
    ['secure', 'other.test', 'belongs to another site'],
  ])('is not opened with the certificate "%s" of %s: %s', async (certificate, host, text) => {
    await using server = await startRawServer((socket) => socket.end(answer(200, {}, 'secret')), {
      certificate,
    });
    expect(await bothWays(`https://${host}:${server.port}/`)).toEqual(twice(text));
    expect(server.requests).toEqual([]);
    await server.drained();
  });

  it('is said not to be secure when the other side speaks no TLS', async () => {
    const link = world.site.url('/').replace('http:', 'https:');
    expect(await bothWays(link)).toEqual(twice("couldn't make a secure connection to site.localhost"));
  });

  it.each(Object.keys(refusals).map(Number))('answered with %i gets a card, and no file', async (status) => {
    world.site.on('/gone', (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end(`<title>Title of ${status}</title>`);
    });
    const [card, file] = await bothWays(world.site.url('/gone'));
    expect(card).toMatch(new RegExp(`Title of ${status}[^]*${status}`));
    expect(file).toContain(refusals[status]);
  });

  it('that redirects in a circle or too often is given up', async () => {
    const { site } = world;
    site.on('/a', redirect('/b'));
    site.on('/b', redirect('/a'));
    expect(await bothWays(site.url('/a'))).toEqual(twice('keeps sending me from one address to the next'));
    for (let i = 0; i < 30; i++) site.on(`/hop${i}`, redirect(`/hop${i + 1}`));
    site.on('/hop30', page('too far'));
    expect(await bothWays(site.url('/hop0'))).toEqual(twice('keeps sending me from one address to the next'));
    expect(site.hits.get('/hop7')).toBeUndefined();
  });
});
