import { expect, test } from 'vitest';
import { readSummary } from '../../src/parse/page-summary.ts';
import fc from '../properties.ts';

const url = 'https://a.example/path/';

test.each([
  ['a moment with its zone', '2026-05-01T10:00:00.5+0200', '2026-05-01T08:00:00.500Z'],
  ['a moment in UTC', '2026-05-01t10:00z', '2026-05-01T10:00:00.000Z'],
  ['the day of a moment without its zone', '2026-05-01T23:00:00', '2026-05-01'],
  ['a day', '2026-05-01', '2026-05-01'],
  ['no day that is none', '2026-13-45', undefined],
  ['no other words', 'last Monday', undefined],
])('readSummary takes %s', (_, published, expected) => {
  expect(readSummary({ published }, url).published).toBe(expected);
});

test.each([
  ['https://b.example/x.png?a=1', 'https://b.example/x.png?a=1'],
  ['//b.example/x.png', 'https://b.example/x.png'],
  ['x y.png', 'https://a.example/path/x%20y.png'],
  ['javascript:alert(1)', undefined],
  ['data:image/png;base64,AAAA', undefined],
  ['file:///etc/passwd', undefined],
  ['https://', undefined],
  [`/${'x'.repeat(2048)}`, undefined],
  [`/${'ü'.repeat(1000)}`, undefined],
])('readSummary reads the picture %s', (image, expected) => {
  expect(readSummary({ image }, url).image).toBe(expected);
});

test.each([
  ['pt_br', 'pt-BR'],
  ['zh-hant', 'zh-Hant'],
  ['english, please', undefined],
])('readSummary reads the language %s', (language, expected) => {
  expect(readSummary({ language }, url).language).toBe(expected);
});

test('readSummary trusts no answer', () => {
  expect(readSummary({ title: 5, description: ['a'], author: { toString: 1 }, extra: 'x' }, url)).toEqual({});
  fc.assert(fc.property(fc.anything(), (answer) => void readSummary(answer, 'nowhere')));
});
