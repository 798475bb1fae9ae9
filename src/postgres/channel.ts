// What instances tell each other: one connection that listens (LISTEN), reconnects by itself, and says when it did.

import type { Client } from 'pg';
import { sleep } from '../async/sleep.ts';
import { cut } from './connection.ts';
import type { Database, Queryable } from './database.ts';

const firstPauseMs = 100;
const longestPauseMs = 2_000;
/** How often a connection is asked whether it is still there: a cut cable says nothing. Real time. */
const checkEveryMs = 5_000;

/**
 * Hears what was told about a topic. `undefined` says that something may have been missed: look at the whole state
 * again. Must not throw.
 */
export type Listener = (data: unknown) => void;

/** What instances say to each other. Nothing is kept: it says where to look, and the tables say what is true. */
export interface Channel extends AsyncDisposable {
  /**
   * Tells all instances, this one included; in a transaction, once that is committed. `data` is at most 7,900 bytes of
   * JSON. Rejects when it cannot be told.
   */
  tell(topic: string, data?: unknown, options?: { tx?: Queryable }): Promise<void>;
  /** Calls the listener for each thing told, and with `undefined` each time that the channel has begun to listen. */
  on(topic: string, listener: Listener): Disposable;
}

/** Begins to listen; goes on until it is disposed of. `onTrouble` is told of each lost or refused connection. */
export function openChannel(
  database: Database,
  { onTrouble = () => {} }: { onTrouble?: (error: unknown) => void } = {},
): Channel {
  return new ListeningChannel(database, onTrouble);
}

class ListeningChannel implements Channel {
  readonly #database: Database;
  readonly #onTrouble: (error: unknown) => void;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #closing = new AbortController();
  readonly #ended: Promise<void>;
  #pauseMs = firstPauseMs;

  constructor(database: Database, onTrouble: (error: unknown) => void) {
    this.#database = database;
    this.#onTrouble = onTrouble;
    this.#ended = this.#run(this.#closing.signal);
  }

  async tell(topic: string, data?: unknown, { tx = this.#database }: { tx?: Queryable } = {}): Promise<void> {
    await tx.query(`SELECT pg_notify('errand', $1)`, [JSON.stringify({ topic, data })]);
  }

  on(topic: string, listener: Listener): Disposable {
    const listeners = this.#listeners.getOrInsertComputed(topic, () => new Set());
    // Its own entry, so that each disposal takes one away however often a function listens.
    const own: Listener = (data) => listener(data);
    listeners.add(own);
    return { [Symbol.dispose]: () => void listeners.delete(own) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new DOMException('Channel: closed', 'AbortError'));
    await this.#ended;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#listen(signal);
      } catch (error) {
        if (!signal.aborted) this.#onTrouble(error);
      }
      // Closing ends the pause, and the loop with it.
      await sleep(this.#pauseMs, { signal }).catch(() => {});
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    }
  }

  /** Rejects when the connection is over. */
  async #listen(signal: AbortSignal): Promise<never> {
    const client = await this.#database.connect({ signal });
    const lost = Promise.withResolvers<Error>();
    const stop = () => cut(client);
    client.on('error', lost.resolve);
    client.once('end', () => lost.resolve(new Error('Channel: connection ended')));
    client.on('notification', ({ payload }) => this.#hear(payload ?? ''));
    signal.addEventListener('abort', stop, { once: true });
    const checks = setInterval(() => void check(client).catch(lost.resolve), checkEveryMs);
    try {
      await client.query('LISTEN errand');
      this.#pauseMs = firstPauseMs;
      for (const topic of this.#listeners.keys()) this.#pass(topic, undefined);
      throw await lost.promise;
    } finally {
      clearInterval(checks);
      signal.removeEventListener('abort', stop);
      cut(client);
    }
  }

  #hear(payload: string): void {
    try {
      const { topic, data } = JSON.parse(payload) as { topic: string; data?: unknown };
      this.#pass(topic, data);
    } catch {
      // Whoever may write to the database may say anything here; its words are nobody's to log.
      this.#onTrouble(new Error('Cannot understand what was told on the channel'));
    }
  }

  #pass(topic: string, data: unknown): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener(data);
  }
}

async function check(client: Client): Promise<void> {
  await client.query('SELECT 1');
}
