// The fair semaphore against a slow model that looks at everybody each time.

import { describe, expect, it } from 'vitest';
import fc from '../properties.ts';
import { settled, watched } from './watched-semaphore.ts';
import type { Kind, Limits } from './watched-semaphore.ts';

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
        (!wish.host || !this.limits.perHost || this.#hasRoomAt(wish.host, wish.person));
      for (;;) {
        const held = (wish: Wish) => count((r) => r.person === wish.person);
        const next = this.waiting.filter(fits).toSorted((a, b) => held(a) - held(b))[0];
        if (!next) return;
        this.waiting = this.waiting.filter((wish) => wish !== next);
        this.running.push(next);
        this.admitted.push(next.name);
      }
    }

    #hasRoomAt(host: string, person: string): boolean {
      const there = this.running.filter((wish) => wish.host === host);
      const own = there.filter((wish) => wish.person === person);
      return there.length < this.limits.perHost && own.length < Math.max(1, this.limits.perHost - 1);
    }

    /** How many of one kind go first if slots were given to it without limits, one after another. */
    ahead(wish: Wish): number {
      const held = new Map<string, number>();
      for (const { person } of this.running) held.set(person, (held.get(person) ?? 0) + 1);
      const holds = ({ person }: Wish) => held.get(person) ?? 0;
      const left = this.waiting.filter(({ kind }) => kind === wish.kind);
      for (let count = 0; ; count++) {
        const next = left.toSorted((a, b) => holds(a) - holds(b))[0];
        if (!next || next === wish) return count;
        left.splice(left.indexOf(next), 1);
        held.set(next.person, holds(next) + 1);
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
    perHost: fc.integer({ min: 0, max: 4 }),
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

  it('FairSemaphore admits the same claims in the same order as the model, and tells the same of who goes first', async () => {
    await fc.assert(
      fc.asyncProperty(
        limits,
        fc.array(step, { minLength: 40, maxLength: 120, size: 'max' }),
        async (start, steps) => {
          const model = new Model(start);
          const { semaphore, admitted, aheads, ask, free } = watched(start);
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
            expect(model.waiting.map(({ name }) => aheads.get(name)?.())).toEqual(
              model.waiting.map((wish) => model.ahead(wish)),
            );
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
