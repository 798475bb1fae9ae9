// Figures from many measurements: medians and percentiles, and time as it passes.

/** The middle of `values`; the mean of the two middle ones when their number is even. Throws a RangeError for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [below, above] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  if (below === undefined || above === undefined) throw new RangeError('Cannot take a median: no values');
  return (below + above) / 2;
}

/** The least of `values` that at least `part` (above 0, up to 1) of them do not exceed. Throws a RangeError for none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.ceil(part * sorted.length) - 1];
  if (value === undefined)
    throw new RangeError(`Cannot take a percentile: ${part} of ${values.length} values`);
  return value;
}

/** How many milliseconds `work` takes. */
export async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** The numbers from 0 to `count` - 1. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Runs `work` so many times, one after another, and gives what each run gave. */
export async function repeat<T>(count: number, work: (round: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const round of range(count)) results.push(await work(round));
  return results;
}
