// The lease: one at a time, handed over at once by who leaves, and lost in time by who cannot renew it.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/postgres/database.ts';
import type { Database, Queryable } from '../../src/postgres/database.ts';
import { holdLease } from '../../src/postgres/lease.ts';
import { usePostgres } from './database.ts';

const base = usePostgres();
const times = { expiryMs: 400, renewMs: 80, tryMs: 30 };
const reason = new Error('stop');

let url: string;
let stack: AsyncDisposableStack;
/** Who works, in order; each ends before the next begins, or the lease is worth nothing. */
let log: string[];
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  log = [];
  ({ url } = stack.use(await base.openEmpty()));
});
afterEach(async () => {
  await stack.disposeAsync();
});

/** Somebody who wants the lease, over a way to the database that can be held up. */
async function aCandidate(name: string, { work }: { work?: (held: AbortSignal) => Promise<void> } = {}) {
  const database = stack.use(await openDatabase(url));
  const stop = new AbortController();
  const way = new Way(database);
  const began = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const working = async (held: AbortSignal) => {
    log.push(`${name} begins`);
    began.resolve();
    if (!held.aborted) await once(held, 'abort');
    log.push(`${name} ends`);
    ended.resolve();
    held.throwIfAborted();
  };
  const holding = holdLease(way.database, {
    name: 'poll',
    holder: randomUUID(),
    signal: stop.signal,
    work: work ?? working,
    ...times,
  });
  holding.catch(() => {});
  stack.defer(async () => {
    way.open();
    stop.abort(reason);
    await holding.catch(() => {});
  });
  return { name, holding, began: began.promise, ended: ended.promise, stop, way };
}

/** Lets statements through, or keeps them until it is open again. */
class Way {
  readonly database: Database;
  #opened = Promise.resolve();
  #open = () => {};

  constructor(database: Database) {
    this.database = Object.create(database, {
      query: {
        value: async (...parameters: Parameters<Queryable['query']>) => {
          await this.#opened;
          return database.query(...parameters);
        },
      },
    }) as Database;
  }

  close(): void {
    ({ promise: this.#opened, resolve: this.#open } = Promise.withResolvers<void>());
  }

  open(): void {
    this.#open();
  }
}

describe('holdLease', () => {
  it('lets one of three work, and the next when that one stops', async () => {
    const three = await Promise.all(['a', 'b', 'c'].map((name) => aCandidate(name)));
    const left = new Set(three);
    const order: string[] = [];
    while (left.size > 0) {
      const worker = await Promise.race([...left].map((one) => one.began.then(() => one)));
      order.push(worker.name);
      left.delete(worker);
      worker.stop.abort(reason);
      await expect(worker.holding).rejects.toBe(reason);
    }
    expect(log).toEqual(order.flatMap((name) => [`${name} begins`, `${name} ends`]));
    expect(order.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('stops a holder that cannot renew before another begins, and lets it try again', async () => {
    const stalling = await aCandidate('a');
    await stalling.began;
    const others = [await aCandidate('b'), await aCandidate('c')];
    stalling.way.close();
    const next = await Promise.race(others.map((one) => one.began.then(() => one)));
    expect(log).toEqual(['a begins', 'a ends', `${next.name} begins`]);
    stalling.way.open();
    for (const one of others) one.stop.abort(reason);
    await Promise.allSettled(others.map(({ holding }) => holding));
    while (log.at(-1) !== 'a begins') await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('is kept for longer than it lasts by being renewed', async () => {
    const holder = await aCandidate('a');
    await holder.began;
    await aCandidate('b');
    await new Promise((resolve) => setTimeout(resolve, times.expiryMs * 1.5));
    expect(log).toEqual(['a begins']);
  });

  it('ends at once for a holder whose row was taken', async () => {
    const holder = await aCandidate('a');
    await holder.began;
    await base.run(
      `UPDATE errand.leases SET holder = gen_random_uuid(), until = now() + interval '1 hour'`,
      url,
    );
    await holder.ended;
    expect(holder.stop.signal.aborted).toBe(false);
  });

  it('goes on after an outage of the server', async () => {
    const holder = await aCandidate('a');
    await holder.began;
    await base.line.cut();
    await base.line.mend();
    const other = await aCandidate('b');
    holder.stop.abort(reason);
    await other.began;
    expect(log.slice(-2)).toEqual(['a ends', 'b begins']);
  });

  it('resolves when the work ends by itself, rejects when it fails, and gives the lease back', async () => {
    const ending = await aCandidate('a', { work: async () => {} });
    await ending.holding;
    const failure = new Error('refused');
    const failing = await aCandidate('b', {
      async work() {
        throw failure;
      },
    });
    await expect(failing.holding).rejects.toBe(failure);
    expect(await base.run('SELECT * FROM errand.leases', url)).toEqual([]);
  });
});
