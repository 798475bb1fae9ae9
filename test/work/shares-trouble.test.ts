// A person's share over several instances while one of them, or the database, is in trouble.

import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/postgres/database.ts';
import { Shares } from '../../src/work/shares.ts';
import { eventually } from '../postgres/database.ts';
import { roomy, useShares } from './share-work.ts';
import type { Member } from './some-instances.ts';

const stage = useShares();
const { work, heldRows, isForgotten, staysOpen } = stage;

/** The database with transactions of another kind. */
function withTransactions(database: Database, transaction: Database['transaction']): Database {
  return {
    transaction,
    query: (...parameters) => database.query(...parameters),
    connect: (options) => database.connect(options),
    async [Symbol.asyncDispose]() {},
  };
}

describe('Shares in trouble', () => {
  it("give a dead instance's part back", async () => {
    const it = await work(1, { share: 2 });
    const [member] = it.members as [Member];
    const [shares] = it.all as [Shares];
    member.instances.watch([shares.takeOver]);
    const dead = '00000000-0000-4000-8000-000000000001';
    await stage.database.query(`INSERT INTO errand.instances (id, name, version) VALUES ($1, 'b', '1')`, [
      dead,
    ]);
    await stage.database.query(`INSERT INTO errand.holds VALUES ($1, '1', 'lookup', 2)`, [dead]);
    const waiting = it.take(0);
    await staysOpen(waiting);
    using _permit = await waiting;
    expect(await heldRows()).toEqual([{ person: '1', kind: 'lookup', held: 1 }]);
  });

  it('grant nothing on an instance that was declared dead, and do not count what it wrote', async () => {
    const it = await work(2, { share: 1 });
    using _late = await it.take(0);
    await stage.database.query('DELETE FROM errand.instances WHERE id = $1', [it.members[0]?.instances.id]);
    await expect(it.take(0)).rejects.toThrow('declared dead');
    using _permit = await it.take(1);
  });

  it('grant nothing on an instance that has not heard yet that it was declared dead', async () => {
    const it = await work(1);
    const [member] = it.members as [Member];
    const trouble = Promise.withResolvers<unknown>();
    const instances = { id: randomUUID(), alive: new AbortController().signal };
    const late = new Shares({ ...member, instances, limits: roomy, onTrouble: trouble.resolve });
    const waiting = late.acquire({ person: '1', kind: 'lookup', request: 'r' });
    expect(await trouble.promise).toMatchObject({ message: 'Cannot hold a share: declared dead' });
    late[Symbol.dispose]();
    await expect(waiting).rejects.toThrow('closed');
    expect(await heldRows()).toEqual([]);
  });

  it('count nothing for a claim that was given up when it had been written but not committed', async () => {
    const it = await work(1);
    const [member] = it.members as [Member];
    const stop = new AbortController();
    const late = withTransactions(member.database, (run) =>
      member.database.transaction(async (tx) => {
        const result = await run(tx);
        stop.abort(new Error('cancelled'));
        return result;
      }),
    );
    const shares = stage.stack.use(new Shares({ ...member, database: late, limits: roomy }));
    const claim = { person: '1', kind: 'lookup', request: 'r' } as const;
    await expect(shares.acquire(claim, { signal: stop.signal })).rejects.toThrow('cancelled');
    expect(shares.running).toBe(0);
    await isForgotten();
  });

  it('ask again when nobody knows whether the database has counted', async () => {
    const it = await work(1);
    const [member] = it.members as [Member];
    let losses = 3;
    const lossy = withTransactions(member.database, async (run) => {
      const result = await member.database.transaction(run);
      if (losses-- > 0) throw new Error('connection lost');
      return result;
    });
    const shares = stage.stack.use(new Shares({ ...member, database: lossy, limits: roomy }));
    const permit = await shares.acquire({ person: '1', kind: 'lookup', request: 'r' });
    expect(await heldRows()).toMatchObject([{ held: 1 }]);
    losses = 1;
    permit[Symbol.dispose]();
    await isForgotten();
  });

  it('grant nothing while the database is away, obey signals, and go on when it is back', async () => {
    const it = await work(2, { share: 2 });
    const permits = [await it.take(0), await it.take(1)];
    await stage.base.line.cut();
    const stop = new AbortController();
    const given = it.take(0, { signal: stop.signal });
    const patient = [it.take(0), it.take(1)];
    for (const permit of permits) permit[Symbol.dispose]();
    const before = it.held;
    stop.abort(new Error('cancelled'));
    await expect(given).rejects.toThrow('cancelled');
    expect([before, it.held]).toEqual([0, 0]);
    await stage.base.line.mend();
    for (const permit of await Promise.all(patient)) permit[Symbol.dispose]();
    expect(it.most).toBe(2);
    await isForgotten();
  });

  it('write down again what the database has lost', async () => {
    const it = await work(1);
    using _permit = await it.take(0);
    await stage.database.query('TRUNCATE errand.holds');
    await stage.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE query = 'LISTEN errand' AND datname = current_database()`,
    );
    await eventually(async () => expect(await heldRows()).toMatchObject([{ held: 1 }]));
  });
});
