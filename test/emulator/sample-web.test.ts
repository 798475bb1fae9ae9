// The sample web does what its suggestions promise, and ends at once when it is closed.

import { once } from 'node:events';
import { connect } from 'node:net';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleBytes } from '../../src/emulator/sample-file.ts';
import { startSampleWeb } from '../../src/emulator/sample-web.ts';
import type { SampleWeb } from '../../src/emulator/sample-web.ts';

let web: SampleWeb;
beforeEach(async () => {
  web = await startSampleWeb({ bytesPerSecond: 1_000_000_000, slowMs: 30 });
});
afterEach(() => web.close());

/** Asks for one of the sites without relying on how this machine resolves its name. */
function get(address: string, { method = 'GET', headers = {} }: { method?: string; headers?: object } = {}) {
  const url = new URL(address);
  return request(`http://127.0.0.1:${web.port}${url.pathname}`, {
    method,
    headers: { ...headers, host: url.host },
  });
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch (error) {
    expect(error).toMatchObject({ code: 'UND_ERR_SOCKET' });
  }
  return Buffer.concat(chunks);
}

describe('startSampleWeb: pages', () => {
  it('news is a page with title, description, site and picture', async () => {
    const { statusCode, headers, body } = await get(web.address('news'));
    const html = await body.text();
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(html).toContain('<title>Harbour lamp lit again after forty quiet years</title>');
    expect(html).toContain('<meta property="og:site_name" content="The Harbour Post">');
    expect(html).toContain(`<meta property="og:image" content="${web.address('news', '/lamp.svg')}">`);
    const picture = await get(web.address('news', '/lamp.svg'));
    expect(picture.headers['content-type']).toBe('image/svg+xml');
    expect(await picture.body.text()).toContain('<svg');
  });

  it('journal has an article of several paragraphs', async () => {
    const html = await (await get(web.address('journal', '/kettle'))).body.text();
    expect(html.match(/<p>/g)?.length).toBeGreaterThan(4);
  });

  it('slow answers in the end', async () => {
    const { statusCode, body } = await get(web.address('slow'));
    expect(statusCode).toBe(200);
    expect(await body.text()).toContain('Thank you for waiting');
  });

  it('hostile keeps its tricks inside its title', async () => {
    const html = await (await get(web.address('hostile'))).body.text();
    expect(html).toContain('@everyone');
    expect(html).toContain('\u202E');
    expect(html).toContain('<title>@everyone @admin /cancel \u202Egpj.ecnelis\u202C &#60;script&#62;');
  });

  it('an unknown path, an unknown site and a bare address answer 404', async () => {
    for (const address of [
      web.address('news', '/lost'),
      web.address('nobody'),
      `http://127.0.0.1:${web.port}/`,
    ]) {
      const { statusCode, body } = await get(address);
      expect(statusCode).toBe(404);
      expect(await body.text()).toContain('There is no such page');
    }
  });

  it('any method but GET and HEAD answers 405', async () => {
    const { statusCode, headers, body } = await get(web.address('news'), { method: 'POST' });
    await body.dump();
    expect([statusCode, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('first leads over four redirects and four hosts to the news', async () => {
    let address = web.address('first');
    const statuses: number[] = [];
    for (;;) {
      const { statusCode, headers, body } = await get(address);
      await body.dump();
      statuses.push(statusCode);
      if (!headers.location) break;
      address = String(headers.location);
    }
    expect(statuses).toEqual([301, 302, 307, 308, 200]);
    expect(address).toBe(web.address('news'));
  });
});

describe('startSampleWeb: numbered hosts', () => {
  it('answer as the one without a number, each under its own name', async () => {
    const { statusCode, body } = await get(web.address('news-7'));
    expect([statusCode, await body.text()]).toEqual([
      200,
      expect.stringContaining(`rel="canonical" href="${web.address('news-7')}"`),
    ]);
    const redirect = await get(web.address('first-7'));
    await redirect.body.dump();
    expect(redirect.headers.location).toBe(web.address('second-7'));
    for (const site of ['lost-7', 'news-x', '-7']) {
      const { statusCode: status, body: rest } = await get(web.address(site));
      await rest.dump();
      expect([site, status]).toEqual([site, 404]);
    }
  });

  it('stalls take their time, broken ones none at all', async () => {
    const { statusCode, body } = await get(web.address('stall-0'));
    expect([statusCode, await body.text()]).toEqual([200, expect.stringContaining('Market stall 0')]);
    await expect(get(web.address('broken-1'))).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  });

  it('have a small file to send', async () => {
    const { headers, body } = await get(web.address('files-3', '/price-list.bin'));
    expect((await bytesOf(body)).length).toBe(400_000);
    expect(headers['content-length']).toBe('400000');
  });
});

describe('startSampleWeb: files', () => {
  it('a whole file has its 30 MB, a validator and the same bytes each time', async () => {
    const { headers, body } = await get(web.address('files', '/star-map.bin'));
    expect(headers).toMatchObject({ 'accept-ranges': 'bytes', 'content-length': '30000000' });
    expect(headers.etag).toMatch(/^"[^"]+"$/);
    const bytes = await bytesOf(body);
    expect(bytes.equals(sampleBytes(0, 30_000_000))).toBe(true);
  });

  it.each([
    ['bytes=100-199', 100, 200],
    ['bytes=29999990-', 29_999_990, 30_000_000],
    ['bytes=29999990-99999999', 29_999_990, 30_000_000],
    ['bytes=-7', 29_999_993, 30_000_000],
  ])('the range %s is answered with just that part', async (range, from, to) => {
    const { statusCode, headers, body } = await get(web.address('files', '/star-map.bin'), {
      headers: { range },
    });
    expect(statusCode).toBe(206);
    expect(headers['content-range']).toBe(`bytes ${from}-${to - 1}/30000000`);
    expect((await bytesOf(body)).equals(sampleBytes(from, to))).toBe(true);
  });

  it.each(['bytes=30000000-', 'bytes=-0'])('the range %s answers 416 with the size', async (range) => {
    const { statusCode, headers, body } = await get(web.address('files', '/star-map.bin'), {
      headers: { range },
    });
    await body.dump();
    expect([statusCode, headers['content-range']]).toEqual([416, 'bytes */30000000']);
  });

  it.each(['bytes=5-4', 'bytes=-', 'bytes=0-1,5-6', 'lines=1-2'])(
    'the range %s is not understood and left out',
    async (range) => {
      const { statusCode, body } = await get(web.address('files', '/star-map.bin'), {
        method: 'HEAD',
        headers: { range },
      });
      await body.dump();
      expect(statusCode).toBe(200);
    },
  );

  it('If-Range with another validator gets the whole file, with the right one the part', async () => {
    const address = web.address('files', '/star-map.bin');
    const head = await get(address, { method: 'HEAD' });
    await head.body.dump();
    const ask = async (validator: string) => {
      const { statusCode, body } = await get(address, {
        method: 'HEAD',
        headers: { range: 'bytes=5-', 'if-range': validator },
      });
      await body.dump();
      return statusCode;
    };
    expect(await ask('"another"')).toBe(200);
    expect(await ask(String(head.headers.etag))).toBe(206);
    expect(await ask(String(head.headers['last-modified']))).toBe(206);
  });

  it('If-None-Match with its validator answers 304', async () => {
    const address = web.address('files', '/star-map.bin');
    const head = await get(address, { method: 'HEAD' });
    await head.body.dump();
    const { statusCode, body } = await get(address, {
      headers: { 'if-none-match': String(head.headers.etag) },
    });
    expect(await body.text()).toBe('');
    expect(statusCode).toBe(304);
  });

  it('the shaky file breaks half-way and can be taken up there', async () => {
    const address = web.address('shaky', '/tide-tables.bin');
    const first = await get(address);
    expect(first.headers['content-length']).toBe('20000000');
    const half = await bytesOf(first.body);
    expect(half.length).toBe(10_000_000);
    const rest = await get(address, {
      headers: { range: `bytes=${half.length}-`, 'if-range': String(first.headers.etag) },
    });
    const whole = Buffer.concat([half, await bytesOf(rest.body)]);
    expect(whole.equals(sampleBytes(0, 20_000_000))).toBe(true);
  });

  it('the largest file promises more than a bot may send', async () => {
    const { headers, body } = await get(web.address('files', '/whole-sky.bin'), { method: 'HEAD' });
    await body.dump();
    expect(headers['content-length']).toBe('51000000');
  });

  it('sampleBytes gives other bytes for a place that is off by a round number', () => {
    const here = sampleBytes(1_000_000, 1_000_016);
    for (const off of [1, 4096, 65_536, 1_000_000, 1 << 20])
      expect(here.equals(sampleBytes(1_000_000 + off, 1_000_016 + off))).toBe(false);
  });
});

describe('startSampleWeb: its end', () => {
  it('close ends a request that is never answered, and a second close is harmless', async () => {
    const socket = connect(web.port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    socket.resume().on('error', () => {});
    socket.write(`GET / HTTP/1.1\r\nhost: silent.localhost:${web.port}\r\n\r\n`);
    // A later answer on the same server proves that the earlier request has arrived.
    await (await get(web.address('news'))).body.dump();
    await Promise.all([web.close(), web.close()]);
    await closed;
    await web.close();
  });

  it('close ends a file half-way', async () => {
    await using slow = await startSampleWeb({ bytesPerSecond: 1_000_000 });
    const { body } = await request(`http://127.0.0.1:${slow.port}/star-map.bin`, {
      headers: { host: `files.localhost:${slow.port}` },
    });
    const received = bytesOf(body);
    await slow.close();
    expect((await received).length).toBeLessThan(30_000_000);
  });
});

describe('SampleWeb.suggestions', () => {
  it('offers only addresses of its own, one message with several of them', () => {
    const suggestions = web.suggestions();
    const counts = suggestions.map(({ text }) => {
      const links = text.match(/https?:\S+/g) ?? [];
      for (const link of links)
        expect(new URL(link).host).toMatch(new RegExp(`^\\w+\\.localhost:${web.port}$`));
      return links.length;
    });
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(5);
    expect(Math.min(...counts)).toBe(1);
    expect(new Set(suggestions.map(({ label }) => label)).size).toBe(suggestions.length);
    expect(web.sampleHosts).toEqual([`127.0.0.1:${web.port}`]);
  });
});
