// The inbox of many instances when its Postgres is away: what waits is done when it is back, and nothing is lost.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/postgres/database.ts';
import { prepareSchema } from '../../src/postgres/schema.ts';
import { startServer } from '../postgres/server.ts';
import type { Server } from '../postgres/server.ts';
import { House, layGround } from './inbox-house.ts';
import type { Process } from './inbox-house.ts';
import { idsOf, signal, some } from './inbox-stage.ts';

const times = { beatMs: 50, deadAfterMs: 400 };

describe('PostgresInbox in an outage', () => {
  let stack: AsyncDisposableStack;
  let server: Server;
  let house: House;
  let one: Process;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    const database = await openDatabase(server.url());
    await database.query('DROP SCHEMA IF EXISTS errand, errand_boss CASCADE');
    await prepareSchema(database);
    const ground = stack.use(await layGround(database));
    house = stack.use(new House(ground));
    one = await house.start(times);
  });
  afterEach(() => stack.disposeAsync());

  it('goes on by itself with all that was to be written, taken and accepted', async () => {
    const { inbox, instances } = one;
    const two = await house.start(times);
    for (const { inbox, instances } of [one, two]) instances.watch([inbox.takeOver]);
    await inbox.accept(some(1, 2, 3, 4));
    const [first] = await inbox.take(4, signal());
    const taking = [inbox.take(1, signal()), two.inbox.take(1, signal())];

    await server.stop();
    const marking = [inbox.note(1, { answerId: 7 }), inbox.done(1), inbox.note(2, { progressId: 8 })];
    marking.push(inbox.release(3, { hasFailed: true }));
    await expect(inbox.accept(some(5))).rejects.toThrow();
    expect(inbox.isSure).toBe(false);
    const sure = inbox.untilSure(signal());
    await server.start();

    await Promise.all([...marking, sure]);
    expect(await Promise.race(taking)).toMatchObject([{ update: { update_id: 3 }, failures: 1 }]);
    expect(await inbox.accept(some(5))).toBe(1);
    expect((await Promise.all(taking)).flatMap(idsOf).toSorted((a, b) => a - b)).toEqual([3, 5]);
    expect([first?.hold?.aborted, instances.alive.aborted]).toEqual([false, false]);

    await house.stop(two);
    await house.stop(one);
    const left = await (await house.start()).inbox.take(5, signal());
    expect(left.map(({ update, failures, note }) => [update.update_id, failures, note])).toEqual([
      [2, 0, { progressId: 8 }],
      [3, 1, {}],
      [4, 0, {}],
      [5, 0, {}],
    ]);
  });

  it('closes at once, and leaves what it held to the others', async () => {
    await one.inbox.accept(some(1));
    await one.inbox.take(1, signal());
    await server.stop();
    const marking = one.inbox.done(1);
    await house.stop(one);
    await marking;
    await server.start();
    const heir = await house.start(times);
    heir.instances.watch([heir.inbox.takeOver]);
    expect(await heir.inbox.take(1, signal())).toMatchObject([{ update: { update_id: 1 }, suspicion: 1 }]);
  });
});
