// The inbox in Postgres: the contract, and what only a database that is somewhere else can do to it.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { setPace } from '../../src/async/clock.ts';
import { usePostgres } from '../postgres/database.ts';
import { describeInbox } from './inbox-contract.ts';
import { House, layGround } from './inbox-house.ts';
import type { Ground, Process } from './inbox-house.ts';
import { anUpdate, idsOf, signal, some } from './inbox-stage.ts';
import type { Place } from './inbox-stage.ts';

const base = usePostgres();
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
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

/** Lets the table of updates take no write until the result is disposed of. */
async function refuseWrites(): Promise<AsyncDisposable> {
  const turn = (what: 'ENABLE' | 'DISABLE') => base.run(`ALTER TABLE errand.updates ${what} TRIGGER refuse`);
  await turn('ENABLE');
  return { [Symbol.asyncDispose]: async () => void (await turn('DISABLE')) };
}

async function createPlace(): Promise<Place> {
  await base.empty();
  const house = new House(ground);
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
    refuseWrites,
    async damage(updateId) {
      await ground.database.query(`UPDATE errand.updates SET body = '"half"' WHERE id = $1`, [updateId]);
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

describeInbox('PostgresInbox', createPlace, { runs: 15 });

describe('PostgresInbox', () => {
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

  /** Does what is told to all, and waits until it was. */
  async function told(work: () => Promise<unknown>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    using _listening = ground.channel.on('updates', () => resolve());
    await work();
    await promise;
  }

  const take = async ({ inbox }: Process, limit = 100) => idsOf(await inbox.take(limit, signal()));

  it('takes a long line without being told again', async () => {
    const one = await house.start({ lookEveryMs: 60_000 });
    await told(() => one.inbox.accept(some(...Array.from({ length: 45 }, (_, id) => id))));
    const shares = [await take(one), await take(one), await take(one)];
    expect(shares.map(({ length }) => length)).toEqual([20, 20, 5]);
  });

  it('hears of what comes while it takes', async () => {
    const one = await house.start({ lookEveryMs: 60_000 });
    await one.inbox.accept(some(1));
    one.way.onCommitted = async () => {
      one.way.onCommitted = () => {};
      await told(() => one.inbox.accept(some(2)));
    };
    expect(await take(one)).toEqual([1]);
    expect(await take(one)).toEqual([2]);
  });

  it('is sure again with the next beat after a write that failed', async () => {
    const { inbox } = await house.start(times);
    {
      await using _full = await refuseWrites();
      await expect(inbox.accept(some(1))).rejects.toThrow('no room');
      expect(inbox.isSure).toBe(false);
    }
    await inbox.untilSure(signal());
    expect(inbox.isSure).toBe(true);
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
    expect(await inbox.take(2, signal())).toMatchObject([{ update: { update_id: 2 }, failures: 1 }]);
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
    const one = await house.start();
    await one.inbox.accept(some(1, 2, 3));
    await take(one);
    await one.inbox.done(1);
    await one.inbox.bury(2, 'three attempts');
    const left = async (hours: number) => {
      await base.run(`UPDATE errand.updates SET accepted_at = accepted_at - ${hours} * 3600000::bigint`);
      // The first thing that one does is to sweep.
      await house.stop(await house.start());
      const rows = await base.run('SELECT id::int FROM errand.updates WHERE id > 0 ORDER BY id');
      return rows.map(({ id }) => id);
    };
    expect(await left(25)).toEqual([1, 2, 3]);
    expect(await left(2)).toEqual([2, 3]);
    expect(await left(30 * 24)).toEqual([3]);
  });

  it.each([-2, 2])(
    'counts by the clock of the database, though its own is off by %i hours',
    async (hours) => {
      const one = await house.start();
      await one.inbox.accept(some(1));
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * hourMs });
      await one.inbox.accept(some(2));
      const entries = [...(await one.inbox.take(1, signal())), ...(await one.inbox.take(1, signal()))];
      expect(idsOf(entries)).toEqual([1, 2]);
      for (const { acceptedAt } of entries) {
        expect(acceptedAt).toBeLessThanOrEqual(Date.now());
        expect(acceptedAt).toBeGreaterThan(Date.now() - minuteMs);
      }
      const { oldest } = (await house.start()).inbox.state();
      expect(oldest).toBeGreaterThan(Date.now() - minuteMs);
      await one.inbox.done(1);
      await house.stop(await house.start());
      expect(await base.run('SELECT id::int FROM errand.updates WHERE id > 0 ORDER BY id')).toHaveLength(2);
      vi.useRealTimers();
      const [row] = await base.run('SELECT max(accepted_at)::text AS at FROM errand.updates');
      expect(Math.abs(Number(row?.['at']) - Date.now())).toBeLessThan(minuteMs);
    },
  );

  it('takes over at its start what one holds that is not among the instances any more', async () => {
    const one = await house.start();
    await one.inbox.accept(some(1, 2));
    expect(await take(one, 2)).toEqual([1, 2]);
    await house.kill(one);
    await base.run(`DELETE FROM errand.instances;
      INSERT INTO errand.holds VALUES ('${one.instances.id}', '7', 'lookup', 1)`);
    const entries = await (await house.start()).inbox.take(2, signal());
    expect(entries).toMatchObject([{ isLeftOver: true, suspicion: 1 }, { isLeftOver: true }]);
    expect(await base.run('SELECT * FROM errand.holds')).toEqual([]);
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
