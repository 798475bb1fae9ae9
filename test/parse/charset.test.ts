// The bytes of a page become text, whatever is said of them.

import { describe, expect, test } from 'vitest';
import { decodePage } from '../../src/parse/charset.ts';
import fc from '../properties.ts';

const greeting = Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]);

describe('decodePage', () => {
  test.each([
    ['text/html; charset=windows-1251'],
    ['text/html;charset=cp1251;charset=utf-8'],
    ['text/html, text/html; charset=windows-1251'],
    ['text/html; charset=windows-1251, text/html'],
    ['html; Charset = "windows-1251"'],
    ['charset=windows-1251'],
  ])('finds the charset in "%s"', (contentType) => {
    expect(decodePage(greeting, contentType)).toBe('Привет');
  });

  test.each(['text/html; nocharset=windows-1251', 'text/html, x; charset=klingon', 'charset=', ''])(
    'finds none in "%s"',
    (contentType) => {
      expect(decodePage(Buffer.from('ü'), contentType)).toBe('ü');
    },
  );

  test('believes a byte order mark more than the header, and the header more than the page', () => {
    const page = '<meta charset=windows-1251>ü';
    expect(decodePage(Buffer.from(`\ufeff${page}`), 'text/html; charset=koi8-r')).toBe(page);
    expect(decodePage(Buffer.from(page), 'text/html; charset=utf-8')).toBe(page);
    expect(decodePage(Buffer.from(page), 'text/html')).toBe('<meta charset=windows-1251>Гј');
  });

  test('gives back what was encoded as UTF-8, whole or with its last character cut off', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(3), (text, missing) => {
        const bytes = Buffer.from(text);
        const whole = decodePage(bytes, 'text/html; charset=utf-8');
        expect(whole).toBe(text.toWellFormed().replace(/^\ufeff/, ''));
        const cut = decodePage(bytes.subarray(0, Math.max(0, bytes.length - missing)), 'charset=utf-8');
        expect(whole.startsWith(cut.replace(/\ufffd+$/, ''))).toBe(true);
      }),
    );
  });

  test('makes text of any bytes under any header', () => {
    const header = fc.oneof(
      fc.string(),
      fc
        .constantFrom('utf-16', 'utf-7', 'replacement', 'x-user-defined', 'iso-2022-jp', 'hz-gb-2312')
        .map((charset) => `text/html; charset=${charset}`),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.option(header, { nil: undefined }),
        (bytes, contentType) => {
          expect(decodePage(bytes, contentType).isWellFormed()).toBe(true);
        },
      ),
    );
  });
});
