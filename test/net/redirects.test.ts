// The guarded client against servers that send it elsewhere.

import { describe, expect, it } from 'vitest';
import { startNameServer } from './name-server.ts';
import { answer, startRawServer, writeForever } from './raw-server.ts';
import { failureOf, keyOf, patience, rules, startWeb } from './settings.ts';

function redirect(location: string, status = 302): string {
  return answer(status, { location, 'content-length': 0 });
}

describe('Web.open through redirects', () => {
  it.each([301, 302, 303, 307, 308])(
    'follows %i, relative or absolute, and remembers the way',
    async (status) => {
      await using server = await startRawServer((socket, head) => {
        const path = head.split(' ')[1] ?? '';
        if (path === '/') socket.end(redirect('a/b?c', status));
        else if (path === '/a/b?c') socket.end(redirect(`${server.origin}/end#there`, status));
        else socket.end(answer(200, { 'content-length': 2 }, 'ok'));
      });
      await using response = await startWeb().open(new URL(server.origin), { signal: patience() });
      expect(response.url.href).toBe(`${server.origin}/end#there`);
      expect(response.hops).toEqual([
        { url: `${server.origin}/`, status },
        { url: `${server.origin}/a/b?c`, status },
      ]);
    },
  );

  it('reads an address in raw UTF-8', async () => {
    await using server = await startRawServer((socket, _, time) =>
      socket.end(Buffer.from(time === 1 ? redirect('/это') : answer(200, { 'content-length': 0 }))),
    );
    await using response = await startWeb().open(new URL(server.origin), { signal: patience() });
    expect(response.url.pathname).toBe('/%D1%8D%D1%82%D0%BE');
  });

  it('gives a redirect without an address as it is', async () => {
    await using server = await startRawServer((socket) => socket.end(answer(302, { 'content-length': 0 })));
    await using response = await startWeb().open(new URL(server.origin), { signal: patience() });
    expect(response.status).toBe(302);
  });

  it('refuses a loop and more than five redirects', async () => {
    await using server = await startRawServer((socket, head, time) => {
      const [path = ''] = head.split(' ').slice(1);
      socket.end(redirect(path.startsWith('/loop') ? (path === '/loop' ? '/loop2' : '/loop') : `/${time}`));
    });
    const web = startWeb();
    expect(await keyOf(web.open(new URL(`${server.origin}/loop`), { signal: patience() }))).toBe(
      'error-redirects',
    );
    expect(server.requests).toHaveLength(2);
    expect(await keyOf(web.open(new URL(`${server.origin}/far`), { signal: patience() }))).toBe(
      'error-redirects',
    );
    expect(server.requests).toHaveLength(2 + 6);
    await server.drained();
  });

  it.each([
    'http://127.0.0.9:4711/',
    'http://10.0.0.1/',
    'http://[::1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://localhost/',
    'http://intranet/',
    'http://news.localhost:1/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,hi',
    'http://me@example.com/',
    'http://example.com:6379/',
    `http://example.com/${'a'.repeat(2_100)}`,
  ])('refuses a redirect to %s and tells a person no more than that', async (location) => {
    await using server = await startRawServer((socket) => socket.end(redirect(location)));
    const web = startWeb({ allow: rules(`127.0.0.1:${server.port}`) });
    expect(await keyOf(web.open(new URL(server.origin), { signal: patience() }))).toBe('error-private');
    await server.drained();
  });

  it('refuses a name that has turned private between two hops', async () => {
    await using server = await startRawServer((socket, _, time) => socket.end(redirect(`/${time}`)), {
      host: '0.0.0.0',
    });
    await using names = await startNameServer({
      'turn.test': (time) => (time < 3 ? ['127.0.0.2'] : ['127.0.0.1']),
    });
    const web = startWeb({ allow: rules('127.0.0.2'), servers: [names.server] });
    const url = new URL(`http://turn.test:${server.port}/`);
    expect(await keyOf(web.open(url, { signal: patience() }))).toBe('error-private');
    expect(server.requests).toHaveLength(2);
  });

  it('says error-broken for an address that is none', async () => {
    await using server = await startRawServer((socket) => socket.write(redirect('http://[')));
    expect(await keyOf(startWeb().open(new URL(server.origin), { signal: patience() }))).toBe('error-broken');
    await server.drained();
  });

  it('follows a redirect whose own body never ends, and closes it', async () => {
    await using server = await startRawServer((socket, _, time) => {
      if (time > 1) return socket.end(answer(200, { 'content-length': 0 }));
      socket.write('HTTP/1.1 302 Found\r\nlocation: /end\r\n\r\n');
      return writeForever(socket, 'a'.repeat(10_000));
    });
    const response = await startWeb().open(new URL(server.origin), { signal: patience() });
    expect(response.status).toBe(200);
    await response[Symbol.asyncDispose]();
    await server.drained();
  });

  it('asks for a place before it goes to another host, and waits for it', async () => {
    await using second = await startRawServer(
      (socket, _, time) => socket.end(time === 1 ? redirect('/again') : answer(200, { 'content-length': 0 })),
      { host: '127.0.0.2' },
    );
    await using first = await startRawServer((socket) => socket.end(redirect(second.origin)));
    const entered: string[] = [];
    const enterHost = async (host: string) => {
      expect(second.connections()).toBe(0);
      entered.push(host);
    };
    await using response = await startWeb().open(new URL(first.origin), { signal: patience(), enterHost });
    expect(response.url.href).toBe(`${second.origin}/again`);
    expect(entered).toEqual(['127.0.0.2']);
  });

  it('rejects with what the wait for a place rejects with, leaving nothing open', async () => {
    await using server = await startRawServer((socket) => socket.end(redirect('http://127.0.0.2/')));
    const reason = new Error('no place');
    const enterHost = () => Promise.reject(reason);
    expect(await failureOf(startWeb().open(new URL(server.origin), { signal: patience(), enterHost }))).toBe(
      reason,
    );
    await server.drained();
  });
});
