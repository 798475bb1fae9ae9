// Random pages and headers: whatever is in them, reading them never throws, and what comes out is bounded and plain.

import { expect, it } from 'vitest';
import { nameFile } from '../../src/net/file-name.ts';
import {
  codingOf,
  readContentRange,
  readSize,
  readType,
  readValidator,
} from '../../src/net/response-facts.ts';
import { detectKind, readKind } from '../../src/parse/kind.ts';
import { plainType, sniffType } from '../../src/parse/media-type.ts';
import { readSummary } from '../../src/parse/page-summary.ts';
import { readPage } from '../../src/parse/page.ts';
import fc, { patienceMs, runs } from '../properties.ts';

const { constantFrom, oneof, string, tuple } = fc;
const hidden = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u200e\u200f\u061c\ufeff]/u;

/** What pages are made of, and what breaks them. */
const piece = oneof(
  {
    weight: 5,
    arbitrary: constantFrom(
      ...'<html lang=|<head>|<body>|</body>|<title>|</title>|<svg>|</svg>|<meta |property="og:title" |content="|">'.split(
        '|',
      ),
      ...'name=description |name=author |itemprop=datePublished |<meta charset=|utf-16le|shift_jis|x-user-defined'.split(
        '|',
      ),
      ...'<script type="application/ld+json">|</script>|{"@type":"Article","headline":"|"}|[|]|{|}|"@graph":'.split(
        '|',
      ),
      ...'<!--|-->|--!>|<![CDATA[|]]>|<?|<!doctype|&amp;|&#0;|&#x202e;|&#55296;|&lt|&NotEqualTilde;|&'.split(
        '|',
      ),
      ...'<|>|</|/>|=|\'|"| |\n|\0|\u202e|\u200b|\ufeff|\u0301|e\u0301|@durov|/start|t.me/x|https://a.example/'.split(
        '|',
      ),
    ),
  },
  { weight: 2, arbitrary: string({ unit: 'binary', maxLength: 30 }) },
  {
    weight: 1,
    arbitrary: tuple(
      constantFrom('<div>', '<p>', 'a', '&amp;', '\u0301', '<meta name='),
      constantFrom(10, 300, 30_000),
    ).map(([text, times]) => text.repeat(times)),
  },
);
const page = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
const bytes = oneof(
  { weight: 6, arbitrary: page.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: page.map((text) => Buffer.from(`\ufeff${text}`, 'utf16le')) },
  { weight: 1, arbitrary: page.map((text) => Buffer.from(text, 'latin1')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2_000 }).map((all) => Buffer.from(all)) },
);
const headerValue = oneof(
  string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      constantFrom(
        ..."attachment|inline|;| |filename=|filename*=|UTF-8''|\"|\\|%|%E2%80%AE|..|/|C:\\|con|.|=?utf-8?B?|?=|*0*=|,|é|\0".split(
          '|',
        ),
        ...'text/html|charset=|"|;|gzip|bytes 0-9/10|W/|"a"|-1|1e9|0x10|99999999999999999999|Mon, 01 Jan 2024 00:00:00 GMT'.split(
          '|',
        ),
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join('')),
);
const maxGraphemes = { title: 200, description: 300, siteName: 60, author: 60 } as const;

it(
  'readPage and readSummary answer whatever the page is, in bounded and plain words',
  () => {
    fc.assert(
      fc.property(bytes, fc.option(headerValue, { nil: undefined }), (content, contentType) => {
        const words = readPage({ bytes: content, contentType });
        for (const said of Object.values(words)) expect((said ?? '').length).toBeLessThanOrEqual(4_096);
        const summary = readSummary(words, 'https://a.example/');
        for (const said of Object.values(summary)) {
          expect(said).not.toMatch(hidden);
          expect(said.isWellFormed()).toBe(true);
        }
        for (const [field, most] of Object.entries(maxGraphemes)) {
          const said = summary[field as keyof typeof maxGraphemes] ?? '';
          // Marks that keep others from becoming active, or from turning the line, may be added to it.
          expect([...new Intl.Segmenter().segment(said)].length).toBeLessThanOrEqual(2 * most + 2);
        }
        expect(summary.image ?? 'https://').toMatch(/^https?:\/\//);
        expect(summary.published ?? '2026-01-01').toMatch(/^\d{4}-\d\d-\d\d/);
      }),
      { numRuns: runs(500) },
    );
  },
  patienceMs,
);

it(
  'headers say what they say, or nothing',
  () => {
    const names = [
      'content-length',
      'content-type',
      'content-encoding',
      'content-range',
      'etag',
      'last-modified',
      'date',
    ];
    const headers = fc.dictionary(constantFrom(...names), headerValue);
    fc.assert(
      fc.property(headers, headerValue, (said, disposition) => {
        const { wireSize = 0, size = 0 } = readSize(said);
        expect([wireSize, size].every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
        expect(readType(said) ?? 'a/b').toMatch(/^[\w.+-]+\/[\w.+-]+$/);
        expect(readValidator(said) ?? '').toMatch(/^[\x20-\x7e]{0,302}$/);
        expect(readContentRange(said)?.start ?? 0).toBeGreaterThanOrEqual(0);
        expect(codingOf(said)).not.toBe('');
        expect(plainType(disposition)).toMatch(/^(?:\S+\/\S+)?$/);
        const name = nameFile(new URL('https://a.example/a%zz/%2e%2e'), disposition, readType(said));
        expect(name).toMatch(/^[^/\\:\p{Cc}]{1,100}$/u);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
      }),
      { numRuns: runs(500) },
    );
  },
  patienceMs,
);

it(
  'detectKind and sniffType make something or nothing of any beginning',
  async () => {
    const magic = constantFrom(
      '504b0304',
      '1f8b08',
      '3026b2758e66cf11a6d900aa0062ce6c',
      '1a45dfa3',
      '494433',
      '52494646',
      '89504e470d0a1a0a',
      'd0cf11e0a1b11ae1',
      '',
      '4d4d002a',
    );
    const head = tuple(magic, fc.uint8Array({ maxLength: 1_000 })).map(([hex, rest]) =>
      Buffer.concat([Buffer.from(hex, 'hex'), rest]),
    );
    await fc.assert(
      fc.asyncProperty(head, async (start) => {
        const found = await detectKind({ head: start });
        expect(readKind(found)).toEqual(found && { ext: found.ext, mime: found.mime });
        expect(['text/html', 'text/plain', undefined]).toContain(sniffType(start));
      }),
      { numRuns: runs(300) },
    );
  },
  patienceMs,
);
