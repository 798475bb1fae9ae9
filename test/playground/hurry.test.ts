// The playground's clock and its rush hour, with the bot in its own process. The clock is one for the whole file.

import { describe, expect, it } from 'vitest';
import { said, startStage } from './stage.ts';

describe('The clock', () => {
  it('brings the fallback for a page that never answers sooner, also in a process that was killed', async () => {
    await using stage = await startStage();
    const { backstage } = stage.playground;
    expect(backstage.setPace(60)).toMatchObject({ pace: 60 });
    backstage.killBot();
    await stage.enters('down');
    await stage.enters('up');
    stage.ann.send(stage.address('silent'));
    const { engine } = await stage.until(({ engine: { requests } }) => requests[0]?.ending !== undefined);
    expect(engine.requests[0]).toMatchObject({ ending: 'timed out' });
    expect(engine.requests[0]?.totalMs).toBeGreaterThanOrEqual(15_000);
    // A quarter of a second at this pace, far from the 15 s that it takes otherwise.
  }, 10_000);

  it('goes on from where it was when it is slowed down', async () => {
    await using stage = await startStage();
    const { backstage, emulator } = stage.playground;
    backstage.setPace(60);
    const { at } = backstage.setPace(1);
    expect(emulator.clock.now()).toBeGreaterThanOrEqual(at);
    expect(stage.state().clock.pace).toBe(1);
  });
});

describe('RushHour', () => {
  it('ends with every request answered, each by its deadline, and nobody heard nothing', async () => {
    await using stage = await startStage({ LOOKUP_DEADLINE_MS: '5000' });
    const { backstage, emulator } = stage.playground;
    const begun = backstage.startRush();
    expect(begun).toMatchObject({ people: 50, endings: {} });
    expect(() => backstage.startRush()).toThrow('one is going on');
    const { rush, engine, people } = await stage.until((state) => state.rush?.endedAt !== undefined);
    const endings = Object.values(rush?.endings ?? {}).reduce((sum, count) => sum + count, 0);
    expect(rush).toMatchObject({ people: 50, open: 0 });
    expect([endings, engine.requests.length]).toEqual([rush?.requests, rush?.requests]);
    expect(endings).toBeGreaterThanOrEqual(200);
    const crowd = people.filter(({ isCrowd }) => isCrowd);
    expect(crowd).toHaveLength(50);
    for (const { chatId } of crowd) {
      const person = emulator.person({ id: chatId });
      expect(said(person).length).toBeGreaterThanOrEqual(4);
    }
    const fullest = Math.max(...engine.loads.map(({ running, waiting }) => running + waiting));
    expect(fullest).toBeGreaterThan(20);
  });
});
