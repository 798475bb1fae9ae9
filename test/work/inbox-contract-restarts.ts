// The part of the inbox's suite about what the end of a process does to updates, by a clean close or by a crash.

import { describe, expect, it } from 'vitest';
import { noDoubt } from '../../src/work/inbox.ts';
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
        for (const { suspicion, isLeftOver } of again) {
          expect({ suspicion, isLeftOver }).toEqual({ suspicion: 0, isLeftOver: true });
        }
      }
    });

    it('counts nothing for what only waited', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      await times(3, () => stage.reopen());
      expect(await stageOf().suspicions()).toEqual({ 1: 0 });
    });

    it('may be asked for twice', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      await Promise.all([stage.inbox[Symbol.asyncDispose](), stage.inbox[Symbol.asyncDispose]()]);
      await stage.reopen();
      expect(await stageOf().suspicions()).toEqual({ 1: 0 });
    });
  });

  describe('a crash', () => {
    it('casts suspicion on what was taken, up to two', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2));
      for (const suspicion of [0, 1, 2, 2, 2]) {
        expect(await stage.suspicions()).toEqual({ 1: suspicion, 2: suspicion });
        await stage.crash();
      }
    });

    it('casts more on what had begun, and on nothing else', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2, 3));
      for (const suspicion of [0, 1]) {
        expect(await stage.suspicions()).toEqual({ 1: suspicion, 2: suspicion, 3: suspicion });
        await stage.crash();
      }
      for (const suspicion of [2, 3]) {
        expect(await stage.suspicions()).toEqual({ 1: 2, 2: suspicion, 3: suspicion });
        await stage.inbox.begin(2);
        await stage.inbox.begin(3);
        await stage.crash();
      }
      expect(await stage.suspicions()).toEqual({ 1: 2, 2: 4, 3: 4 });
      await stage.crash();
      expect(await stage.suspicions()).toEqual({ 1: 2, 2: 4, 3: 4 });
    });

    it('leaves no doubt about what alone had begun', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2));
      await stage.takeAll();
      await stage.inbox.begin(2);
      await stage.crash();
      expect(await stage.suspicions()).toEqual({ 1: 1, 2: noDoubt });
    });

    it('casts no more on what was released, ended or cleanly closed after it had begun', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1, 2));
      await times(2, async () => {
        await stage.takeAll();
        await stage.crash();
      });
      await stage.takeAll();
      await stage.inbox.begin(1);
      await stage.inbox.begin(2);
      await stage.inbox.done(2);
      await stage.inbox.release(1);
      await stage.takeAll();
      await stage.crash();
      expect(await stage.suspicions()).toEqual({ 1: 2 });
      await stage.inbox.begin(1);
      await stage.reopen();
      await stage.takeAll();
      await stage.crash();
      expect(await stage.suspicions()).toEqual({ 1: 2 });
    });

    it('is no failure, and takes none back', async () => {
      const stage = stageOf();
      await stage.inbox.accept(some(1));
      await stage.takeAll();
      await stage.inbox.release(1, { hasFailed: true });
      await stage.takeAll();
      await stage.crash();
      expect(await stage.failures()).toEqual({ 1: 1 });
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
      expect(await stage.suspicions()).toEqual({ 1: 0, 2: 0 });
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
