import { expect, test } from 'vitest';
import { plainType, sniffType } from '../../src/parse/media-type.ts';

test.each([
  ['text/html; charset=utf-8', 'text/html'],
  [' Text/HTML ;charset="x"', 'text/html'],
  ['text/html, application/json', 'text/html'],
  ['application/vnd.api+json', 'application/vnd.api+json'],
  ['html', ''],
  ['text/<b>', ''],
  [`text/${'x'.repeat(100_000)}`, `text/${'x'.repeat(195)}`],
  ['', ''],
  [undefined, ''],
])('plainType reads %j as %j', (contentType, expected) => {
  expect(plainType(contentType)).toBe(expected);
});

test.each([
  ['a doctype after white space', '\n <!DOCTYPE html><p>', 'text/html'],
  ['a tag after a byte order mark', '\ufeff<html>', 'text/html'],
  ['a comment', '<!-- hello --><x>', 'text/html'],
  ['a word that only begins like a tag', '<bold>', 'text/plain'],
  ['words', 'Grüße, 日本', 'text/plain'],
  ['zero bytes', '\u0000\u0001abc', undefined],
  ['nothing', '', undefined],
])('sniffType sees %s', (_, text, expected) => {
  expect(sniffType(Buffer.from(text))).toBe(expected);
});

test('sniffType takes UTF-16 for text', () => {
  expect(sniffType(Buffer.from('\ufeffhi', 'utf16le'))).toBe('text/plain');
});
