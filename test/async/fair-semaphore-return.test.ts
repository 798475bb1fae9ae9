// The fair semaphore for people who are held to less than the limits, and for claims that come back.

import { describe, expect, it } from 'vitest';
import { FairSemaphore } from '../../src/async/fair-semaphore.ts';
import fc from '../properties.ts';
import { roomy, settled, watched } from './watched-semaphore.ts';
import type { Kind } from './watched-semaphore.ts';

const none = { share: 0, kinds: { lookup: { share: 0 }, download: { share: 0 } } };

describe('FairSemaphore.narrow', () => {
  it('keeps a person from slots, and nobody else, until it is taken away', async () => {
    const { semaphore, admitted, ask } = watched({});
    semaphore.narrow('ann', none);
    ask('a', 'ann');
    ask('b', 'bob');
    await settled();
    expect([admitted, semaphore.waiting]).toEqual([['b'], 1]);
    semaphore.narrow('ann', undefined);
    semaphore.narrow('ann', undefined);
    await settled();
    expect(admitted).toEqual(['b', 'a']);
  });

  it('limits one kind beside the other, and admits what a wider limit has room for', async () => {
    const { semaphore, admitted, ask } = watched({});
    semaphore.narrow('ann', { share: 3, kinds: { lookup: { share: 3 }, download: { share: 1 } } });
    for (const name of ['d1', 'd2']) ask(name, 'ann', 'download');
    for (const name of ['l1', 'l2', 'l3']) ask(name, 'ann');
    await settled();
    expect(admitted).toEqual(['d1', 'l1', 'l2']);
    semaphore.narrow('ann', { share: 4, kinds: { lookup: { share: 2 }, download: { share: 2 } } });
    await settled();
    expect(admitted).toEqual(['d1', 'l1', 'l2', 'd2']);
  });

  it('takes nothing from whoever holds more already', async () => {
    const { semaphore, admitted, ask, free } = watched({});
    for (const name of ['a1', 'a2']) ask(name, 'ann');
    await settled();
    semaphore.narrow('ann', { share: 1, kinds: { lookup: { share: 1 }, download: { share: 1 } } });
    ask('a3', 'ann');
    await free('a1');
    expect([admitted, semaphore.running]).toEqual([['a1', 'a2'], 1]);
    await free('a2');
    expect(admitted).toEqual(['a1', 'a2', 'a3']);
  });
});

describe('FairSemaphore.acquire since an earlier arrival', () => {
  const claim = (request: string, host?: string) => ({
    person: 'ann',
    kind: 'lookup' as Kind,
    host,
    request,
  });

  it('stands where it stood, before whoever came later, and counts those who go first from there', async () => {
    const semaphore = new FairSemaphore<Kind>({ ...roomy, slots: 1 });
    const served: string[] = [];
    const since = semaphore.arrive();
    const permit = await semaphore.acquire(claim('x'), {});
    const ask = (request: string, since?: number) =>
      semaphore
        .acquire(claim(request), { since, onWait: (ahead) => aheads.set(request, ahead) })
        .then((permit) => {
          served.push(request);
          permit[Symbol.dispose]();
        });
    const aheads = new Map<string, () => number>();
    const all = [ask('b'), ask('c'), ask('a', since)];
    expect([...aheads].map(([name, ahead]) => [name, ahead()])).toEqual([
      ['b', 1],
      ['c', 2],
      ['a', 0],
    ]);
    permit[Symbol.dispose]();
    await Promise.all(all);
    expect(served).toEqual(['a', 'b', 'c']);
  });

  it('is never turned away as busy', async () => {
    const semaphore = new FairSemaphore<Kind>({ ...roomy, slots: 1, waitingPerPerson: 1 });
    const since = semaphore.arrive();
    using _permit = await semaphore.acquire(claim('x'), {});
    const stop = new AbortController();
    const waiting = [
      semaphore.acquire(claim('a'), { signal: stop.signal }),
      semaphore.acquire(claim('b'), { signal: stop.signal, since }),
    ];
    await expect(semaphore.acquire(claim('c'), {})).rejects.toMatchObject({ name: 'BusyError' });
    expect(semaphore.waiting).toBe(2);
    stop.abort(new Error('cancelled'));
    for (const one of waiting) await expect(one).rejects.toThrow('cancelled');
    expect(semaphore.waiting).toBe(0);
  });

  it('serves all of a person in the order of their first arrival, whoever comes back when', async () => {
    const plan = fc.array(fc.record({ comesBack: fc.boolean(), host: fc.constantFrom('a', 'b') }), {
      minLength: 2,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(plan, async (claims) => {
        const semaphore = new FairSemaphore<Kind>({ ...roomy, slots: 1 });
        const blocker = await semaphore.acquire(claim('x'), {});
        const served: number[] = [];
        const ask = async (index: number, host: string, since: number) => {
          const permit = await semaphore.acquire(claim(`${index}`, host), { since });
          served.push(index);
          permit[Symbol.dispose]();
        };
        const arrivals = claims.map(() => semaphore.arrive());
        const order = [...claims.keys()].toSorted(
          (a, b) => Number(claims[a]?.comesBack) - Number(claims[b]?.comesBack),
        );
        const all = order.map((index) => ask(index, claims[index]?.host ?? '', arrivals[index] ?? 0));
        blocker[Symbol.dispose]();
        await Promise.all(all);
        expect(served).toEqual([...claims.keys()]);
        expect([semaphore.running, semaphore.waiting]).toEqual([0, 0]);
      }),
    );
  });
});
