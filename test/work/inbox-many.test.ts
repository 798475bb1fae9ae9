// Many inboxes on one Postgres: they share what there is, wake each other, and go on with what the dead have left.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noDoubt } from '../../src/work/inbox.ts';
import { usePostgres } from '../postgres/database.ts';
import { House, layGround } from './inbox-house.ts';
import type { Ground, Process } from './inbox-house.ts';
import { idsOf, signal, some } from './inbox-stage.ts';

const base = usePostgres();
const times = { beatMs: 40, deadAfterMs: 250 };

let ground: Ground;
beforeAll(async () => {
  ground = await layGround(await base.openEmpty());
});
afterAll(() => ground[Symbol.asyncDispose]());

let house: House;
beforeEach(async () => {
  await base.empty();
  house = new House(ground);
});
afterEach(() => house[Symbol.asyncDispose]());

const take = async ({ inbox }: Process, limit = 100) => idsOf(await inbox.take(limit, signal()));

describe('PostgresInbox among others', () => {
  it('accepts an update once that comes to two at the same time', async () => {
    const [one, two] = [await house.start(), await house.start()];
    const counts = await Promise.all([one, two].map(({ inbox }) => inbox.accept(some(1, 2))));
    expect(Math.max(...counts)).toBe(2);
    expect(Math.min(...counts)).toBe(0);
    expect(await take(one)).toEqual([1, 2]);
  });

  it('gives each update to one of them, and leaves some of a burst to the others', async () => {
    const options = { lookEveryMs: 60_000 };
    const [one, two] = [await house.start(options), await house.start(options)];
    await one.inbox.accept(some(...Array.from({ length: 60 }, (_, id) => id)));
    const shares = await Promise.all([one, two, two].map((process) => take(process)));
    expect(shares.map(({ length }) => length)).toEqual([20, 20, 20]);
    expect(new Set(shares.flat()).size).toBe(60);
  });

  it('wakes the others for what it accepts, releases and leaves behind', async () => {
    const [one, two] = [
      await house.start({ lookEveryMs: 60_000 }),
      await house.start({ lookEveryMs: 60_000 }),
    ];
    let taking = take(two);
    await one.inbox.accept(some(1));
    expect(await taking).toEqual([1]);
    taking = take(one);
    await two.inbox.release(1);
    expect(await taking).toEqual([1]);
    taking = take(two);
    await house.stop(one);
    expect(await taking).toEqual([1]);
  });

  it('keeps a turn in its order among all, and wakes the others when it is free', async () => {
    const turnOf = ({ message }: { message?: { text?: string } }) => (message?.text ? 'chat' : undefined);
    const options = { turnOf, lookEveryMs: 60_000 };
    const [one, two] = [await house.start(options), await house.start(options)];
    await one.inbox.accept([...some(1, 2, 3), { update_id: 9 }]);
    expect(await take(one)).toEqual([1, 9]);
    for (const [id, holder, other] of [
      [1, one, two],
      [2, two, one],
    ] as const) {
      const taking = take(other);
      await (id === 1 ? holder.inbox.done(id) : holder.inbox.bury(id, 'three attempts'));
      expect(await taking).toEqual([id + 1]);
    }
  });

  it('gives the others what a killed one held, found by its beats', async () => {
    const [victim, heir] = [await house.start(times), await house.start(times)];
    heir.instances.watch([heir.inbox.takeOver]);
    await victim.inbox.accept(some(1, 2, 3));
    await victim.inbox.take(3, signal());
    await victim.inbox.begin(2);
    await victim.inbox.done(3);
    const taking = heir.inbox.take(3, signal());
    await house.kill(victim);
    expect(await taking).toMatchObject([
      { update: { update_id: 1 }, suspicion: 1, isLeftOver: true },
      { update: { update_id: 2 }, suspicion: noDoubt, isLeftOver: true },
    ]);
  });

  describe('declared dead', () => {
    /** One that holds update 1, which another has taken over meanwhile. */
    async function aStalledOne() {
      const [stalled, heir] = [await house.start(), await house.start()];
      await stalled.inbox.accept(some(1));
      const [entry] = await stalled.inbox.take(1, signal());
      await house.declareDead(stalled.instances.id, heir);
      expect(await take(heir)).toEqual([1]);
      return { stalled, heir, hold: entry?.hold };
    }

    it('ends nothing that is another’s, and learns that by trying', async () => {
      const { stalled, heir, hold } = await aStalledOne();
      await expect(stalled.inbox.begin(1)).rejects.toThrow('not in this instance');
      await Promise.all([stalled.inbox.note(1, { answerId: 5 }), stalled.inbox.done(1)]);
      expect(hold?.aborted).toBe(true);
      await heir.inbox.release(1);
      expect(await heir.inbox.take(1, signal())).toMatchObject([{ suspicion: 1, note: {} }]);
    });

    it('gets nothing more, since nobody would take it over from there', async () => {
      const { stalled, heir, hold } = await aStalledOne();
      await heir.inbox.accept(some(2));
      await expect(stalled.inbox.take(1, signal())).rejects.toThrow('declared dead by the others');
      expect(hold?.aborted).toBe(true);
      expect(stalled.inbox.isSure).toBe(false);
      expect(await take(heir)).toEqual([2]);
    });

    it('is told so by its own beat, while it waits', async () => {
      const [stalled, heir] = [await house.start(times), await house.start()];
      await stalled.inbox.accept(some(1));
      const [entry] = await stalled.inbox.take(1, signal());
      const refused = expect(stalled.inbox.take(1, signal())).rejects.toThrow('declared dead by the others');
      await house.declareDead(stalled.instances.id, heir);
      await refused;
      expect(entry?.hold?.aborted).toBe(true);
    });

    it('cannot be, while it takes', async () => {
      const [taker, heir] = [await house.start(), await house.start()];
      await heir.inbox.accept(some(1));
      const taking = ground.database.transaction(async (tx) => {
        await taker.instances.confirm(tx);
        const blocked = house.declareDead(taker.instances.id, heir);
        const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'DELETE FROM errand.inst%'`;
        while ((await base.run(waits)).length === 0);
        return { blocked };
      });
      const { blocked } = await taking;
      await blocked;
      await expect(ground.database.transaction((tx) => taker.instances.confirm(tx))).rejects.toThrow('dead');
    });
  });
});
