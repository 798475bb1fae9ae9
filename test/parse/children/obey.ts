// A child that does as it is told, good or bad, so that tests can see what becomes of the pool around it.

import { serveJobs } from '../../../src/parse/serve-jobs.ts';

/** What the child can be told to do. */
export type Order = 'tell pid' | 'loop' | 'grow' | 'throw' | 'exit' | 'speak';

const orders: Record<Order, () => unknown> = {
  'tell pid': () => process.pid,
  loop: () => {
    for (;;);
  },
  grow: () => {
    for (const heap = new Map<number, number[]>(); ;)
      heap.set(
        heap.size,
        Array.from({ length: 100 }, () => heap.size),
      );
  },
  throw: () => {
    throw new TypeError('no such page');
  },
  exit: () => process.exit(7),
  speak: () => {
    console.log('words for stdout');
    console.error('words for stderr');
  },
};

serveJobs((order) => orders[order as Order]());
