// What every inbox has to keep: a suite that runs over an implementation.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Inbox } from '../../src/work/inbox.ts';
import { describeEnds } from './inbox-contract-ends.ts';
import { describeRestarts } from './inbox-contract-restarts.ts';
import { describeModel } from './inbox-model.ts';
import { Stage, anUpdate, idsOf, signal, some, tick, times } from './inbox-stage.ts';
import type { Place } from './inbox-stage.ts';

/** Runs the suite over inboxes in places that `createPlace` makes, a new and empty one each time. */
export function describeInbox(
  name: string,
  createPlace: () => Promise<Place>,
  { runs = 40 }: { runs?: number } = {},
): void {
  describe(name, () => {
    let stage: Stage;
    let inbox: Inbox;
    beforeEach(async () => {
      stage = await Stage.open(await createPlace());
      ({ inbox } = stage);
    });
    afterEach(async () => {
      await stage[Symbol.asyncDispose]();
    });

    describe('accept', () => {
      it('counts what is new, and lets it be taken whole', async () => {
        const before = Date.now();
        expect(await inbox.accept(some(3, 4, 5))).toBe(3);
        const after = Date.now();
        const entries = await stage.takeAll();
        expect(entries.map(({ update }) => update)).toEqual(some(3, 4, 5));
        for (const { acceptedAt, failures, suspicion, isLeftOver, note } of entries) {
          const known = { failures, suspicion, isLeftOver, note };
          expect(known).toEqual({ failures: 0, suspicion: 0, isLeftOver: false, note: {} });
          expect(acceptedAt).toBeGreaterThanOrEqual(before);
          expect(acceptedAt).toBeLessThanOrEqual(after);
        }
      });

      it('takes an update once, in whatever order and batch it comes again', async () => {
        expect(await inbox.accept(some(10, 11))).toBe(2);
        expect(await inbox.accept(some(11, 12, 10, 12))).toBe(1);
        expect(idsOf(await stage.takeAll())).toEqual([10, 11, 12]);
        expect(await inbox.accept(some(3, 10))).toBe(1);
        expect(idsOf(await stage.takeAll())).toEqual([3]);
      });

      it('takes no update again that is done or buried, not even after a new start', async () => {
        await inbox.accept(some(1, 2, 3));
        await stage.takeAll();
        await inbox.done(1);
        await inbox.bury(2, 'three attempts');
        expect(await inbox.accept(some(1, 2, 3))).toBe(0);
        inbox = await stage.reopen();
        expect(await inbox.accept(some(1, 2, 3, 4))).toBe(1);
        expect(idsOf(await stage.takeAll())).toEqual([3, 4]);
      });

      it('takes an empty batch as nothing', async () => {
        expect(await inbox.accept([])).toBe(0);
        expect(await stage.takeAll()).toEqual([]);
      });

      it('accepts nothing of a batch that cannot be written, and all of it when it can', async () => {
        await inbox.accept(some(1));
        {
          await using _full = await stage.place.refuseWrites();
          await expect(inbox.accept(some(2, 3, 4))).rejects.toThrow();
        }
        expect(await inbox.accept(some(2, 3, 4))).toBe(3);
        inbox = await stage.reopen();
        expect(idsOf(await stage.takeAll())).toEqual([1, 2, 3, 4]);
      });

      it('accepts nothing of a batch that could not be written before the process ended', async () => {
        await inbox.accept(some(1));
        {
          await using _full = await stage.place.refuseWrites();
          await expect(inbox.accept(some(2, 3, 4))).rejects.toThrow();
        }
        expect(idsOf(await stage.takeAll())).toEqual([1]);
        await stage.crash();
        expect(idsOf(await stage.takeAll())).toEqual([1]);
      });
    });

    describe('take', () => {
      it('gives out the oldest first, also when ids do not rise, and no more than wanted', async () => {
        await inbox.accept(some(900));
        await tick();
        await inbox.accept(some(5));
        await tick();
        await inbox.accept(some(6, 7));
        expect(idsOf(await inbox.take(1, signal()))).toEqual([900]);
        expect(idsOf(await inbox.take(3, signal()))).toEqual([5, 6, 7]);
      });

      it('waits until there is one', async () => {
        const taking = inbox.take(5, signal());
        await inbox.accept(some(1));
        expect(idsOf(await taking)).toEqual([1]);
        const again = inbox.take(5, signal());
        expect(await inbox.accept(some(1))).toBe(0);
        await inbox.accept(some(2));
        expect(idsOf(await again)).toEqual([2]);
      });

      it('rejects with the reason of its signal, before and while it waits', async () => {
        const reason = new Error('stop');
        await expect(inbox.take(1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
        const stop = new AbortController();
        const taking = inbox.take(1, { signal: stop.signal });
        stop.abort(reason);
        await expect(taking).rejects.toBe(reason);
        await inbox.accept(some(1));
        await expect(inbox.take(1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
        expect(idsOf(await stage.takeAll())).toEqual([1]);
      });

      it('loses nothing that comes in the moment when it is told to stop', async () => {
        const taken: number[] = [];
        for (let id = 1; id <= 20; id++) {
          const stop = new AbortController();
          const taking = inbox.take(5, { signal: stop.signal }).catch(() => []);
          const accepting = inbox.accept(some(id));
          await times(id % 5, () => new Promise((resolve) => setImmediate(resolve)));
          stop.abort();
          taken.push(...idsOf(await taking));
          await accepting;
        }
        taken.push(...idsOf(await stage.takeAll()));
        expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
      });

      it('gives out each once, although three take at the same time', async () => {
        const stop = new AbortController();
        const taken: number[] = [];
        const takers = [1, 2, 3].map(async (limit) => {
          while (taken.length < 40) {
            const entries = await inbox.take(limit, { signal: stop.signal }).catch(() => []);
            taken.push(...idsOf(entries));
          }
          stop.abort();
        });
        await times(10, (n) => inbox.accept(some(4 * n, 4 * n + 1, 4 * n + 2, 4 * n + 3)));
        await Promise.all(takers);
        expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
      });

      it('buries an update whose content cannot be read, and gives out the others', async () => {
        await inbox.accept(some(1, 2, 3));
        await inbox[Symbol.asyncDispose]();
        await stage.place.damage(2);
        inbox = await stage.reopen();
        expect(idsOf(await stage.takeAll())).toEqual([1, 3]);
        expect(await inbox.buried()).toMatchObject([{ updateId: 2 }]);
      });
    });

    describe('note', () => {
      const notes = async () => (await stage.takeAll()).map(({ note }) => note);

      it('adds to what was noted before and leaves the rest', async () => {
        await inbox.accept(some(1, 2));
        await stage.takeAll();
        await inbox.note(1, { progressId: 50 });
        await inbox.note(1, { answerId: 60 });
        await stage.crash();
        expect(await notes()).toEqual([{ progressId: 50, answerId: 60 }, {}]);
      });

      it('puts a newer value in the place of an older one', async () => {
        await inbox.accept(some(1));
        await stage.takeAll();
        await inbox.note(1, { progressId: 50 });
        await inbox.note(1, { progressId: 51 });
        await stage.crash();
        expect(await notes()).toEqual([{ progressId: 51 }]);
      });

      it('keeps what was noted at the same time', async () => {
        await inbox.accept(some(1));
        await stage.takeAll();
        await Promise.all([inbox.note(1, { progressId: 50 }), inbox.note(1, { answerId: 60 })]);
        await stage.crash();
        expect(await notes()).toEqual([{ progressId: 50, answerId: 60 }]);
      });

      it('opens nothing that was finished, and nothing that is not known', async () => {
        await inbox.accept(some(1));
        await stage.takeAll();
        await inbox.done(1);
        await inbox.note(1, { answerId: 60 });
        await inbox.note(2, { answerId: 60 });
        await stage.crash();
        expect(await notes()).toEqual([]);
      });
    });

    describe('state', () => {
      it('tells how many are open and since when the oldest is', async () => {
        await stage.expectState({ open: 0, oldest: undefined });
        await inbox.accept(some(10));
        await tick();
        await inbox.accept(some(4, 5));
        const [first, second] = await stage.takeAll();
        await stage.expectState({ open: 3, oldest: first?.acceptedAt });
        await inbox.done(10);
        await stage.expectState({ open: 2, oldest: second?.acceptedAt });
        await inbox.bury(4, 'three attempts');
        await inbox.release(5);
        await stage.expectState({ open: 1, oldest: second?.acceptedAt });
      });

      it('tells after a new start what is left open', async () => {
        await inbox.accept(some(1, 2));
        const [first] = await stage.takeAll();
        await inbox.done(1);
        await stage.reopen();
        await stage.expectState({ open: 1, oldest: first?.acceptedAt });
      });
    });

    describe('untilFew', () => {
      it('resolves when few wait, and rejects with the reason of its signal', async () => {
        await inbox.untilFew(signal());
        const many = Array.from({ length: stage.place.many }, (_, n) => n);
        await inbox.accept(some(...many));
        const reason = new Error('stop');
        const stop = new AbortController();
        const stopped = inbox.untilFew({ signal: stop.signal });
        const waiting = inbox.untilFew(signal());
        let isFew = false;
        const noticed = waiting.then(() => (isFew = true));
        stop.abort(reason);
        await expect(stopped).rejects.toBe(reason);
        expect(isFew).toBe(false);
        await stage.takeAll();
        expect(await noticed).toBe(true);
        await expect(inbox.untilFew({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      });
    });

    it('is sure as long as nothing fails', async () => {
      await inbox.untilSure(signal());
      expect(inbox.isSure).toBe(true);
    });

    describeEnds(() => stage);
    describeRestarts(() => stage);
    describeModel(createPlace, { runs });
  });
}

export { anUpdate };
export type { Place };
