// Processes that share a Postgres, as inboxes: they start, are killed, and take over from each other.

import { openChannel } from '../../src/postgres/channel.ts';
import type { Channel } from '../../src/postgres/channel.ts';
import type { Database } from '../../src/postgres/database.ts';
import { joinInstances } from '../../src/postgres/instances.ts';
import type { Instances } from '../../src/postgres/instances.ts';
import { openTravel } from '../../src/postgres/travel.ts';
import type { Travel } from '../../src/postgres/travel.ts';
import { openPostgresInbox } from '../../src/work/inbox-postgres.ts';
import type { PostgresInbox, PostgresInboxOptions } from '../../src/work/inbox-postgres.ts';

/** What the processes have in common, since they are one here. */
export interface Ground extends AsyncDisposable {
  database: Database;
  channel: Channel;
  travel: Travel;
}

/** Prepares the ground in a database with its tables; the database is closed with it. */
export async function layGround(database: Database): Promise<Ground> {
  const stack = new AsyncDisposableStack();
  stack.use(database);
  const channel = stack.use(openChannel(database));
  const travel = stack.use(await openTravel(database));
  return { database, channel, travel, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** A process, as far as an inbox knows. */
export interface Process {
  readonly inbox: PostgresInbox;
  readonly instances: Instances;
  /** Its own way to the database. */
  readonly way: Way;
}

export interface ProcessOptions extends Partial<PostgresInboxOptions> {
  beatMs?: number;
  deadAfterMs?: number;
}

/** Where processes live and die; those that live are closed with it. */
export class House implements AsyncDisposable {
  readonly #ground: Ground;
  readonly #living = new Set<Process>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  async start({ beatMs, deadAfterMs, ...options }: ProcessOptions = {}): Promise<Process> {
    const { channel, travel } = this.#ground;
    const way = new Way(this.#ground.database);
    const times = beatMs === undefined ? {} : { beatMs, deadAfterMs };
    const instances = await joinInstances(way, { name: 'a', version: '1', ...times });
    const inbox = await openPostgresInbox({
      database: way,
      channel,
      instances,
      travel,
      turnOf: () => undefined,
      lookEveryMs: 100,
      countEveryMs: 50,
      ...options,
    });
    const process = { inbox, instances, way };
    this.#living.add(process);
    return process;
  }

  /** Ends a process as `kill -9` does. */
  async kill(process: Process): Promise<void> {
    process.way.cut();
    await this.stop(process);
  }

  /** Ends a process as SIGTERM does. */
  async stop(process: Process): Promise<void> {
    this.#living.delete(process);
    await process.inbox[Symbol.asyncDispose]();
    await process.instances[Symbol.asyncDispose]();
  }

  /** What the others do when they have judged that somebody is dead. */
  async declareDead(id: string, by: Process): Promise<void> {
    await this.#ground.database.transaction(async (tx) => {
      await tx.query('DELETE FROM errand.instances WHERE id = $1', [id]);
      await by.inbox.takeOver(tx, id);
    });
  }

  /** Declares all dead that were ended without a word. */
  async declareKilledDead(by: Process): Promise<void> {
    const living = new Set([...this.#living].map(({ instances }) => instances.id));
    const { rows } = await this.#ground.database.query<{ id: string }>('SELECT id FROM errand.instances');
    for (const { id } of rows) if (!living.has(id)) await this.declareDead(id, by);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#living) await this.stop(process);
  }
}

/** A process's way to the database. */
export class Way implements Database {
  /** Called when a transaction was committed, before its process knows. */
  onCommitted: () => unknown = () => {};
  readonly #to: Database;
  #isCut = false;

  constructor(to: Database) {
    this.#to = to;
  }

  /** Nothing is heard of the process any more. */
  cut(): void {
    this.#isCut = true;
  }

  readonly query: Database['query'] = async (...parameters) => {
    this.#check();
    return this.#to.query(...parameters);
  };

  async transaction<T>(run: Parameters<Database['transaction']>[0]): Promise<T> {
    this.#check();
    const result = await this.#to.transaction(async (tx) => {
      const query: Database['query'] = async (...parameters) => {
        this.#check();
        return tx.query(...parameters);
      };
      const result = await run({ query });
      this.#check();
      return result;
    });
    await this.onCommitted();
    return result as T;
  }

  connect(options: { signal?: AbortSignal }): ReturnType<Database['connect']> {
    return this.#to.connect(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #check(): void {
    if (this.#isCut) throw new Error('Process: killed');
  }
}
