// The way to Postgres: a small pool of connections that no outage breaks, and transactions.

import { Pool } from 'pg';
import type { Client, ClientBase, ClientConfig, QueryResult } from 'pg';
import { later, uptime } from '../async/clock.ts';
import { deadline } from '../async/deadline.ts';
import { retry } from '../async/retry.ts';
import { connect, cut, readSettings } from './connection.ts';
import { explain, isLasting, toDatabaseError } from './failure.ts';

const connections = 5;
const waitMs = 60_000;
/** How long statements under way may take when the database is closed. */
const closeMs = 1_000;

/** What a statement gave. */
export interface Result<R> {
  readonly rows: R[];
  /** Rows that were returned or changed. */
  readonly rowCount: number;
}

/** Where statements are sent to: the database, or a transaction in it. */
export interface Queryable {
  /** Rejects as the driver does: after 12 s at the latest, while the server cannot be reached after 5. */
  query<R extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Result<R>>;
}

/** A pool of connections; those that are lost are replaced when they are needed. */
export interface Database extends Queryable, AsyncDisposable {
  /** Runs statements that are kept all or not at all; rejects with what `run` rejects with, rolled back. */
  transaction<T>(run: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Opens a connection outside the pool, which is the caller's to end. */
  connect(options: { signal?: AbortSignal }): Promise<Client>;
}

export interface DatabaseOptions {
  signal?: AbortSignal;
  /** How long to wait for a server that cannot be reached at the start, in milliseconds. */
  waitMs?: number;
  /** Told before each pause of that wait, in words for the operator. */
  onWaiting?: (words: string) => void;
  /** Told when an idle connection is lost. */
  onTrouble?: (error: Error) => void;
}

/**
 * Opens the database at an address like `postgres://user:password@host:5432/name`. Waits for a server that cannot be
 * reached yet; rejects with DatabaseError, saying what to mend, or with the signal's reason.
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const settings = readSettings(url);
  await reach(settings, options);
  return new PooledDatabase(settings, options.onTrouble);
}

async function reach(settings: ClientConfig, options: DatabaseOptions): Promise<void> {
  const { signal, waitMs: boundMs = waitMs, onWaiting } = options;
  const dueAt = uptime() + boundMs;
  using due = deadline(boundMs, { signal });
  let failure: unknown;
  const attempt = async () => {
    const client = await connect(settings, { signal: due.signal });
    await client.end();
  };
  const again = (error: unknown) => {
    if (due.signal.aborted) return false;
    failure = error;
    if (isLasting(error)) return false;
    const leftS = Math.ceil((dueAt - uptime()) / 1000);
    onWaiting?.(`Cannot reach the database: ${explain(error)}; trying for another ${leftS} s`);
    return true;
  };
  try {
    await retry(attempt, { tries: Infinity, pauseMs: 250, maxPauseMs: 5_000, again, signal: due.signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw toDatabaseError('Cannot use the database', failure ?? error);
  }
}

class PooledDatabase implements Database {
  readonly #settings: ClientConfig;
  readonly #pool: Pool;
  readonly #clients = new Set<ClientBase>();
  #closed: Promise<void> | undefined;

  constructor(settings: ClientConfig, onTrouble: (error: Error) => void = () => {}) {
    this.#settings = settings;
    this.#pool = new Pool({ ...settings, max: connections, idleTimeoutMillis: 60_000 });
    this.#pool.on('error', (error) => onTrouble(error));
    this.#pool.on('connect', (client) => this.#clients.add(client));
    this.#pool.on('remove', (client) => this.#clients.delete(client));
  }

  async query<R extends object>(text: string, values?: readonly unknown[]): Promise<Result<R>> {
    return toResult(await this.#pool.query(text, values && [...values]));
  }

  async transaction<T>(run: (tx: Queryable) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => (broken = error);
    client.on('error', onError);
    try {
      await client.query('begin');
      const result = await run({
        query: async (text, values) => toResult(await client.query(text, values && [...values])),
      });
      const { command } = await client.query('commit');
      // The server answers so, without an error, when a statement had failed before.
      if (command !== 'COMMIT') throw new Error('Cannot commit: a statement of the transaction failed');
      return result;
    } catch (error) {
      if (isMute(error)) broken = error;
      else await client.query('rollback').catch(onError);
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  connect(options: { signal?: AbortSignal }): Promise<Client> {
    return connect(this.#settings, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    using _bound = later(closeMs, () => this.#clients.forEach(cut));
    await this.#pool.end();
  }
}

/** Nothing can follow on a connection whose server does not answer. */
function isMute(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** Several statements at once give several results: their rows are put together. */
function toResult<R extends object>(result: QueryResult<R> | QueryResult<R>[]): Result<R> {
  const results = [result].flat();
  return {
    rows: results.flatMap(({ rows }) => rows),
    rowCount: results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0),
  };
}
