// Who holds how much of a person's share: a table in which each instance writes its own counts.

import type { Kind } from '../handler.ts';
import type { Channel } from '../postgres/channel.ts';
import type { Database, Queryable } from '../postgres/database.ts';
import type { TakeOver } from '../postgres/instances.ts';

/** Sets these locks apart from all others of the database. */
const lockSpace = 0x73_68_61_72;
const topic = 'share';

/** Slots of each kind. */
export type Counts = Readonly<Record<Kind, number>>;

/** What is told of a person's share. */
export interface ShareNews {
  readonly person: string;
  /** Whether there may be room now that others have waited for. */
  readonly hasFallen: boolean;
  /** How many claims wait, where it is told, for room that each kind can free. */
  readonly wants?: Counts;
}

/** What an instance writes: its counts, unless they stay as they are, and what the others have to know. */
export interface Entry {
  readonly counts?: Counts;
  readonly news?: ShareNews;
}

/** This instance's counts among those of the others. */
export class ShareLedger {
  readonly #database: Database;
  readonly #channel: Channel;
  readonly #me: string;

  constructor(database: Database, channel: Channel, instanceId: string) {
    this.#database = database;
    this.#channel = channel;
    this.#me = instanceId;
  }

  /**
   * Shows `decide` what the other instances hold of a person's share, and writes what it returns before anybody else can
   * look at it. Rejects when it is not known whether it was written.
   */
  async write(person: string, decide: (others: Counts) => Entry): Promise<void> {
    await this.#database.transaction(async (tx) => {
      // An instance that stands still with the lock must not take the connections of the others along.
      await tx.query(
        `SELECT set_config('lock_timeout', '200', true), pg_advisory_xact_lock($1, hashtext($2))`,
        [lockSpace, person],
      );
      const { counts, news } = decide(await this.#readOthers(tx, person));
      if (counts) await this.#writeOwn(tx, person, counts);
      if (news) await this.#channel.tell(topic, { ...news, from: this.#me }, { tx });
    });
  }

  /** Hears what the others tell; `undefined` when something may have been missed, or lost by the table itself. */
  onNews(listener: (news: ShareNews | undefined) => void): Disposable {
    return this.#channel.on(topic, (data) => {
      const news = data as (ShareNews & { from: string }) | undefined;
      if (news?.from !== this.#me) listener(news);
    });
  }

  /** An instance that is not there any more holds nothing, even if it has written late. */
  async #readOthers(tx: Queryable, person: string): Promise<Counts> {
    const { rows } = await tx.query<{ id: string; kind: Kind | null; held: number }>(
      `SELECT id, kind, held FROM errand.instances
      LEFT JOIN errand.holds ON instance = id AND person = $1 AND id <> $2`,
      [person, this.#me],
    );
    if (rows.every(({ id }) => id !== this.#me)) throw new Error('Cannot hold a share: declared dead');
    const counts = { lookup: 0, download: 0 };
    for (const { kind, held } of rows) if (kind) counts[kind] += held;
    return counts;
  }

  async #writeOwn(tx: Queryable, person: string, counts: Counts): Promise<void> {
    const held = Object.entries(counts).filter(([, count]) => count > 0);
    await tx.query(
      `WITH gone AS (DELETE FROM errand.holds WHERE instance = $1 AND person = $2 AND kind <> ALL ($3::text[]))
      INSERT INTO errand.holds (instance, person, kind, held) SELECT $1, $2, * FROM unnest($3::text[], $4::int[])
      ON CONFLICT (person, kind, instance) DO UPDATE SET held = excluded.held`,
      [this.#me, person, held.map(([kind]) => kind), held.map(([, count]) => count)],
    );
  }
}

/** Gives back what a dead instance held, and what any has written after its death. */
export const takeOverShares: TakeOver = async (tx) => {
  await tx.query('DELETE FROM errand.holds WHERE instance NOT IN (SELECT id FROM errand.instances)');
};
