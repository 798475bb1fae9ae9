import { describe, expect, it } from 'vitest';
import { median, percentile, range, repeat } from '../../bench/measure.ts';

describe('median', () => {
  it('is the middle one of an odd number of values, whatever their order', () => {
    expect(median([9, 10, 1])).toBe(9);
  });

  it('is the mean of the two middle ones of an even number', () => {
    expect(median([4, 1, 100, 3])).toBe(3.5);
  });

  it('of nothing throws', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('percentile', () => {
  it('is the least value that as many as asked for do not exceed', () => {
    const values = range(100).map((i) => 100 - i);
    expect(percentile(values, 0.99)).toBe(99);
    expect(percentile(values, 1)).toBe(100);
    expect(percentile([7], 0.01)).toBe(7);
  });

  it('of nothing throws', () => {
    expect(() => percentile([], 0.5)).toThrow('0.5 of 0 values');
  });
});

describe('repeat', () => {
  it('begins a run when the former is over', async () => {
    const steps: string[] = [];
    const results = await repeat(2, async (round) => {
      steps.push(`begin ${round}`);
      await Promise.resolve();
      steps.push(`end ${round}`);
      return round;
    });
    expect(results).toEqual([0, 1]);
    expect(steps).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1']);
  });
});
