// The part of the inbox's suite about how an update ends, or waits again because somebody says so.

import { describe, expect, it } from 'vitest';
import { idsOf, signal, some, tick } from './inbox-stage.ts';
import type { Stage } from './inbox-stage.ts';

/** Runs this part on the stage of each test. */
export function describeEnds(stageOf: () => Stage): void {
  describe('done', () => {
    it('is kept through a clean close and through a crash', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2, 3));
      await stage.takeAll();
      await stage.inbox.done(1);
      await stage.reopen();
      expect(idsOf(await stage.takeAll())).toEqual([2, 3]);
      await stage.inbox.done(2);
      await stage.crash();
      expect(idsOf(await stage.takeAll())).toEqual([3]);
    });

    it('that cannot be written is written with the next mark', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2));
      await stage.takeAll();
      const { ending } = await refused(stage, () => stage.inbox.done(1));
      await stage.inbox.note(2, { progressId: 5 });
      await ending;
      await stage.crash();
      expect(idsOf(await stage.takeAll())).toEqual([2]);
    });

    it('that cannot be written is written when the inbox is closed', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2));
      await stage.takeAll();
      const { ending } = await refused(stage, () => stage.inbox.done(1));
      await stage.reopen();
      await ending;
      expect(idsOf(await stage.takeAll())).toEqual([2]);
    });

    it('does not keep the inbox from closing when it cannot be written', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      await stage.takeAll();
      {
        await using _full = await stage.place.refuseWrites();
        const ending = stage.inbox.done(1).catch(() => {});
        await stage.inbox[Symbol.asyncDispose]();
        await ending;
      }
      await stage.reopen();
      expect(idsOf(await stage.takeAll())).toEqual([1]);
    });

    it('is kept although the inbox is closed in the same moment', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2));
      await stage.takeAll();
      const marks = [stage.inbox.done(1), stage.inbox.note(2, { answerId: 9 })];
      await stage.reopen();
      expect(await stage.takeAll()).toMatchObject([{ update: { update_id: 2 }, note: { answerId: 9 } }]);
      await Promise.all(marks);
    });

    it('is kept although something is noted in the same moment', async () => {
      const stage = stageOf();
      const { inbox } = stage;
      await inbox.accept(some(1, 2, 3));
      await stage.takeAll();
      const marks = [inbox.note(1, { answerId: 60 }), inbox.done(1), inbox.done(2)];
      marks.push(inbox.note(2, { answerId: 61 }), inbox.note(3, { progressId: 50 }), inbox.bury(3, 'no'));
      await Promise.all(marks);
      await stage.crash();
      expect(await stage.takeAll()).toEqual([]);
    });
  });

  describe('release', () => {
    it('lets an update wait again, ahead of younger ones, as it was', async () => {
      const stage = stageOf();
      const { inbox } = stage;
      await inbox.accept(some(1));
      const [{ hold: _hold, ...before } = {}] = await stage.takeAll();
      await tick();
      await inbox.accept(some(2));
      await inbox.note(1, { progressId: 5 });
      await inbox.release(1);
      expect(await stage.takeAll()).toMatchObject([
        { ...before, isLeftOver: true, note: { progressId: 5 } },
        { update: { update_id: 2 }, isLeftOver: false },
      ]);
    });

    it('wakes one who waits to take', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      await stage.takeAll();
      const taking = stage.inbox.take(1, signal());
      await stage.inbox.release(1);
      expect(idsOf(await taking)).toEqual([1]);
    });

    it('lets an update wait for a time', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2));
      await stage.takeAll();
      await stage.inbox.release(1, { afterMs: 300 });
      await stage.inbox.release(2);
      expect(idsOf(await stage.inbox.take(2, signal()))).toEqual([2]);
      expect(await stage.inbox.take(2, signal())).toMatchObject([{ update: { update_id: 1 }, failures: 0 }]);
    });

    it('for later is not forgotten over a new start', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      await stage.takeAll();
      await stage.inbox.release(1, { afterMs: 100, hasFailed: true });
      await stage.reopen();
      expect(await stage.inbox.take(1, signal())).toMatchObject([{ failures: 1, isLeftOver: true }]);
    });

    it('counts failed tries, as many as there are, and no other ones', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      for (const failures of [0, 1, 2, 3, 4]) {
        expect(await stageOf().failures()).toEqual({ 1: failures });
        await stage.inbox.release(1);
        expect(await stageOf().failures()).toEqual({ 1: failures });
        await stage.inbox.release(1, { hasFailed: true });
      }
    });
  });

  describe('bury', () => {
    it('ends an update, and lists the newest with their reasons, twenty at most', async () => {
      const stage = stageOf();
      expect(await stage.inbox.buried()).toEqual([]);
      for (let id = 1; id <= 22; id++) {
        await stage.inbox.accept(some(id));
        const [entry] = await stage.takeAll();
        await stage.inbox.bury(id, `reason ${id}`);
        if (id !== 22) continue;
        expect((await stage.inbox.buried())[0]).toEqual({
          updateId: 22,
          acceptedAt: entry?.acceptedAt,
          reason: 'reason 22',
        });
      }
      await stage.crash();
      const reasons = (await stage.inbox.buried()).map(({ reason }) => reason);
      expect(reasons).toEqual(Array.from({ length: 20 }, (_, n) => `reason ${22 - n}`));
      expect(await stage.takeAll()).toEqual([]);
    });
  });

  describe('retry', () => {
    it('lets a buried update wait again as if it were new, once', async () => {
      const stage = stageOf();
      const { inbox } = stage;
      await inbox.accept(some(1));
      await stage.takeAll();
      await inbox.release(1, { hasFailed: true });
      await stage.takeAll();
      await inbox.note(1, { progressId: 5 });
      await inbox.bury(1, 'three attempts');
      await tick();
      const before = Date.now();
      expect(await inbox.retry(1)).toBe(true);
      expect(await inbox.retry(1)).toBe(false);
      expect(await inbox.buried()).toEqual([]);
      const [entry, ...others] = await stage.takeAll();
      expect(others).toEqual([]);
      expect(entry).toMatchObject({ update: { update_id: 1 }, failures: 0, suspicion: 0, isLeftOver: true });
      expect(entry?.note).toEqual({ isRetried: true });
      // Its deadline counts from now on.
      expect(entry?.acceptedAt).toBeGreaterThanOrEqual(before);
    });

    it('wakes one who waits to take', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      await stage.takeAll();
      await stage.inbox.bury(1, 'three attempts');
      const taking = stage.inbox.take(1, signal());
      await stage.inbox.retry(1);
      expect(idsOf(await taking)).toEqual([1]);
    });

    it('knows nothing of what is open, done or was never there', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2));
      await stage.takeAll();
      await stage.inbox.done(2);
      for (const id of [1, 2, 3]) expect(await stage.inbox.retry(id)).toBe(false);
      expect(await stage.takeAll()).toEqual([]);
    });
  });
}

/** Lets a mark be made that cannot be written; it may reject, or wait until it can be. */
async function refused(stage: Stage, mark: () => Promise<void>): Promise<{ ending: Promise<void> }> {
  await using _full = await stage.place.refuseWrites();
  const ending = mark().catch(() => {});
  await expect(stage.inbox.accept(some(99))).rejects.toThrow();
  return { ending };
}
