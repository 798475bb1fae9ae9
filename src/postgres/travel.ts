// How accepted updates travel to the instance that works on them: pg-boss keeps those of one turn in their order.
//
// Of the updates with the same turn only the oldest can be fetched, until it is settled; given back, it is the oldest
// again. Those without a turn wait for nobody. Everything happens in the caller's transaction. Nobody is told when the
// next of a turn becomes free: whoever settles one has to look again, and let the others look.

import { PgBoss } from 'pg-boss';
import packageJson from 'pg-boss/package.json' with { type: 'json' };
import type { Database, Queryable } from './database.ts';
import { DatabaseError, toDatabaseError } from './failure.ts';

const schema = 'errand_boss';
const queue = 'updates';
const yearSeconds = 365 * 24 * 60 * 60;

/** An update to be worked on, as it was fetched; a later fetch of the same update makes it void. */
export interface Ticket {
  readonly updateId: number;
  readonly fetched: number;
}

/** The updates on their way. */
export interface Travel extends AsyncDisposable {
  /** Lets updates set off, the lowest id first; those that are on their way already stay where they are. */
  insert(tx: Queryable, updates: readonly { updateId: number; turn: string | undefined }[]): Promise<void>;
  /**
   * The oldest that may be worked on, `limit` at most and in any order, as are those that set off together; nobody
   * else gets them until they are given back.
   */
  take(tx: Queryable, limit: number): Promise<Ticket[]>;
  /** Ends their way; returns how many of the tickets were not void. */
  settle(tx: Queryable, tickets: readonly Ticket[]): Promise<number>;
  /** Lets fetched ones set off again, to be fetched in `afterMs` at the earliest; the rest of their turn waits. */
  giveBack(tx: Queryable, updateIds: readonly number[], options?: { afterMs?: number }): Promise<void>;
}

/**
 * Opens the queue, and makes it when there is none. `onTrouble` is told of maintenance that failed. Rejects with
 * DatabaseError when the queue belongs to a newer program or cannot be made.
 */
export async function openTravel(
  database: Database,
  { onTrouble = () => {} }: { onTrouble?: (error: unknown) => void } = {},
): Promise<Travel> {
  const boss = new PgBoss({ db: asDb(database), schema, schedule: false, registerInstance: false });
  boss.on('error', onTrouble);
  try {
    await refuseNewer(database);
    await boss.start();
    await boss.createQueue(queue, {
      policy: 'key_strict_fifo',
      // Attempts are counted by the inbox: a job that failed for good would block its turn for ever.
      retryLimit: 1_000_000,
      retryDelay: 0,
      expireInSeconds: 24 * 60 * 60,
      retentionSeconds: yearSeconds,
    });
  } catch (error) {
    await boss.stop({ graceful: false });
    throw toDatabaseError('Cannot prepare the queue in the database', error);
  }
  return {
    async insert(tx, updates) {
      // pg-boss drops an id that is there already, but not one that comes twice in a batch.
      const jobs = new Map<string, { id: string; singletonKey: string }>();
      for (const { updateId, turn } of updates) {
        const id = idOf(updateId);
        const singletonKey = turn === undefined ? `u${updateId}` : `t${turn}`;
        if (!jobs.has(id)) jobs.set(id, { id, singletonKey });
      }
      if (jobs.size > 0) await boss.insert(queue, [...jobs.values()], { db: asDb(tx) });
    },
    async take(tx, limit) {
      const jobs = await boss.fetch(queue, { batchSize: limit, db: asDb(tx) });
      return jobs.map(({ id, retryCount }) => ({ updateId: updateIdOf(id), fetched: retryCount }));
    },
    async settle(tx, tickets) {
      if (tickets.length === 0) return 0;
      const jobs = tickets.map(({ updateId, fetched }) => ({ id: idOf(updateId), retryCount: fetched }));
      const { affected } = (await boss.deleteJob(queue, jobs, { db: asDb(tx) })) as { affected: number };
      return affected;
    },
    async giveBack(tx, updateIds, { afterMs = 0 } = {}) {
      if (updateIds.length === 0) return;
      const ids = updateIds.map(idOf);
      await boss.fail(queue, ids, null, { db: asDb(tx) });
      if (afterMs <= 0) return;
      const startAfter = `${afterMs} milliseconds`;
      for (const id of ids) await boss.update(queue, undefined, { id, startAfter, db: asDb(tx) });
    },
    [Symbol.asyncDispose]: () => boss.stop({ graceful: false }),
  };
}

/** pg-boss itself takes the tables of a newer one for its own. */
async function refuseNewer(database: Database): Promise<void> {
  const known = packageJson.pgboss.schema;
  const table = await database.query<{ found: unknown }>(`SELECT to_regclass('${schema}.version') AS found`);
  if (!table.rows[0]?.found) return;
  const { rows } = await database.query<{ version: number }>(`SELECT version FROM ${schema}.version`);
  const found = rows[0]?.version ?? 0;
  if (found <= known) return;
  throw new DatabaseError(
    `Cannot use the database: its schema "${schema}" has version ${found}, this program knows ${known}: start a newer one`,
  );
}

function asDb(target: Queryable): { executeSql: Queryable['query'] } {
  return { executeSql: (text, values) => target.query(text, values) };
}

/** Jobs of one transaction are ordered by id, so ids rise as updates do. Hexadecimal, as a UUID's last twelve digits. */
function idOf(updateId: number): string {
  return `00000000-0000-7000-8000-${updateId.toString(16).padStart(12, '0')}`;
}

function updateIdOf(id: string): number {
  return Number.parseInt(id.slice(-12), 16);
}
