// Which addresses may be dialled, asked of a real name server that lies, changes its mind and keeps silent.

import { describe, expect, it } from 'vitest';
import { PolicyError } from '../../src/net/failure.ts';
import { createResolver } from '../../src/net/resolve.ts';
import { vet } from '../../src/net/vet.ts';
import { type Answer, startNameServer } from './name-server.ts';
import { failureOf, keyOf, patience } from './settings.ts';

const publicV4 = '93.184.216.34';
const publicV6 = '2606:4700:4700::1111';
const crowd = Array.from({ length: 500 }, (_, at) => `1.1.${at >> 8}.${at & 255}`);

type Zone = Parameters<typeof startNameServer>[0];

/** Each name stands for the one before; the first for `end`. */
function chain(length: number, end: Answer): Zone {
  const links = Array.from({ length }, (_, at) => [`link${at}.test`, { alias: `link${at - 1}.test` }]);
  return { ...Object.fromEntries(links), 'link0.test': end };
}

async function judge(host: string, zone: Zone): Promise<string[]> {
  await using names = await startNameServer(zone);
  return await vet(host, 80, {
    allow: [],
    resolver: createResolver({ servers: [names.server], timeoutMs: 3_000 }),
    signal: patience(),
  });
}

describe('vet', () => {
  it.each<[what: string, Answer | Zone, dialled: string[]]>([
    ['a public name of both families', [publicV4, publicV6], [publicV4, publicV6]],
    ['a public name of IPv6 alone', [publicV6], [publicV6]],
    ['a name that stands for a public one', chain(2, [publicV4]), [publicV4]],
    ['a long chain to a public one', chain(9, [publicV4]), [publicV4]],
    ['500 public records', crowd, crowd.slice(0, 4)],
    [
      'a private record behind 400 public ones, which is not dialled',
      crowd.with(400, '10.0.0.1'),
      crowd.slice(0, 4),
    ],
    ['an IPv6 record that is a public IPv4 address', ['::ffff:93.184.216.34'], [publicV4]],
  ])('lets through %s', async (_, answer, dialled) => {
    expect(await judge(...question(answer))).toEqual(dialled);
  });

  it.each<[what: string, Answer | Zone, reason: string]>([
    ['a private name', ['10.0.0.1'], '10.0.0.1 is private'],
    ['the metadata of a cloud', ['169.254.169.254'], '169.254.169.254 is link-local'],
    ['a private address after a public one', [publicV4, '127.0.0.1'], '127.0.0.1 is loopback'],
    ['a public address after a private one', ['127.0.0.1', publicV4], '127.0.0.1 is loopback'],
    ['a private AAAA beside a public A', [publicV4, 'fd00::1'], 'fd00::1 is not global unicast'],
    ['a private A beside a public AAAA', [publicV6, '192.168.1.1'], '192.168.1.1 is private'],
    ['a loopback AAAA alone', ['::1'], '::1 is'],
    ['an IPv6 record that is a private IPv4 address', ['::ffff:10.0.0.1'], '10.0.0.1 is private'],
    ['6to4 of a private address', ['2002:a00:1::1'], 'is 6to4 of 10.0.0.1, private'],
    ['ISATAP of a private address', ['2a00:1450::5efe:10.0.0.1'], 'is ISATAP of 10.0.0.1, private'],
    ['a name that stands for a private one', chain(2, ['10.0.0.1']), '10.0.0.1 is private'],
    ['a long chain to a private one', chain(9, ['10.0.0.1']), '10.0.0.1 is private'],
    ['a chain to a private and a public address', chain(3, [publicV4, '::1']), '::1 is'],
    ['500 private records', crowd.map((address) => address.replace('1.1', '10.0')), '10.0.0.0 is private'],
    ['a private record among the first of 500', crowd.with(9, '10.0.0.1'), '10.0.0.1 is private'],
    ['a port of another service', [publicV4], 'port 6379 is not one of the web'],
  ])('refuses %s', async (_, answer, reason) => {
    const [host, zone] = question(answer);
    await using names = await startNameServer(zone);
    const resolver = createResolver({ servers: [names.server] });
    const port = reason.startsWith('port') ? 6379 : 80;
    const error = await failureOf(vet(host, port, { allow: [], resolver, signal: patience() }));
    expect(error).toBeInstanceOf(PolicyError);
    expect((error as Error).message).toContain(reason);
  });

  it.each<[what: string, Answer | Zone, key: string]>([
    ['an empty answer', [], 'error-unknown-host'],
    ['a name that stands for one without address', chain(2, []), 'error-unknown-host'],
    [
      'a name that stands for localhost, which name servers do not know',
      { 'start.test': { alias: 'localhost' } },
      'error-unknown-host',
    ],
    ['a name server in trouble', 'trouble', 'error-dns'],
  ])('has no address to offer for %s', async (_, answer, key) => {
    expect(await keyOf(judge(...question(answer)))).toBe(key);
  });

  it('has no address to offer for names that stand for each other', async () => {
    const zone: Zone = { 'start.test': { alias: 'end.test' }, 'end.test': { alias: 'start.test' } };
    expect(await keyOf(judge('start.test', zone))).toMatch(/^error-(?:unknown-host|dns)$/);
  });

  it('believes no earlier answer: a name that was public a moment ago is refused when it is private now', async () => {
    await using names = await startNameServer({
      'turn.test': (time) => (time === 2 ? ['127.0.0.1'] : [publicV4]),
    });
    const options = { allow: [], resolver: createResolver({ servers: [names.server] }), signal: patience() };
    expect(await vet('turn.test', 80, options)).toEqual([publicV4]);
    expect(await failureOf(vet('turn.test', 80, options))).toBeInstanceOf(PolicyError);
    expect(await vet('turn.test', 80, options)).toEqual([publicV4]);
  });

  it('answers for other names while a hundred wait for a mute name server', async () => {
    const mute = Array.from({ length: 100 }, (_, at) => `mute${at}.test`);
    await using names = await startNameServer({
      ...Object.fromEntries(mute.map((name) => [name, 'mute' as const])),
      'fine.test': [publicV4],
    });
    const resolver = createResolver({ servers: [names.server] });
    const controller = new AbortController();
    const events: string[] = [];
    const waiting = mute.map(async (name) => {
      await failureOf(vet(name, 80, { allow: [], resolver, signal: controller.signal }));
      events.push('mute');
    });
    await Promise.all(mute.map((name) => names.waitFor(name)));
    for (let time = 0; time < 3; time++) {
      await vet('fine.test', 80, { allow: [], resolver });
      events.push('fine');
    }
    controller.abort(new Error('enough'));
    await Promise.all(waiting);
    expect(events.slice(0, 3)).toEqual(['fine', 'fine', 'fine']);
    expect(events).toHaveLength(103);
  });
});

/** A name and its zone; an answer alone belongs to one name, and a chain begins at its last link. */
function question(answer: Answer | Zone): [host: string, zone: Zone] {
  if (typeof answer === 'string' || Array.isArray(answer))
    return ['start.test', { 'start.test': answer as Answer }];
  const names = Object.keys(answer);
  return [names.includes('start.test') ? 'start.test' : `link${names.length - 1}.test`, answer as Zone];
}
