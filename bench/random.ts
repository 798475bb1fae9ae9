// Chance that can be repeated: the same seed gives the same numbers.

import { createHash } from 'node:crypto';

/** Gives one number after another, each from 0 up to 1. */
export type Random = () => number;

export function createRandom(seed: string): Random {
  let count = 0;
  return () => createHash('sha256').update(`${seed} ${count++}`).digest().readUInt32BE() / 2 ** 32;
}

/** One of `items`. Throws a RangeError for none. */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('Cannot pick: nothing is there');
  return item;
}
