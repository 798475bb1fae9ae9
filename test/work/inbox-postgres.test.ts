// The inbox in the Postgres of many instances: the contract, and what only many can do to each other.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { setPace } from '../../src/async/clock.ts';
import { usePostgres } from '../postgres/database.ts';
import { describeInbox } from './inbox-contract.ts';
import { House, layGround } from './inbox-house.ts';
import type { Ground, Process } from './inbox-house.ts';
import { anUpdate, idsOf, signal, some } from './inbox-stage.ts';
import type { Place } from './inbox-stage.ts';

const base = usePostgres();
const times = { beatMs: 40, deadAfterMs: 250 };

let ground: Ground;
beforeAll(async () => {
  ground = await layGround(await base.openEmpty());
  await base.run(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON errand.updates EXECUTE FUNCTION refuse();
    ALTER TABLE errand.updates DISABLE TRIGGER refuse;
  `);
});
afterAll(() => ground[Symbol.asyncDispose]());

async function createPlace(): Promise<Place> {
  await base.empty();
  const house = new House(ground);
  const turn = (what: 'ENABLE' | 'DISABLE') =>
    ground.database.query(`ALTER TABLE errand.updates ${what} TRIGGER refuse`);
  let last: Process | undefined;
  const end = async () => {
    if (last) await house.kill(last);
    last = undefined;
  };
  return {
    many: 1_001,
    countsWaiting: false,
    async open() {
      // It was closed already, or ends now.
      await end();
      last = await house.start();
      await house.declareKilledDead(last);
      return last.inbox;
    },
    crash: end,
    async refuseWrites() {
      await turn('ENABLE');
      return { [Symbol.asyncDispose]: async () => void (await turn('DISABLE')) };
    },
    async damage(updateId) {
      await ground.database.query(`UPDATE errand.updates SET body = '"half"' WHERE id = $1`, [updateId]);
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

describeInbox('PostgresInbox', createPlace, { runs: 15 });

describe('PostgresInbox among others', () => {
  let house: House;
  beforeEach(async () => {
    await base.empty();
    house = new House(ground);
  });
  afterEach(async () => {
    setPace(1);
    vi.useRealTimers();
    await house[Symbol.asyncDispose]();
  });

  const take = async ({ inbox }: Process, limit = 100) => idsOf(await inbox.take(limit, signal()));

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

  it('hears of what comes while it takes', async () => {
    const one = await house.start({ lookEveryMs: 60_000 });
    await one.inbox.accept(some(1));
    one.way.onCommitted = async () => {
      one.way.onCommitted = () => {};
      const { promise: told, resolve } = Promise.withResolvers<void>();
      using _listening = ground.channel.on('updates', () => resolve());
      await one.inbox.accept(some(2));
      await told;
    };
    expect(await take(one)).toEqual([1]);
    expect(await take(one)).toEqual([2]);
  });

  it('is sure again with the next beat after a write that failed', async () => {
    const { inbox } = await house.start(times);
    await base.run('ALTER TABLE errand.updates ENABLE TRIGGER refuse');
    await expect(inbox.accept(some(1))).rejects.toThrow('no room');
    expect(inbox.isSure).toBe(false);
    await base.run('ALTER TABLE errand.updates DISABLE TRIGGER refuse');
    await inbox.untilSure(signal());
    expect(inbox.isSure).toBe(true);
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
      { update: { update_id: 1 }, attempts: 1, isLeftOver: true },
      { update: { update_id: 2 }, attempts: 1, isLeftOver: true },
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
      expect(await heir.inbox.take(1, signal())).toMatchObject([{ attempts: 1, note: {} }]);
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

  it('finds what it has taken although the answer was lost', async () => {
    const troubles: unknown[] = [];
    const unlucky = await house.start({ onTrouble: (error) => troubles.push(error) });
    await unlucky.inbox.accept(some(1, 2));
    unlucky.way.onCommitted = () => {
      unlucky.way.onCommitted = () => {};
      throw new Error('answer lost');
    };
    expect(await take(unlucky)).toEqual([1, 2]);
    expect(troubles).toMatchObject([{ message: 'answer lost' }]);
    await unlucky.inbox.done(1);
    await house.stop(unlucky);
    expect(await take(await house.start())).toEqual([2]);
  });

  it('goes on when the answer to its marks was lost', async () => {
    const { inbox, way } = await house.start();
    await inbox.accept(some(1, 2));
    await inbox.take(2, signal());
    way.onCommitted = () => {
      way.onCommitted = () => {};
      throw new Error('answer lost');
    };
    await Promise.all([inbox.done(1), inbox.release(2, { hasFailed: true })]);
    expect(await inbox.take(2, signal())).toMatchObject([{ update: { update_id: 2 }, attempts: 1 }]);
  });

  it('writes the marks of one moment together', async () => {
    const { inbox, way } = await house.start();
    await inbox.accept(some(...Array.from({ length: 20 }, (_, id) => id)));
    const taken = await take({ inbox } as Process);
    let commits = 0;
    way.onCommitted = () => commits++;
    await Promise.all(taken.map((id) => inbox.done(id)));
    expect([taken.length, commits]).toEqual([20, 1]);
  });

  it('passes over a job whose update is not there', async () => {
    const one = await house.start();
    await one.inbox.accept(some(1, 2));
    await base.run('DELETE FROM errand.updates WHERE id = 1');
    expect(await take(one)).toEqual([2]);
    expect(await base.run(`SELECT count(*)::int AS n FROM errand_boss.job`)).toEqual([{ n: 1 }]);
  });

  it('keeps whatever a person can write, and whatever a reason is made of', async () => {
    const { inbox } = await house.start();
    const update = { ...anUpdate(1), extra: 'a\u0000b \ud800 “😀” {"},\\' };
    await inbox.accept([update]);
    expect((await inbox.take(1, signal()))[0]?.update).toEqual(update);
    await inbox.bury(1, 'a\u0000b \ud800');
    expect(await inbox.buried()).toMatchObject([{ reason: 'a\ufffdb \ufffd' }]);
  });

  it('remembers what is done for longer than Telegram delivers it again, what is buried for a month', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const hour = 60 * 60 * 1000;
    const one = await house.start();
    await one.inbox.accept(some(1, 2, 3));
    await take(one);
    await one.inbox.done(1);
    await one.inbox.bury(2, 'three attempts');
    const left = async (hours: number) => {
      vi.setSystemTime(Date.now() + hours * hour);
      // The first thing that one does is to sweep.
      await house.stop(await house.start());
      const rows = await base.run('SELECT id::int FROM errand.updates WHERE id > 0 ORDER BY id');
      return rows.map(({ id }) => id);
    };
    expect(await left(25)).toEqual([1, 2, 3]);
    expect(await left(2)).toEqual([2, 3]);
    expect(await left(30 * 24)).toEqual([3]);
  });

  it('closes within a second beside a database that says nothing', async () => {
    const { inbox, instances } = await house.start();
    await inbox.accept(some(1));
    await inbox.take(1, signal());
    base.line.hush();
    // Its second is shorter here.
    setPace(20);
    const marking = inbox.done(1);
    await inbox[Symbol.asyncDispose]();
    await instances[Symbol.asyncDispose]();
    await base.line.cut();
    await marking;
    await base.line.mend();
  });
});
