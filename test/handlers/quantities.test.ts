// Sizes and times as people read them.

import { describe, expect, it } from 'vitest';
import { sayBytes, saySpan } from '../../handlers/quantities.ts';
import fc from '../properties.ts';
import { speak } from './tools.ts';

const english = speak('en');
const russian = speak('ru');

describe('sayBytes', () => {
  it.each([
    [0, '0 B', '0 Б'],
    [999, '999 B', '999 Б'],
    [1_000, '1 KB', '1 КБ'],
    [1_449, '1.4 KB', '1,4 КБ'],
    [12_345, '12 KB', '12 КБ'],
    [2_500_000, '2.5 MB', '2,5 МБ'],
    [50_000_000, '50 MB', '50 МБ'],
    [1_950_000_000, '2 GB', '2 ГБ'],
  ])('says %i bytes as %s and %s', (bytes, inEnglish, inRussian) => {
    expect(sayBytes(english, bytes)).toBe(inEnglish);
    expect(sayBytes(russian, bytes)).toBe(inRussian);
  });

  it('never says a thousand of a unit that has a greater one', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 999e9, noNaN: true }), (bytes) => {
        expect(sayBytes(english, bytes)).toMatch(/^\d{1,3}(\.\d)? (B|KB|MB|GB)$/);
      }),
      { examples: [[999.6], [999_999], [999_999_999]] },
    );
  });
});

describe('saySpan', () => {
  it.each([
    [0, '0 s', '0 с'],
    [12, '12 ms', '12 мс'],
    [0.4, '1 ms', '1 мс'],
    [12, '12 ms', '12 мс'],
    [340, '0.3 s', '0,3 с'],
    [9_900, '9.9 s', '9,9 с'],
    [12_400, '12 s', '12 с'],
    [60_000, '1 min 0 s', '1 мин 0 с'],
    [125_000, '2 min 5 s', '2 мин 5 с'],
  ])('says %d ms as %s and %s', (ms, inEnglish, inRussian) => {
    expect(saySpan(english, ms)).toBe(inEnglish);
    expect(saySpan(russian, ms)).toBe(inRussian);
  });

  it('never says sixty seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400_000 }), (ms) => {
        expect(saySpan(english, ms)).toMatch(/^(?:[\d,]+ min [1-5]?\d s|[1-5]?\d(?:\.\d)? s|\d\d? ms)$/);
      }),
      { examples: [[99], [9_999], [59_500], [59_999], [119_999]] },
    );
  });
});
