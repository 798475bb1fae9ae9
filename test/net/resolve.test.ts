// Names into addresses, with name servers that lie, refuse and keep silent.

import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createResolver } from '../../src/net/resolve.ts';
import { startNameServer } from './name-server.ts';
import { failureOf, keyOf, patience } from './settings.ts';

describe('Resolver.resolve', () => {
  it('gives the addresses of both families in turn', async () => {
    await using names = await startNameServer({
      'both.test': ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1', '2001:db8::2'],
      'six.test': ['2001:db8::6'],
    });
    const resolver = createResolver({ servers: [names.server] });
    const both = await resolver.resolve('both.test');
    expect(both.map((address) => (address.includes(':') ? 6 : 4))).toEqual([4, 6, 4, 6, 4]);
    expect(await resolver.resolve('six.test')).toEqual(['2001:db8::6']);
  });

  it('keeps at most 16 answers', async () => {
    const many = Array.from({ length: 20 }, (_, at) => `192.0.2.${at}`);
    await using names = await startNameServer({ 'many.test': many });
    expect(await createResolver({ servers: [names.server] }).resolve('many.test')).toHaveLength(16);
  });

  it('asks for the name as it is, without the dot of the root and without search domains', async () => {
    await using names = await startNameServer({ 'a.test': ['192.0.2.1'] });
    const resolver = createResolver({ servers: [names.server] });
    expect(await resolver.resolve('A.TEST.')).toEqual(['192.0.2.1']);
    expect(await keyOf(resolver.resolve('single'))).toBe('error-unknown-host');
    expect(new Set(names.asked)).toEqual(new Set(['a.test', 'single']));
  });

  it('says error-unknown-host for a name that does not exist, has no address, or is none', async () => {
    await using names = await startNameServer({ 'empty.test': [] });
    const resolver = createResolver({ servers: [names.server] });
    expect(await keyOf(resolver.resolve('missing.test'))).toBe('error-unknown-host');
    expect(await keyOf(resolver.resolve('empty.test'))).toBe('error-unknown-host');
    expect(await keyOf(resolver.resolve(`${'a'.repeat(64)}.test`))).toBe('error-unknown-host');
    expect(await keyOf(resolver.resolve('a..test'))).toBe('error-unknown-host');
  });

  it('says error-dns when the name server is in trouble', async () => {
    await using names = await startNameServer({ 'sick.test': 'trouble' });
    expect(await keyOf(createResolver({ servers: [names.server] }).resolve('sick.test'))).toBe('error-dns');
  });

  it('answers addresses, localhost and its subdomains itself', async () => {
    await using names = await startNameServer({ 'a.localhost': ['192.0.2.1'], localhost: ['192.0.2.1'] });
    const resolver = createResolver({ servers: [names.server] });
    expect(await resolver.resolve('localhost')).toEqual(['127.0.0.1', '::1']);
    expect(await resolver.resolve('news.LOCALHOST.')).toEqual(['127.0.0.1', '::1']);
    expect(await resolver.resolve('192.0.2.9')).toEqual(['192.0.2.9']);
    expect(await resolver.resolve('[2001:db8::9]')).toEqual(['2001:db8::9']);
    expect(names.asked).toEqual([]);
  });

  it('honours the hosts file', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'errand-'));
    const hostsFile = join(directory.path, 'hosts');
    await writeFile(hostsFile, '# note\n10.0.0.7\tWiki wiki.corp # two names\n\n::1 wiki\nnonsense here\n');
    await using names = await startNameServer({});
    const resolver = createResolver({ servers: [names.server], hostsFile });
    expect(await resolver.resolve('wiki')).toEqual(['10.0.0.7', '::1']);
    expect(await resolver.resolve('wiki.corp')).toEqual(['10.0.0.7']);
    expect(names.asked).toEqual([]);
    expect(await keyOf(resolver.resolve('here'))).toBe('error-unknown-host');
  });

  it('rejects with the reason at once when stopped while the name server keeps silent', async () => {
    await using names = await startNameServer({ 'mute.test': 'mute', 'fine.test': ['192.0.2.1'] });
    const resolver = createResolver({ servers: [names.server] });
    const controller = new AbortController();
    const failure = failureOf(resolver.resolve('mute.test', { signal: controller.signal }));
    await names.waitFor('mute.test');
    const reason = new Error('changed my mind');
    controller.abort(reason);
    expect(await failure).toBe(reason);
    expect(await resolver.resolve('fine.test', { signal: patience() })).toEqual(['192.0.2.1']);
  });

  it('does not ask at all when stopped before', async () => {
    await using names = await startNameServer({});
    const reason = new Error('too late');
    const signal = AbortSignal.abort(reason);
    expect(await failureOf(createResolver({ servers: [names.server] }).resolve('a.test', { signal }))).toBe(
      reason,
    );
    expect(names.asked).toEqual([]);
  });

  it('says error-dns within its own deadline when nobody answers', async () => {
    await using names = await startNameServer({ 'mute.test': 'mute' });
    const resolver = createResolver({ servers: [names.server], timeoutMs: 200 });
    expect(await keyOf(resolver.resolve('mute.test'))).toBe('error-dns');
  });

  it('asks a server that kept silent last from then on', async () => {
    await using silent = await startNameServer({ 'a.test': 'mute', 'b.test': 'mute' });
    await using names = await startNameServer({ 'a.test': ['192.0.2.1'], 'b.test': ['192.0.2.2'] });
    const resolver = createResolver({ servers: [silent.server, names.server] });
    expect(await resolver.resolve('a.test')).toEqual(['192.0.2.1']);
    expect(await resolver.resolve('b.test')).toEqual(['192.0.2.2']);
    expect([...new Set(silent.asked)]).toEqual(['a.test']);
  });

  it('takes what one family has answered before the other, which is mute, is asked again', async () => {
    await using names = await startNameServer({ 'half.test': ['192.0.2.1'] }, { muteType: 28 });
    const resolver = createResolver({ servers: [names.server] });
    expect(await resolver.resolve('half.test')).toEqual(['192.0.2.1']);
    expect(names.asked).toHaveLength(2);
  });
});
