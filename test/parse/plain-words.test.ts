// Words from outside: what is taken out of them, what is added, and how the names of hosts are shown.

import { describe, expect, test } from 'vitest';
import { detectEntities } from '../../src/emulator/detect-entities.ts';
import { inertWords, plainWords } from '../../src/parse/plain-words.ts';
import fc from '../properties.ts';
import { activeIn } from './active.ts';

const graphemes = new Intl.Segmenter('en');
const count = (text: string) => [...graphemes.segment(text)].length;

/** First and last code points of what is invisible or reorders, written down independently of Unicode's properties. */
const hidden = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0d],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xe0000, 0xe0fff],
] as const;
const isHidden = (character: string) =>
  hidden.some(([first, last]) => first <= character.codePointAt(0)! && character.codePointAt(0)! <= last);

describe('plainWords', () => {
  test.each([
    ['controls', 'a\u0000b\u001b[31mc\u0085d\u009be', 'ab[31mc de'],
    ['line ends and runs of space', '  one\r\n\n two\u00a0\u2003three\u2028four ', 'one two three four'],
    ['directions', 'photo\u202egnp.\u2066exe\u2069\u200f\u061c', 'photognp.\u2060exe'],
    ['zero-width characters', 'pay\u200bpal\ufeff\u2060\u00ad\u180e', 'paypal'],
    ['joiners between Latin letters', 'pay\u200dpal\u200c', 'paypal'],
    ['fillers and blanks that look empty', 'a\u3164\u115f\u1160\uffa0\u2800b', 'ab'],
    ['tags and other hidden messages', 'a\u{e0041}\u{e0042}\u{e0100}\u{e01ef}b\ufe00', 'ab'],
    ['variants of what has none', 'a\ufe0fb\ufe0e', 'ab'],
    ['private use', '\ue000a\u{f0000}b\u{10fffd}', 'ab'],
    ['lone surrogates', '\udc00a\ud800b\ud83d', 'ab'],
    ['unassigned', 'a\u0378\uffff\u{1ffff}b', 'ab'],
    ['marks beyond three', `a${'\u0316'.repeat(80)}b`, 'a\u0316\u0316\u0316b'],
    ['marks beyond three that a joiner parts', `स${'\u0941\u200d'.repeat(40)}`, 'स\u0941\u0941\u0941'],
  ])('takes out %s', (_, text, expected) => {
    expect(plainWords(text, 100)).toBe(expected);
  });

  test.each([
    ['Persian', 'می\u200cخواهم'],
    ['Hindi', 'क्\u200dष'],
    ['families of emoji', '👩\u200d👩\u200d👧\u200d👦 ❤\ufe0f 👍🏽 1\ufe0f⃣'],
    ['Hebrew', 'שָׁלוֹם'],
    ['Vietnamese', 'Tiếng Việt'],
    ['Japanese', 'ガギグ'],
  ])('leaves %s as it is written', (_, text) => {
    expect(plainWords(text, 100).replace(/^\u2068|\u2069$/g, '')).toBe(text.normalize('NFC'));
  });

  test.each([
    ['Hebrew', 'שלום'],
    ['Arabic', 'مرحبا بالعالم'],
    ['Persian digits', 'سال ۱۴۰۵'],
    ['N’Ko', 'ߒߞߏ'],
    ['Adlam', '𞤀𞤣𞤤𞤢𞤥'],
    ['Hebrew inside Latin', 'see שלום there'],
  ])('sets %s apart, so that it turns nothing round beside it', (_, text) => {
    expect(plainWords(text, 100)).toBe(`\u2068${text}\u2069`);
    expect(plainWords(`\u202e\u2069\u2066${text}\u2068`, 100)).toBe(`\u2068${text}\u2069`);
  });

  test('sets nothing apart that is written from left to right', () => {
    for (const text of ['Ελλάδα', 'Привет', '日本語', 'हिन्दी', 'ไทย', '한국어', '🙂 50 %'])
      expect(plainWords(text, 100)).toBe(text);
  });

  test('takes out a joiner that stands alone only once the marks before it are in order', () => {
    expect(plainWords('\u0301\u093c\u200dन', 5)).toBe('\u093c\u0301न');
  });

  test('composes letters and their marks', () => {
    expect(plainWords('e\u0301', 10)).toBe('\u00e9');
  });

  test('cuts between graphemes and says so', () => {
    expect(plainWords('👩\u200d👩\u200d👧 abc', 1)).toBe('…');
    expect(plainWords('ab👍🏽cd', 4)).toBe('ab👍🏽…');
    expect(plainWords('one two three', 5)).toBe('one…');
    expect(plainWords('four', 4)).toBe('four');
  });

  test('keeps its length also where normalising lengthens the text', () => {
    const note = '\u{1d160}';
    expect(note.normalize('NFC').length).toBe(6);
    expect(plainWords(note.repeat(10), 10)).toBe(`${note.normalize('NFC').repeat(6)}…`);
  });

  test('looks past white space in front, not past a heap of the invisible', () => {
    expect(plainWords(`${'\n '.repeat(5000)}title`, 10)).toBe('title');
    expect(plainWords(`${'\u200b'.repeat(5000)}title`, 10)).toBe('');
  });

  test('gives nothing where nothing is allowed', () => {
    expect(['', 'a'].map((text) => plainWords(text, 0))).toEqual(['', '']);
  });

  /** The same without what was added so that nothing comes to life. */
  const bare = (words: string) => words.replaceAll('\u2060', '').replace(/^\u2068|\u2069$/g, '');

  const strange = fc.string({
    unit: fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
      fc.constantFrom(
        '\u200d',
        '\u200c',
        '\ufe0f',
        '\u0301',
        '\u0344',
        '\u093c',
        '\u{1d160}',
        'न',
        'س',
        '👩',
        'a',
        '1',
        ...'@#$/.:+',
        'ש',
        ' ',
        '\n',
      ),
    ),
    maxLength: 200,
  });

  test('never lets through what it takes out, whatever the text', () => {
    fc.assert(
      fc.property(strange, fc.integer({ min: 0, max: 60 }), (text, maxGraphemes) => {
        const shown = plainWords(text, maxGraphemes);
        expect(activeIn(shown)).toEqual([]);
        expect(shown.length).toBeLessThanOrEqual(8 * maxGraphemes + 2);
        const words = bare(shown);
        expect(count(words)).toBeLessThanOrEqual(maxGraphemes);
        expect(words.length).toBeLessThanOrEqual(4 * maxGraphemes);
        expect(words.isWellFormed()).toBe(true);
        expect(words).toBe(words.normalize('NFC'));
        expect(words).not.toMatch(/\p{Cc}|[\p{Zl}\p{Zp}]|\p{Co}|\p{Cn}|\p{M}{4}|\s\s|^\s|\s$/u);
        expect(Array.from(words).filter(isHidden)).toEqual([]);
        expect(words).not.toMatch(/[a-z ][\u200c\u200d]|[\u200c\u200d](?:[a-z …]|$)/u);
      }),
      { numRuns: 2000 },
    );
  });

  test('changes nothing the second time', () => {
    fc.assert(
      fc.property(strange, fc.integer({ min: 0, max: 60 }), (text, maxGraphemes) => {
        const words = plainWords(text, maxGraphemes);
        expect(plainWords(words, maxGraphemes)).toBe(words);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('inertWords', () => {
  test.each([
    ['mention', 'thank @durov for it'],
    ['command', 'send /start now'],
    ['hashtag', 'so #wow'],
    ['cashtag', 'buy $TON'],
    ['bank card', 'pay to 4111 1111 1111 1111'],
    ['bank card', 'or to 4111-1111-1111-1111'],
    ['address', 'see t.me/joinchat'],
    ['address', 'see HTTPS://Example.COM/a?b#c'],
    ['address', 'at 192.0.2.1'],
    ['address', 'see пример.рф'],
    ['e-mail', 'write to a@example.com'],
    ['link to Telegram', 'open tg://resolve?domain=durov'],
    ['link with a scheme', 'on http://localhost/x'],
    ['link with a scheme', 'on https://[2001:db8::1]/x'],
    ['time of a film', 'at 1:02:33'],
    ['telephone', 'call +1 (212) 555-0123'],
    ['telephone', 'or 8 800 555 35 35'],
    ['telephone', 'or 02/1234567'],
  ])('leaves no %s in "%s"', (kind, text) => {
    expect(activeIn(text)).toContain(kind);
    expect(activeIn(inertWords(text))).toEqual([]);
    expect(inertWords(text).replaceAll('\u2060', '')).toBe(text);
  });

  test('leaves ordinary words alone', () => {
    const text =
      'Prices rise by $5 (5 %) – a "shock", says the minister: what now? 12,000 & more… and/or text/html, C#, 7️⃣ #️⃣ ...';
    expect(inertWords(text)).toBe(text);
  });

  test('finds every such thing, and changes nothing the second time', () => {
    const piece = fc.constantFrom(
      '@',
      '#',
      '$',
      '/',
      '.',
      ':',
      ' ',
      '-',
      '+',
      '(',
      'a',
      'TON',
      '1INCH',
      '42',
      '4111',
      'tg',
      'com',
      '_',
      'ж',
      '\u200c',
    );
    fc.assert(
      fc.property(fc.string({ unit: piece }), (text) => {
        const inert = inertWords(text);
        expect(activeIn(inert)).toEqual([]);
        // The local Bot API takes a joiner for a letter of a mail's domain; Telegram's expression knows only ASCII there.
        expect(detectEntities(inert).filter(({ type }) => type !== 'email')).toEqual([]);
        expect(inertWords(inert)).toBe(inert);
      }),
      { numRuns: 2000 },
    );
  });
});
