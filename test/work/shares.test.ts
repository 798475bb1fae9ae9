// A person's share over several instances: never more than it, in order, and nobody waits for ever.

import { describe, expect, it } from 'vitest';
import type { Permit } from '../../src/async/fair-semaphore.ts';
import type { Kind } from '../../src/handler.ts';
import { eventually } from '../postgres/database.ts';
import fc from '../properties.ts';
import { settled } from './a-job.ts';
import { roomy, useShares, Work } from './share-work.ts';
import { joinSome } from './some-instances.ts';

const stage = useShares();
const { work, heldRows, isForgotten, staysOpen } = stage;

describe('Shares', () => {
  it('grant 60 claims of one person on three instances, never more than 20 at once, and forget them', async () => {
    const it = await work(3);
    await Promise.all(Array.from({ length: 60 }, (_, i) => it.run(i % 3)));
    expect(it.most).toBe(20);
    expect(it.held).toBe(0);
    await isForgotten();
    expect(it.all.map(({ running, waiting }) => running + waiting)).toEqual([0, 0, 0]);
  });

  it('grant one person 3 downloads on all instances, lookups beside them, and another person their own', async () => {
    const it = await work(2);
    const downloads = [0, 1, 0].map((index) => it.take(index, { kind: 'download' }));
    const permits = await Promise.all(downloads);
    const fourth = it.take(1, { kind: 'download' });
    using _lookup = await it.take(1, { kind: 'lookup' });
    using _other = await it.take(1, { kind: 'download', person: '2' });
    await staysOpen(fourth);
    permits[0]?.[Symbol.dispose]();
    using _fourth = await fourth;
    expect(it.held).toBe(5);
  });

  it('hold no slot for a claim that waits for its share', async () => {
    const it = await work(2, { slots: 1, share: 1 });
    const permit = await it.take(0);
    const waiting = it.take(1);
    await staysOpen(waiting);
    using _other = await it.take(1, { person: '2' });
    permit[Symbol.dispose]();
    await staysOpen(waiting);
    _other[Symbol.dispose]();
    (await waiting)[Symbol.dispose]();
  });

  it("serve one person's claims on an instance in their order, however often the share is full", async () => {
    const it = await work(3, { share: 2 });
    const claims = Array.from({ length: 90 }, (_, i) => it.run(i % 3, { request: `${i}` }));
    await Promise.all(claims);
    expect(it.most).toBe(2);
    for (const index of [0, 1, 2]) {
      const own = it.served.map(Number).filter((number) => number % 3 === index);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
  });

  it('leave what one frees to another that waits, however long its own line is', async () => {
    const it = await work(2, { share: 1 });
    const first = await it.take(0);
    const line = Array.from({ length: 30 }, () => it.run(0, { request: 'line' }));
    const other = it.run(1, { request: 'other' });
    await staysOpen(other);
    first[Symbol.dispose]();
    await Promise.all([other, ...line]);
    expect(it.served.indexOf('other')).toBeLessThan(5);
  });

  it('tell that a claim waits, and forget one that was given up', async () => {
    const it = await work(2, { share: 1 });
    using _held = await it.take(0);
    const stop = new AbortController();
    const heard: number[] = [];
    const waiting = it.all[1]?.acquire(
      { person: '1', kind: 'lookup', request: 'r' },
      { signal: stop.signal, onWait: (ahead) => heard.push(ahead()) },
    );
    await eventually(async () => expect(it.all[1]?.waiting).toBe(1));
    expect(heard).toEqual([0]);
    stop.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    expect([it.all[1]?.waiting, it.all[1]?.running]).toEqual([0, 0]);
    expect(await heldRows()).toEqual([{ person: '1', kind: 'lookup', held: 1 }]);
  });

  it('refuse as busy whoever has no room to wait, and nobody who waits already', async () => {
    const it = await work(2, { share: 1, waitingPerPerson: 1 });
    const permit = await it.take(0);
    const waiting = it.take(1, { request: 'a' });
    await eventually(async () => expect(it.all[1]?.waiting).toBe(1));
    await expect(it.take(1, { request: 'b' })).rejects.toMatchObject({ name: 'BusyError' });
    permit[Symbol.dispose]();
    (await waiting)[Symbol.dispose]();
  });

  it('grant what raised limits have room for', async () => {
    const it = await work(2, { share: 1 });
    using _one = await it.take(0);
    const waiting = it.take(1);
    await staysOpen(waiting);
    for (const shares of it.all) shares.setLimits({ ...roomy, share: 2 });
    using _two = await waiting;
    expect(it.held).toBe(2);
  });

  it('never grant more than the share, whatever is claimed and given back on three instances', async () => {
    const members = await joinSome(stage.database.url, 3, stage.stack);
    const step = fc.record({
      index: fc.integer({ min: 0, max: 2 }),
      kind: fc.constantFrom<Kind>('lookup', 'download'),
      does: fc.constantFrom('take', 'take', 'give back', 'give up', 'pause'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const kinds = { lookup: { slots: 6, share: 4 }, download: { slots: 4, share: 2 } };
        const it = new Work(members, { slots: 6, share: 5, kinds }, stage.stack);
        const permits: { kind: Kind; permit: Permit }[] = [];
        const waiting = new Map<AbortController, Promise<void>>();
        const giveBack = () => permits.shift()?.permit[Symbol.dispose]();
        for (const { index, kind, does } of steps) {
          if (does === 'take') {
            const stop = new AbortController();
            const taken = it.take(index, { kind, signal: stop.signal }).then((permit) => {
              permits.push({ kind, permit });
              const downloads = permits.filter((one) => one.kind === 'download').length;
              expect(downloads).toBeLessThanOrEqual(2);
              expect(permits.length - downloads).toBeLessThanOrEqual(4);
            });
            waiting.set(
              stop,
              taken.finally(() => waiting.delete(stop)),
            );
          } else if (does === 'give back') giveBack();
          else if (does === 'pause') await stage.database.query('SELECT 1');
          else {
            const [stop] = waiting.keys();
            const given = stop && waiting.get(stop);
            stop?.abort(new Error('gave up'));
            await given?.catch((error: Error) => expect(error.message).toBe('gave up'));
          }
        }
        while (waiting.size + permits.length > 0) {
          giveBack();
          await Promise.race([...waiting.values(), settled()]);
        }
        expect(it.most).toBeLessThanOrEqual(5);
        await isForgotten();
        for (const shares of it.all) shares[Symbol.dispose]();
      }),
      { numRuns: 10 },
    );
  });
});
