// The way of updates through the queue: order inside a turn, none across, nothing twice, nothing lost.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/postgres/database.ts';
import type { Database } from '../../src/postgres/database.ts';
import { DatabaseError } from '../../src/postgres/failure.ts';
import { openTravel } from '../../src/postgres/travel.ts';
import type { Ticket, Travel } from '../../src/postgres/travel.ts';
import fc from '../properties.ts';
import { eventually, usePostgres } from './database.ts';

const base = usePostgres();
const noTurn = undefined;

let database: Database;
let travel: Travel;
beforeAll(async () => {
  database = await base.openEmpty();
  travel = await openTravel(database);
});
beforeEach(async () => {
  await database.query('DELETE FROM errand_boss.job');
});
afterAll(async () => {
  await travel[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** Lets updates set off: their ids by turn, in the order given. */
const insert = (...updates: [updateId: number, turn: string | undefined][]) =>
  database.transaction((tx) =>
    travel.insert(
      tx,
      updates.map(([updateId, turn]) => ({ updateId, turn })),
    ),
  );
const fetch = (limit = 100) => database.transaction((tx) => travel.take(tx, limit));
const settle = (tickets: readonly Ticket[]) => database.transaction((tx) => travel.settle(tx, tickets));
const giveBack = (updateIds: number[], options?: { afterMs?: number }) =>
  database.transaction((tx) => travel.giveBack(tx, updateIds, options));
const ids = (tickets: readonly Ticket[]) => tickets.map(({ updateId }) => updateId);
const fetchIds = async (limit?: number) => ids(await fetch(limit));
const rising = (list: number[]) => list.toSorted((a, b) => a - b);

describe('Travel', () => {
  it('gives out one of each turn, the oldest, and all without a turn', async () => {
    await insert([5, 'a'], [1, 'a'], [9, noTurn], [3, 'b'], [7, noTurn], [4, 'b'], [2 ** 32, noTurn]);
    expect(rising(await fetchIds())).toEqual([1, 3, 7, 9, 2 ** 32]);
    expect(await fetchIds()).toEqual([]);
  });

  it('gives out the oldest first, as many as are wanted', async () => {
    await insert([2, noTurn]);
    await insert([1, noTurn]);
    await insert([4, noTurn], [3, noTurn]);
    expect(await fetchIds(1)).toEqual([2]);
    expect(await fetchIds(1)).toEqual([1]);
    expect(rising(await fetchIds(3))).toEqual([3, 4]);
  });

  it('gives out the next of a turn when the one before is settled', async () => {
    await insert([1, 'a'], [2, 'a']);
    await insert([3, 'a']);
    for (const id of [1, 2, 3]) {
      const tickets = await fetch();
      expect(ids(tickets)).toEqual([id]);
      expect(await settle(tickets)).toBe(1);
    }
    expect(await fetchIds()).toEqual([]);
  });

  it('takes no turn for the id of an update without one', async () => {
    await insert([1, 'u2'], [2, noTurn]);
    expect(rising(await fetchIds())).toEqual([1, 2]);
  });

  it('drops what is on its way already, in a batch and while it is worked on', async () => {
    await insert([1, 'a'], [1, 'a'], [2, noTurn]);
    await insert([2, noTurn], [3, noTurn]);
    expect(rising(await fetchIds())).toEqual([1, 2, 3]);
    await insert([1, 'a'], [3, 'other']);
    expect(await fetchIds()).toEqual([]);
  });

  it('gives out again what was given back, ahead of its turn, and voids the ticket of before', async () => {
    await insert([1, 'a'], [2, 'a'], [3, noTurn]);
    const before = await fetch();
    await giveBack(ids(before));
    await insert([4, 'a']);
    const again = await fetch();
    expect(rising(ids(again))).toEqual([1, 3]);
    expect(await settle(before)).toBe(0);
    expect(await fetchIds()).toEqual([]);
    expect(await settle(again)).toBe(2);
    expect(await fetchIds()).toEqual([2]);
  });

  it('keeps a turn waiting for an update that was given back for later', async () => {
    await insert([1, 'a'], [2, 'a'], [3, noTurn]);
    await settle((await fetch()).filter(({ updateId }) => updateId === 3));
    await giveBack([1], { afterMs: 300 });
    expect(await fetchIds()).toEqual([]);
    await eventually(async () => expect(await fetchIds()).toEqual([1]));
  });

  it('does nothing of a transaction that is rolled back', async () => {
    await insert([1, 'a'], [2, 'a']);
    const failing = database.transaction(async (tx) => {
      await travel.insert(tx, [{ updateId: 3, turn: noTurn }]);
      const tickets = await travel.take(tx, 100);
      expect(rising(ids(tickets))).toEqual([1, 3]);
      await travel.settle(tx, tickets);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await fetchIds()).toEqual([1]);
  });

  it('gives nothing to two who fetch at the same time, and keeps everything through an outage', async () => {
    await insert(...Array.from({ length: 60 }, (_, n): [number, string] => [n, `t${n % 20}`]));
    const shares = await Promise.all([fetchIds(15), fetchIds(15)]);
    expect(new Set(shares.flat()).size).toBe(shares.flat().length);
    await giveBack(shares.flat());
    await base.line.cut();
    await base.line.mend();
    const heads = await eventually(() => fetchIds());
    expect(rising(heads)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it(
    'keeps each turn in order, whatever is settled and given back meanwhile',
    { timeout: 30_000 },
    async () => {
      const step = fc.record({
        arrive: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }),
        limit: fc.integer({ min: 1, max: 4 }),
        settles: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      });
      let next = 1;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
          const waiting: Record<string, number[]> = { a: [], b: [], c: [] };
          const turnOf = (id: number) => Object.values(waiting).find((line) => line.includes(id));
          const last = { arrive: [], limit: 4, settles: [true, true, true, true] };
          const left = () => Object.values(waiting).flat().length;
          for (let i = 0; i < steps.length || left() > 0; i++) {
            const { arrive, limit, settles } = steps[i] ?? last;
            const updates = arrive.map((turn): [number, string] => [next++, turn]);
            await insert(...updates);
            for (const [id, turn] of updates) waiting[turn]?.push(id);
            const tickets = await fetch(limit);
            const heads = Object.values(waiting).filter((line) => line.length > 0);
            expect(tickets).toHaveLength(Math.min(limit, heads.length));
            for (const { updateId } of tickets) expect(turnOf(updateId)?.[0]).toBe(updateId);
            const done = tickets.filter((_, n) => settles[n]);
            for (const { updateId } of done) turnOf(updateId)?.shift();
            expect(await settle(done)).toBe(done.length);
            await giveBack(ids(tickets.filter((one) => !done.includes(one))));
          }
        }),
        { numRuns: 12 },
      );
    },
  );
});

describe('openTravel', () => {
  it('may be done by three at once, and again', async () => {
    const empty = await base.createBare();
    await using stack = new AsyncDisposableStack();
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase(empty)));
    for (const one of databases) stack.use(one);
    for (const one of await Promise.all(databases.map((one) => openTravel(one)))) stack.use(one);
    await using again = await openTravel(database);
    await insert([1, noTurn]);
    expect(ids(await database.transaction((tx) => again.take(tx, 1)))).toEqual([1]);
  });

  it('refuses the queue of a newer program and says which', async () => {
    await using newer = await openDatabase(await base.createBare());
    await newer.query('CREATE SCHEMA errand_boss; CREATE TABLE errand_boss.version AS SELECT 999 AS version');
    const failing = openTravel(newer);
    await expect(failing).rejects.toBeInstanceOf(DatabaseError);
    await expect(failing).rejects.toThrow(/"errand_boss" has version 999, this program knows \d+/);
  });
});
