import { describe, expect, test } from 'vitest';
import { readPage } from '../../src/parse/page.ts';
import fc from '../properties.ts';

const read = (html: string | Uint8Array, contentType?: string) =>
  readPage({ bytes: typeof html === 'string' ? Buffer.from(html) : html, contentType });
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const article = (more: object) =>
  `<script type="application/ld+json">${JSON.stringify({ '@type': 'NewsArticle', ...more })}</script>`;

describe('readPage, what it takes', () => {
  test('takes everything from a page that says everything, Open Graph first', () => {
    const html = `<!doctype html><html lang="en-GB"><head>
      <title>Plain title</title>
      <meta name="description" content="plain description">
      <meta name="application-name" content="Plain site">
      <meta name="twitter:title" content="Card title">
      <META PROPERTY="og:Title" CONTENT="Rock &amp; roll">
      <meta property="og:title" content="second">
      <meta property="og:description" content="open description">
      <meta property="og:site_name" content="Open site">
      <meta property="og:image" content="/picture.png">
      <meta property="og:locale" content="de_DE">
      <meta name="author" content="A. Writer">
      <meta property="article:published_time" content="2026-05-01T10:00:00+02:00">
      </head><body><meta name="author" content="not this"></body>`;
    expect(read(html)).toEqual({
      title: 'Rock & roll',
      description: 'open description',
      siteName: 'Open site',
      author: 'A. Writer',
      published: '2026-05-01T10:00:00+02:00',
      language: 'en-GB',
      image: '/picture.png',
    });
  });

  test('takes from JSON-LD what nothing else says', () => {
    const html = article({
      headline: 'Linked headline',
      description: 'Linked description',
      author: [{ '@type': 'Person', name: 'L. Writer' }],
      publisher: { name: 'Linked site' },
      datePublished: '2026-05-01',
      image: { url: 'https://a.example/x.png' },
    });
    expect(read(html)).toMatchObject({
      title: 'Linked headline',
      description: 'Linked description',
      author: 'L. Writer',
      siteName: 'Linked site',
      published: '2026-05-01',
      image: 'https://a.example/x.png',
    });
  });

  test.each([
    ['in a list', [{ '@type': 'Organization' }, { '@type': 'BlogPosting', headline: 'found' }]],
    [
      'in a graph',
      { '@graph': [{ '@type': 'WebSite' }, { '@type': ['Thing', 'Article'], headline: 'found' }] },
    ],
    ['as the main entity', { '@type': 'WebPage', mainEntity: { '@type': 'Article', headline: 'found' } }],
  ])('finds the article %s', (_, data) => {
    expect(read(`<script type="application/ld+json">${JSON.stringify(data)}</script>`).title).toBe('found');
  });

  test('finds the title without a head, and in a body when it comes nowhere else', () => {
    expect(read('<title>No head</title><p>text').title).toBe('No head');
    expect(read('<body><p>text<title>Late</title>').title).toBe('Late');
    expect(read('<head><title> </title></head><body><title>Late</title>').title).toBe('Late');
  });

  test('stops at the body once it has a title', () => {
    expect(read('<title>a</title><body><meta name=description content=b>').description).toBeUndefined();
  });

  test('passes over empty words and over the titles of drawings', () => {
    expect(read('<meta property="og:title" content=" "><title>Real</title>').title).toBe('Real');
    expect(read('<svg><title>Icon</title></svg><title>Real</title>').title).toBe('Real');
  });

  test('takes an address for no author', () => {
    const html = '<meta property="article:author" content="https://www.facebook.com/someone">';
    expect(read(html + article({ author: 'L. Writer' })).author).toBe('L. Writer');
  });
});

describe('readPage, charsets', () => {
  const title = (bytes: Uint8Array, contentType?: string) => read(bytes, contentType).title;
  const sjis = Buffer.from('3c7469746c653e93fa967b8cea3c2f7469746c653e', 'hex');
  const cyrillic = latin1('<title>\xcf\xf0\xe8\xe2\xe5\xf2</title>');

  test.each([
    ['Shift_JIS by the Content-Type', sjis, 'text/html; charset=Shift_JIS', '日本語'],
    ['windows-1251 by the Content-Type', cyrillic, 'text/html;charset="windows-1251"', 'Привет'],
    [
      'windows-1251 by its meta',
      Buffer.concat([latin1('<meta charset=cp1251>'), cyrillic]),
      'text/html',
      'Привет',
    ],
    [
      'windows-1251 by an old meta far behind',
      Buffer.concat([
        latin1(
          `<!--${' '.repeat(3000)}--><meta http-equiv=Content-Type content="text/html; charset=windows-1251">`,
        ),
        cyrillic,
      ]),
      undefined,
      'Привет',
    ],
    ['UTF-8 that nothing declares', Buffer.from('<title>Grüße</title>'), 'text/html', 'Grüße'],
    [
      'windows-1252 that nothing declares',
      latin1('<title>Gr\xfc\xdfe \x96 ok</title>'),
      undefined,
      'Grüße – ok',
    ],
    [
      'UTF-16 by its mark',
      Buffer.from('\ufeff<title>Grüße</title>', 'utf16le'),
      'text/html; charset=utf-8',
      'Grüße',
    ],
    [
      'UTF-16BE by its mark',
      Buffer.from('\ufeff<title>Grüße</title>', 'utf16le').swap16(),
      undefined,
      'Grüße',
    ],
    [
      'UTF-8 by its mark against the Content-Type',
      Buffer.from('\ufeff<title>ü</title>'),
      'text/html; charset=sjis',
      'ü',
    ],
    [
      'an unknown charset as if undeclared',
      Buffer.from('<title>ü</title>'),
      'text/html; charset=klingon',
      'ü',
    ],
    [
      'a charset that must not be decoded',
      Buffer.from('<title>ü</title>'),
      'text/html; charset=iso-2022-kr',
      'ü',
    ],
    ['a Content-Type that is none', Buffer.from('<title>ü</title>'), ';;;\u0000', 'ü'],
  ])('reads %s', (_, bytes, contentType, expected) => {
    expect(title(bytes, contentType)).toBe(expected);
  });

  test('survives broken UTF-8', () => {
    expect(title(latin1('<title>a\xff\xc3b</title>'), 'text/html; charset=utf-8')).toBe('a\ufffd\ufffdb');
  });

  test('knows UTF-8 whose last character was cut off', () => {
    expect(title(Buffer.from('<title>ü</title>ü').subarray(0, -1))).toBe('ü');
  });
});

describe('readPage, what it bears', () => {
  test('stops in time at nesting without end', () => {
    expect(read(`<title>a</title>${'<div>'.repeat(100_000)}`).title).toBe('a');
    expect(read(`${'<div>'.repeat(300)}<title>too deep</title>`).title).toBeUndefined();
    expect(read(`${'<div>'.repeat(200)}<title>not so deep</title>`).title).toBe('not so deep');
  });

  test('stops in time at tags without end', () => {
    expect(read(`${'<br>'.repeat(100_000)}<title>late</title>`).title).toBeUndefined();
  });

  test('cuts a title of 5 MB, closed or not', () => {
    expect(read(`<title>${'x'.repeat(5_000_000)}</title>`).title).toBe('x'.repeat(4096));
    expect(read(`<title>${'&amp;'.repeat(1_000_000)}`).title).toBe('&'.repeat(4096));
  });

  test('reads on after 1 MB of attributes', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `a${index}=1`).join(' ');
    expect(read(`<meta ${many} name="description" content="there"><title>a</title>`)).toMatchObject({
      title: 'a',
      description: 'there',
    });
    expect(read(`<meta content="${'x'.repeat(1_000_000)}" name="description">`).description).toBe(
      'x'.repeat(4096),
    );
  });

  test.each([
    ['is too long', `{"@type":"Article","headline":"${'x'.repeat(70_000)}"}`],
    ['is deeply nested', `${'['.repeat(30_000)}{"@type":"Article","headline":"deep"}${']'.repeat(30_000)}`],
    [
      'is wide',
      JSON.stringify([...Array.from({ length: 5000 }, () => 0), { '@type': 'Article', headline: 'last' }]),
    ],
    ['is broken', '{"@type":"Article","headline":"x"'],
    ['is no object', '"Article"'],
    ['has a headline that is none', '{"@type":"Article","headline":{"a":[1]}}'],
    ['reaches for the prototype', '{"__proto__":{"headline":"x","@type":"Article"},"constructor":1}'],
  ])('leaves JSON-LD that %s', (_, data) => {
    expect(read(`<script type="application/ld+json">${data}</script><title>fine</title>`).title).toBe('fine');
    expect(read(`<script type="application/ld+json">${data}</script>`).title).toBeUndefined();
  });

  test('looks at few things in JSON-LD', () => {
    const blocks = '<script type="application/ld+json">{}</script>'.repeat(1000);
    expect(read(blocks + article({ headline: 'late' })).title).toBeUndefined();
  });

  test('answers whatever it is given', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      '"',
      '=',
      '<title>',
      '</title>',
      '<meta ',
      'name=author content=',
      '<!--',
      '-->',
      '<svg>',
      '</p>',
      '<script type=application/ld+json>',
      '{',
      '}',
      '&amp',
      ';',
      'x',
      ' ',
    );
    fc.assert(
      fc.property(fc.string({ unit: piece, maxLength: 60 }), (html) => {
        for (const words of Object.values(read(html))) expect(words ?? 'none').toMatch(/\S/);
      }),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => void read(bytes)));
  });
});
