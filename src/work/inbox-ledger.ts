// What becomes of updates in the Postgres that instances share: each step changes rows and queue in one transaction.

import type { Update } from 'grammy/types';
import type { Channel } from '../postgres/channel.ts';
import type { Database, Queryable } from '../postgres/database.ts';
import type { Instances } from '../postgres/instances.ts';
import type { Ticket, Travel } from '../postgres/travel.ts';
import type { Buried, Entry } from './inbox.ts';
import type { Mark } from './inbox-marks.ts';
import * as rows from './inbox-rows.ts';
import { takeOverShares } from './share-ledger.ts';

/** The topic under which all are told that there may be something to take. */
export const topic = 'updates';

export interface LedgerOptions {
  database: Database;
  channel: Channel;
  instances: Instances;
  travel: Travel;
  /** Updates with the same turn are taken one after the other, each when the one before has ended. */
  turnOf: (update: Update) => string | undefined;
}

/** What came out of the queue. */
export interface Taken {
  hands: { entry: Entry; ticket: Ticket }[];
  /** Updates whose record is damaged; they were buried. */
  damaged: number[];
}

/** The books, as one instance keeps them. What rejects has changed nothing, unless its answer was lost on the way. */
export class Ledger {
  readonly #options: LedgerOptions;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** Writes updates down and lets them set off; resolves with how many are new. */
  accept(updates: readonly Update[]): Promise<number> {
    const { database, travel, turnOf } = this.#options;
    const coming = updates.map((update) => ({ update, turn: turnOf(update) }));
    return database.transaction(async (tx) => {
      const fresh = await rows.insert(tx, coming);
      if (fresh.length === 0) return 0;
      await travel.insert(tx, fresh);
      await this.#tell(tx);
      return fresh.length;
    });
  }

  /** Takes the oldest. With `known`, lets wait again first what this instance holds without knowing it. */
  take(limit: number, { known }: { known?: readonly number[] } = {}): Promise<Taken> {
    const { database, instances, travel } = this.#options;
    const { id: holder } = instances;
    return database.transaction(async (tx) => {
      await instances.confirm(tx);
      if (known) await this.#giveUp(tx, holder, { counts: false, except: known });
      const tickets = new Map((await travel.take(tx, limit)).map((ticket) => [ticket.updateId, ticket]));
      const hands: Taken['hands'] = [];
      const damaged = new Map<number, Mark>();
      for (const row of await rows.hold(tx, holder, [...tickets.keys()])) {
        const entry = readEntry(row);
        const ticket = tickets.get(row.id);
        if (!entry || !ticket)
          damaged.set(row.id, { end: { as: 'buried', reason: 'its record is damaged' } });
        else hands.push({ entry, ticket });
      }
      for (const { entry } of hands) tickets.delete(entry.update.update_id);
      // What is left leads nowhere.
      await travel.settle(tx, [...tickets.values()]);
      if (damaged.size > 0) await rows.mark(tx, holder, damaged);
      return { hands, damaged: [...damaged.keys()] };
    });
  }

  /** Writes marks; resolves with the updates that this instance did hold. */
  mark(
    marks: ReadonlyMap<number, Mark>,
    ticketOf: (updateId: number) => Ticket | undefined,
  ): Promise<Set<number>> {
    const { database, instances, travel } = this.#options;
    return database.transaction(async (tx) => {
      const written = await rows.mark(tx, instances.id, marks);
      const settled: Ticket[] = [];
      const released = new Map<number, number[]>();
      let isFree = false;
      for (const { updateId, turn } of written) {
        const end = marks.get(updateId)?.end;
        const ticket = ticketOf(updateId);
        if (!end || !ticket) continue;
        if (end.as === 'released') released.getOrInsertComputed(end.afterMs, () => []).push(updateId);
        else settled.push(ticket);
        isFree ||= end.as === 'released' || turn !== undefined;
      }
      await travel.settle(tx, settled);
      for (const [afterMs, updateIds] of released) await travel.giveBack(tx, updateIds, { afterMs });
      if (isFree) await this.#tell(tx);
      return new Set(written.map(({ updateId }) => updateId));
    });
  }

  /** Writes that work on a suspect begins; false when this instance does not hold it. */
  begin(updateId: number): Promise<boolean> {
    return rows.begin(this.#options.database, this.#options.instances.id, updateId);
  }

  /** Lets a buried update set off again as if it came now; false when there is no such one. */
  retry(updateId: number): Promise<boolean> {
    const { database, travel } = this.#options;
    return database.transaction(async (tx) => {
      const reopened = await rows.reopen(tx, updateId);
      await travel.insert(tx, reopened);
      if (reopened.length > 0) await this.#tell(tx);
      return reopened.length > 0;
    });
  }

  /** Lets wait again what a dead instance held, under suspicion, or what this one holds, as it is. */
  giveUp(tx: Queryable, holder: string): Promise<void> {
    return this.#giveUp(tx, holder, { counts: holder !== this.#options.instances.id });
  }

  buried(): Promise<Buried[]> {
    return rows.listBuried(this.#options.database);
  }

  count(): Promise<rows.Count> {
    return rows.count(this.#options.database);
  }

  /** Takes over what nobody was seen to die with, and forgets what ended so long ago that nobody asks for it again. */
  async sweep(): Promise<void> {
    await this.#takeOverOrphans();
    while (await rows.forget(this.#options.database));
  }

  /** An instance whose row was deleted by hand is never declared dead. */
  #takeOverOrphans(): Promise<void> {
    return this.#options.database.transaction(async (tx) => {
      for (const holder of await rows.listOrphans(tx)) await this.giveUp(tx, holder);
      await takeOverShares(tx, this.#options.instances.id);
    });
  }

  async #giveUp(tx: Queryable, holder: string, options: Parameters<typeof rows.giveUp>[2]): Promise<void> {
    const updateIds = await rows.giveUp(tx, holder, options);
    if (updateIds.length === 0) return;
    await this.#options.travel.giveBack(tx, updateIds);
    await this.#tell(tx);
  }

  #tell(tx: Queryable): Promise<void> {
    return this.#options.channel.tell(topic, undefined, { tx });
  }
}

/** Nothing when the row is damaged. */
function readEntry({
  id,
  body,
  acceptedAt,
  failures,
  suspicion,
  wasTaken,
  note,
}: rows.Row): Entry | undefined {
  const update = parse(body ?? '');
  if (update?.update_id !== id) return undefined;
  return { update, acceptedAt, failures, suspicion, isLeftOver: wasTaken, note };
}

function parse(body: string): Update | undefined {
  try {
    return JSON.parse(body) as Update;
  } catch {
    // Whoever reads it says that it is damaged.
    return undefined;
  }
}
