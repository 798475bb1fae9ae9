// The fair semaphore, by example and against a slow model that looks at everybody each time.

import { describe, expect, it } from 'vitest';
import { BusyError, FairSemaphore } from '../../src/async/fair-semaphore.ts';
import type { Permit, SemaphoreLimits } from '../../src/async/fair-semaphore.ts';
import fc from '../properties.ts';

type Kind = 'lookup' | 'download';
type Limits = SemaphoreLimits<Kind>;

const roomy: Limits = {
  slots: 64,
  share: 20,
  kinds: { lookup: { slots: 64, share: 20 }, download: { slots: 16, share: 3 } },
  perHost: 0,
  waitingPerPerson: 1_000,
  waitingTotal: 5_000,
};

/** A semaphore whose admissions are written down in order. */
function watched(limits: Partial<Limits>) {
  const semaphore = new FairSemaphore<Kind>({ ...roomy, ...limits });
  const admitted: string[] = [];
  const permits = new Map<string, Permit>();
  const ask = (name: string, person: string, kind: Kind = 'lookup', host?: string) => {
    const controller = new AbortController();
    const done = semaphore
      .acquire({ person, kind, host, request: name }, { signal: controller.signal })
      .then((permit) => {
        admitted.push(name);
        permits.set(name, permit);
      });
    done.catch(() => {});
    return { done, cancel: () => controller.abort(new Error('cancelled')) };
  };
  const free = async (name: string) => {
    permits.get(name)?.[Symbol.dispose]();
    await settled();
  };
  return { semaphore, admitted, permits, ask, free };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('FairSemaphore', () => {
  it('lets one person alone use many slots at once, up to their share', async () => {
    const { semaphore, admitted, ask } = watched({ share: 20 });
    for (let i = 0; i < 30; i++) ask(`a${i}`, 'ann');
    await settled();
    expect(admitted).toHaveLength(20);
    expect(semaphore.waiting).toBe(10);
  });

  it('admits a newcomer before the tenth of a heavy user', async () => {
    const { admitted, ask, free } = watched({ slots: 2, share: 2 });
    for (let i = 0; i < 10; i++) ask(`a${i}`, 'ann');
    ask('b0', 'bob');
    await settled();
    await free('a0');
    expect(admitted).toEqual(['a0', 'a1', 'b0']);
  });

  it('admits the longest waiting among people who hold equally many', async () => {
    const { admitted, ask, free } = watched({ slots: 1 });
    ask('x', 'xan');
    for (const person of ['cem', 'ann', 'bob']) ask(person, person);
    await settled();
    for (const name of ['x', 'cem', 'ann']) await free(name);
    expect(admitted).toEqual(['x', 'cem', 'ann', 'bob']);
  });

  it('keeps downloads from taking all slots, and lookups go on beside them', async () => {
    const { admitted, ask } = watched({
      slots: 4,
      kinds: { lookup: { slots: 4, share: 20 }, download: { slots: 2, share: 1 } },
    });
    for (const person of ['ann', 'bob', 'cem']) ask(`d-${person}`, person, 'download');
    ask('d-ann-2', 'ann', 'download');
    ask('l-dan', 'dan');
    await settled();
    expect(admitted).toEqual(['d-ann', 'd-bob', 'l-dan']);
  });

  it('holds no slot for a claim that waits for its host', async () => {
    const { semaphore, admitted, ask, free } = watched({ slots: 2, perHost: 1 });
    ask('a0', 'ann', 'lookup', 'slow.example');
    ask('a1', 'ann', 'lookup', 'slow.example');
    ask('b0', 'bob', 'lookup', 'fast.example');
    await settled();
    expect(admitted).toEqual(['a0', 'b0']);
    expect(semaphore.running).toBe(2);
    await free('a0');
    expect(admitted).toEqual(['a0', 'b0', 'a1']);
  });

  it('gives a full host to a newcomer before a heavy user of that host', async () => {
    const { admitted, ask, free } = watched({ perHost: 2 });
    for (let i = 0; i < 20; i++) ask(`a${i}`, 'ann', 'lookup', 'slow.example');
    ask('b0', 'bob', 'lookup', 'slow.example');
    await settled();
    await free('a0');
    expect(admitted).toEqual(['a0', 'a1', 'b0']);
  });

  it('moves the load of a redirected permit, waiting for room at the new host', async () => {
    const { admitted, permits, ask, free } = watched({ perHost: 1 });
    ask('a', 'ann', 'lookup', 'one.example');
    ask('b', 'bob', 'lookup', 'two.example');
    ask('c', 'cem', 'lookup', 'one.example');
    await settled();
    const moved = permits.get('a')?.enterHost('two.example', { signal: new AbortController().signal });
    await settled();
    expect(admitted).toEqual(['a', 'b', 'c']);
    await free('b');
    await moved;
    ask('d', 'dan', 'lookup', 'two.example');
    await settled();
    expect(admitted).not.toContain('d');
    await free('a');
    expect(admitted).toContain('d');
  });

  it('lets go of the new host when a redirected permit gives up waiting for it', async () => {
    const { admitted, permits, ask, free } = watched({ perHost: 1 });
    ask('a', 'ann', 'lookup', 'one.example');
    ask('b', 'bob', 'lookup', 'two.example');
    await settled();
    const controller = new AbortController();
    const moved = permits.get('a')?.enterHost('two.example', { signal: controller.signal });
    controller.abort(new Error('gave up'));
    await expect(moved).rejects.toThrow('gave up');
    await free('a');
    await free('b');
    ask('c', 'cem', 'lookup', 'two.example');
    await settled();
    expect(admitted).toContain('c');
  });

  it('refuses what would not fit the waiting room of a person or of all', async () => {
    const { ask } = watched({ slots: 1, waitingPerPerson: 1, waitingTotal: 2 });
    ask('a0', 'ann');
    ask('a1', 'ann');
    await expect(ask('a2', 'ann').done).rejects.toMatchObject({ full: 'person' });
    ask('b0', 'bob');
    await expect(ask('c0', 'cem').done).rejects.toBeInstanceOf(BusyError);
  });

  it('counts the claims of one request once in the waiting room', async () => {
    const { semaphore } = watched({ slots: 1, waitingPerPerson: 1 });
    const { signal } = new AbortController();
    void semaphore.acquire({ person: 'ann', kind: 'lookup', request: 'r0' }, { signal });
    for (let i = 0; i < 5; i++)
      void semaphore.acquire({ person: 'ann', kind: 'lookup', request: 'r1' }, { signal });
    expect(semaphore.waiting).toBe(1);
    await expect(
      semaphore.acquire({ person: 'ann', kind: 'lookup', request: 'r2' }, { signal }),
    ).rejects.toBeInstanceOf(BusyError);
  });

  it('rejects a cancelled waiter with the reason and forgets it', async () => {
    const { semaphore, admitted, ask, free } = watched({ slots: 1 });
    ask('a', 'ann');
    const waiting = ask('b', 'bob');
    waiting.cancel();
    await expect(waiting.done).rejects.toThrow('cancelled');
    await free('a');
    expect(admitted).toEqual(['a']);
    expect([semaphore.running, semaphore.waiting]).toEqual([0, 0]);
  });

  it('gives a slot back once, however often its permit is disposed of', async () => {
    const { semaphore, permits, ask } = watched({ slots: 2 });
    ask('a', 'ann');
    ask('b', 'bob');
    await settled();
    permits.get('a')?.[Symbol.dispose]();
    permits.get('a')?.[Symbol.dispose]();
    expect(semaphore.running).toBe(1);
  });

  it('admits at once what raised limits have room for', async () => {
    const { semaphore, admitted, ask } = watched({ slots: 1 });
    for (let i = 0; i < 3; i++) ask(`a${i}`, 'ann');
    semaphore.setLimits({ ...roomy, slots: 3 });
    await settled();
    expect(admitted).toHaveLength(3);
  });

  it('tells how many go first, by turns of people', async () => {
    const { semaphore, ask } = watched({ slots: 1, share: 5 });
    ask('x', 'xan');
    for (let i = 0; i < 10; i++) ask(`a${i}`, 'ann');
    let ahead = () => -1;
    void semaphore.acquire(
      { person: 'bob', kind: 'lookup', request: 'b' },
      { signal: new AbortController().signal, onWait: (tell) => (ahead = tell) },
    );
    expect(ahead()).toBe(1);
  });
});

describe('FairSemaphore against a model that looks at everybody', () => {
  interface Wish {
    name: string;
    person: string;
    kind: Kind;
    host?: string;
  }

  /** What is admitted next by definition: O(everything), and obviously right. */
  class Model {
    readonly running: Wish[] = [];
    waiting: Wish[] = [];
    readonly admitted: string[] = [];
    limits: Limits;

    constructor(limits: Limits) {
      this.limits = limits;
    }

    admit(): void {
      const count = (test: (wish: Wish) => boolean) => this.running.filter(test).length;
      const fits = (wish: Wish) =>
        this.running.length < this.limits.slots &&
        count((r) => r.kind === wish.kind) < this.limits.kinds[wish.kind].slots &&
        count((r) => r.person === wish.person) < this.limits.share &&
        count((r) => r.person === wish.person && r.kind === wish.kind) < this.limits.kinds[wish.kind].share &&
        (!wish.host || !this.limits.perHost || count((r) => r.host === wish.host) < this.limits.perHost);
      for (;;) {
        const held = (wish: Wish) => count((r) => r.person === wish.person);
        const next = this.waiting.filter(fits).toSorted((a, b) => held(a) - held(b))[0];
        if (!next) return;
        this.waiting = this.waiting.filter((wish) => wish !== next);
        this.running.push(next);
        this.admitted.push(next.name);
      }
    }

    free(index: number): string | undefined {
      const [wish] = this.running.splice(index % Math.max(this.running.length, 1), 1);
      this.admit();
      return wish?.name;
    }
  }

  const limits = fc.record({
    slots: fc.integer({ min: 1, max: 6 }),
    share: fc.integer({ min: 1, max: 4 }),
    kinds: fc.record({
      lookup: fc.record({ slots: fc.integer({ min: 1, max: 6 }), share: fc.integer({ min: 1, max: 4 }) }),
      download: fc.record({ slots: fc.integer({ min: 1, max: 3 }), share: fc.integer({ min: 1, max: 2 }) }),
    }),
    perHost: fc.integer({ min: 0, max: 2 }),
    waitingPerPerson: fc.constant(1_000),
    waitingTotal: fc.constant(1_000),
  });
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('ask' as const),
        person: fc.constantFrom('ann', 'bob', 'cem', 'dan'),
        kind: fc.constantFrom<Kind>('lookup', 'download'),
        host: fc.constantFrom(undefined, 'one.example', 'two.example', 'three.example'),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('free' as const), which: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('limit' as const), limits }) },
  );

  it('FairSemaphore admits the same claims in the same order as the model', async () => {
    await fc.assert(
      fc.asyncProperty(
        limits,
        fc.array(step, { minLength: 40, maxLength: 120, size: 'max' }),
        async (start, steps) => {
          const model = new Model(start);
          const { semaphore, admitted, ask, free } = watched(start);
          const asked = new Map<string, ReturnType<typeof ask>>();
          for (const [i, one] of steps.entries()) {
            if (one.do === 'ask') {
              model.waiting.push({ name: `${i}`, person: one.person, kind: one.kind, host: one.host });
              model.admit();
              asked.set(`${i}`, ask(`${i}`, one.person, one.kind, one.host));
              await settled();
            } else if (one.do === 'free') {
              const name = model.free(one.which);
              if (name) await free(name);
            } else if (one.do === 'cancel') {
              const [gone] = model.waiting.splice(one.which % Math.max(model.waiting.length, 1), 1);
              if (gone) asked.get(gone.name)?.cancel();
              await settled();
            } else {
              model.limits = one.limits;
              model.admit();
              semaphore.setLimits(one.limits);
              await settled();
            }
            expect(admitted).toEqual(model.admitted);
            expect(semaphore.running).toBe(model.running.length);
            expect(semaphore.waiting).toBe(model.waiting.length);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
