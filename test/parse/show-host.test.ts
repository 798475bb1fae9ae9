// The names of hosts as people see them: a look-alike is told from what it looks like.

import { describe, expect, test } from 'vitest';
import { detectEntities } from '../../src/emulator/detect-entities.ts';
import { showHost } from '../../src/parse/plain-words.ts';
import fc from '../properties.ts';
import { activeIn } from './active.ts';

/** A name as people see it, with what is added to it in sight. */
const seen = (name: string) =>
  name.replaceAll('\u2060', '').replaceAll('\u2068', '<').replaceAll('\u2069', '>');

describe('showHost', () => {
  test.each([
    ['example.com', 'example.com'],
    ['EN.Wikipedia.org.', 'en.wikipedia.org'],
    ['192.0.2.1', '192.0.2.1'],
    ['[2001:db8::1]', '[2001:db8::1]'],
    ['xn--e1afmkfd.xn--p1ai', 'пример.рф'],
    ['xn--fsqu00a.xn--0zwm56d', '例子.测试'],
    ['xn--eckwd4c7c.jp', 'ドメイン.jp'],
    ['xn--mgbh0fb.xn--kgbechtv', '<مثال.إختبار>'],
    ['xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g', 'उदाहरण.परीक्षा'],
  ])('shows %s as %s', (hostname, shown) => {
    expect(seen(showHost(new URL(`http://${hostname}`).hostname))).toBe(shown);
  });

  const punycode = (unicode: string) => new URL(`http://${unicode}`).hostname;

  test.each([
    ['münchen.de', 'münchen.de (xn--mnchen-3ya.de)'],
    ['paypaı.com', 'paypaı.com (xn--paypa-r4a.com)'],
    ['pạypal.com', 'pạypal.com (xn--pypal-j11b.com)'],
    ['www.citíbank.com', 'www.citíbank.com (www.xn--citbank-9ya.com)'],
  ])('shows the ASCII form of %s too, as accents are easily overlooked', (host, shown) => {
    expect(seen(showHost(punycode(host)))).toBe(shown);
  });

  test('shows the ASCII form first where all letters look like Latin ones', () => {
    expect(seen(showHost(punycode('аррӏе.com')))).toBe('xn--80ak6aa92e.com (аррӏе.com)');
    expect(seen(showHost(punycode('оса.рф')))).toBe('оса.рф');
  });

  test('shows the ASCII form first where a name is written in two directions', () => {
    const [mixed, digits] = [punycode('paypal.com.مثال'), punycode('مثال.إختبار2')];
    expect(seen(showHost(mixed))).toBe('paypal.com.xn--mgbh0fb (<paypal.com.مثال>)');
    expect(seen(showHost(digits))).toBe('<مثال.إختبار2>');
  });

  test('shows only the ASCII form where scripts are mixed or letters are odd', () => {
    for (const host of ['pаypal.com', 'ɡoogle.com', 'раypal.рф', 'exampleノlogin.com', 'กิิิ.com', '☃.com']) {
      expect(seen(showHost(punycode(host)))).toBe(punycode(host));
      expect(punycode(host)).toMatch(/^xn--|\.xn--/);
    }
  });

  test('keeps the registrable domain of a long name', () => {
    const long = `${'www.paypal.com.'.repeat(8)}evil.co.uk`;
    expect(seen(showHost(long))).toBe('…evil.co.uk');
    expect(seen(showHost(`${'login.'.repeat(20)}someone.github.io`))).toBe('…someone.github.io');
  });

  test.each([
    'example.com',
    '192.0.2.1',
    'münchen.de',
    'пример.рф',
    't.me',
    '4111111111111111.com',
    'a.com.localhost',
  ])('gives Telegram no address to link in %s', (host) => {
    expect(activeIn(showHost(punycode(host)))).toEqual([]);
    expect(detectEntities(showHost(punycode(host)))).toEqual([]);
  });

  test('leaves names of this computer, which nobody can follow, as they are', () => {
    expect(['localhost', 'site.localhost'].map(showHost)).toEqual(['localhost', 'site.localhost']);
    expect(detectEntities('see site.localhost')).toEqual([]);
  });

  test('never throws, and never shows more than a line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.domain()), (text) => {
        const shown = showHost(text);
        expect(shown).not.toMatch(/[\p{Cc}\u202e\u2066]/u);
        expect(activeIn(shown)).toEqual([]);
      }),
    );
    expect(showHost('é'.repeat(100_000))).toBe(`${'é'.repeat(59)}…`);
    expect(showHost(`xn--${'9'.repeat(400)}`).length).toBeLessThan(400);
  });
});
