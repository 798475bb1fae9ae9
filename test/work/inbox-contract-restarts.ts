// The part of the inbox's suite about what the end of a process does to updates, by a clean close or by a crash.

import { describe, expect, it } from 'vitest';
import { some, times } from './inbox-stage.ts';
import type { Stage } from './inbox-stage.ts';

/** Runs this part on the stage of each test. */
export function describeRestarts(stageOf: () => Stage): void {
  describe('a clean close', () => {
    it('lets what was taken wait again, uncounted, however often', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2));
      const entries = await stage.takeAll();
      await stage.inbox.begin(2);
      for (let n = 0; n < 4; n++) {
        await stage.reopen();
        const again = await stage.takeAll();
        expect(again.map(({ acceptedAt }) => acceptedAt)).toEqual(
          entries.map(({ acceptedAt }) => acceptedAt),
        );
        for (const { attempts, isLeftOver } of again) {
          expect({ attempts, isLeftOver }).toEqual({ attempts: 0, isLeftOver: true });
        }
      }
    });

    it('counts nothing for what only waited', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      await times(3, () => stage.reopen());
      expect(await stageOf().attempts()).toEqual({ 1: 0 });
    });

    it('may be asked for twice', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      await Promise.all([stage.inbox[Symbol.asyncDispose](), stage.inbox[Symbol.asyncDispose]()]);
      await stage.reopen();
      expect(await stageOf().attempts()).toEqual({ 1: 0 });
    });
  });

  describe('a crash', () => {
    it('counts a failed try of what was taken, up to two', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2));
      for (const attempts of [0, 1, 2, 2, 2]) {
        expect(await stageOf().attempts()).toEqual({ 1: attempts, 2: attempts });
        await stage.crash();
      }
    });

    it('counts the third of what was begun alone, and of nothing else', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2, 3));
      for (const attempts of [0, 1]) {
        expect(await stageOf().attempts()).toEqual({ 1: attempts, 2: attempts, 3: attempts });
        await stage.crash();
      }
      await stage.takeAll();
      await stage.inbox.begin(2);
      await stage.crash();
      expect(await stageOf().attempts()).toEqual({ 1: 2, 2: 3, 3: 2 });
      await stage.crash();
      expect(await stageOf().attempts()).toEqual({ 1: 2, 2: 3, 3: 2 });
    });

    it('counts no third try of what was released or cleanly closed after it was begun', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      await times(2, async () => {
        await stage.takeAll();
        await stage.inbox.release(1, { hasFailed: true });
      });
      await stage.takeAll();
      await stage.inbox.begin(1);
      await stage.inbox.release(1);
      await stage.takeAll();
      await stage.crash();
      expect(await stageOf().attempts()).toEqual({ 1: 2 });
      await stage.inbox.begin(1);
      await stage.reopen();
      await stage.takeAll();
      await stage.crash();
      expect(await stageOf().attempts()).toEqual({ 1: 2 });
    });

    it('takes nothing back of what failed tries were counted', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      for (const attempts of [0, 1, 2]) {
        expect(await stageOf().attempts()).toEqual({ 1: attempts });
        await stage.inbox.release(1, { hasFailed: true });
      }
      expect(await stageOf().attempts()).toEqual({ 1: 3 });
      await stage.crash();
      expect(await stageOf().attempts()).toEqual({ 1: 3 });
    });

    it('marks as left over what was taken', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      await stage.takeAll();
      await stage.crash();
      expect(await stage.takeAll()).toMatchObject([{ isLeftOver: true }]);
    });

    it('loses nothing of what only waited', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2));
      await stage.crash();
      const attempts = stage.place.countsWaiting ? 1 : 0;
      expect(await stageOf().attempts()).toEqual({ 1: attempts, 2: attempts });
    });
  });

  describe('begin', () => {
    it('rejects when it cannot be written', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      await stage.takeAll();
      {
        await using _full = await stage.place.refuseWrites();
        await expect(stage.inbox.begin(1)).rejects.toThrow();
      }
      await stage.inbox.begin(1);
    });
  });
}
