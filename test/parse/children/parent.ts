// A program that owns a pool, so that tests can end it in every way. Its one argument says what
// its child is told in the end, or that it should stay.

import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ChildPool } from '../../../src/parse/child-pool.ts';
import type { Order } from './obey.ts';

const pool = new ChildPool({
  children: 1,
  maxHeapMb: 64,
  maxJobMs: 400,
  recycleAfter: 100,
  onCrash: () => {},
  file: join(import.meta.dirname, 'obey.ts'),
});
const { signal } = new AbortController();
const tell = (order: Order) => pool.run(order, { signal });

const pid = await tell('tell pid');
const last = process.argv[2];
const end = last === 'stay' ? once(process, 'message') : last && tell(last as Order);
await setImmediate();
process.send?.(pid);
await end;
