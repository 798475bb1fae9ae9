import { once } from 'node:events';
import { expect, test } from 'vitest';
import { readKind } from '../../src/parse/kind.ts';
import { createParsers } from '../../src/parse/pool.ts';

const { signal } = new AbortController();
const url = 'https://a.example/path/page.html';

test('Parsers read fifty pages side by side, each its own', async () => {
  await using parsers = createParsers();
  expect(parsers.size()).toBe(2);
  const pages = Array.from({ length: 50 }, (_, index) =>
    parsers.page(Buffer.from(`<title>Page ${index}</title>`), { contentType: 'text/html', url, signal }),
  );
  expect(await Promise.all(pages)).toEqual(pages.map((_, index) => ({ title: `Page ${index}` })));
});

test('Parsers give words fit to be shown', async () => {
  await using parsers = createParsers({ children: 1 });
  const html = `<html lang=EN_gb><title>\n ${'long '.repeat(100)}</title>
    <meta name=description content="see \u202e @durov &#8238; /start&#10;&#0; now">
    <meta name=author content="&#x200b;">
    <meta property=og:image content="../picture.png">
    <meta property=article:published_time content="2026-05-01T10:00:00+02:00">`;
  const summary = await parsers.page(Buffer.from(html), { url, signal });
  expect(summary).toEqual({
    title: `${'long '.repeat(40).slice(0, 199)}…`,
    description: 'see @\u2060durov /\u2060start \ufffd now',
    language: 'en-GB',
    image: 'https://a.example/picture.png',
    published: '2026-05-01T08:00:00.000Z',
  });
});

test('Parsers look at the first 512 KB of a page', async () => {
  await using parsers = createParsers({ children: 1 });
  const filler = `<!--${' '.repeat(600_000)}-->`;
  const bytes = Buffer.from(`<meta name=description content=early>${filler}<title>late</title>`);
  expect(await parsers.page(bytes, { url, signal })).toEqual({ description: 'early' });
});

test('Parsers reject with the reason of the signal', async () => {
  await using parsers = createParsers({ children: 1 });
  const deadline = AbortSignal.timeout(1);
  await once(deadline, 'abort');
  await expect(parsers.page(Buffer.from(''), { url, signal: deadline })).rejects.toSatisfy(
    (reason) => reason === deadline.reason,
  );
});

test('Parsers know a file by its first bytes, and by no more', async () => {
  await using parsers = createParsers({ children: 1 });
  const kind = (head: Buffer) => parsers.kind(head, { signal });
  const pdf = Buffer.from('%PDF-1.7\n');
  expect(await kind(pdf)).toEqual({ ext: 'pdf', mime: 'application/pdf' });
  expect(await kind(Buffer.from('just words'))).toBeUndefined();
  expect(await kind(Buffer.alloc(0))).toBeUndefined();
  expect(await kind(Buffer.concat([Buffer.alloc(4_100), pdf]))).toBeUndefined();
  expect((await parsers.page(Buffer.from('<title>After files</title>'), { url, signal })).title).toBe(
    'After files',
  );
});

test.each([
  [undefined],
  ['pdf'],
  [{ ext: 7, mime: 'a/b' }],
  [{ ext: '../x', mime: 'a/b' }],
  [{ ext: 'x', mime: 'a' }],
])('readKind trusts no answer: %j', (answer) => {
  expect(readKind(answer)).toBeUndefined();
});
