// What is remembered between requests: people's choices, links behind buttons, requests to try again, files sent before.

import { DatabaseSync } from 'node:sqlite';
import { Keyv } from 'keyv';
import type { Logger } from 'pino';
import { now } from '../async/clock.ts';
import type { Person, Request } from '../handler.ts';
import { Recent } from './recent.ts';
import { SqliteAdapter, sweepExpired } from './sqlite-adapter.ts';

const day = 24 * 60 * 60 * 1000;
/** People of whom what is kept is at hand without reading, also that there is nothing. */
const recentPeople = 10_000;

/** The stores, each with its own namespace. A failed read or write rejects; it never looks like a missing entry. */
export interface Stores extends Disposable {
  /** By person's id; kept until the person asks to be forgotten. */
  readonly people: Recent<Person>;
  /** Links by the short id in a button's data, for 30 days. */
  readonly links: Keyv<string>;
  /** Requests that can be tried again, by their id, for 7 days. */
  readonly asked: Keyv<Request>;
  /** Telegram's file ids by what was fetched (address and validator), for 30 days. */
  readonly fileIds: Keyv<string>;
}

/**
 * Keeps what is a convenience only. False when it cannot be written, for example to a full disk: that is logged, and
 * keeps nobody from an answer.
 */
export async function keepIfPossible<T>(
  store: Keyv<T>,
  key: string,
  value: T,
  log: Logger,
): Promise<boolean> {
  try {
    return await store.set(key, value);
  } catch (error) {
    log.error({ err: error, store: store.namespace }, 'not kept');
    return false;
  }
}

/** Opens the stores in a SQLite file. Throws when it cannot be opened. */
export function openStores(path: string): Stores {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
  const open = <T>(namespace: string, ttlMs?: number) =>
    new Keyv<T>({ store: new SqliteAdapter(database, namespace), namespace, ttl: ttlMs });

  const stores = {
    people: new Recent(open<Person>('people'), recentPeople),
    links: open<string>('links', 30 * day),
    asked: open<Request>('asked', 7 * day),
    fileIds: open<string>('file-ids', 30 * day),
  };
  sweepExpired(database, now());
  const sweeping = setInterval(() => sweepExpired(database, now()), day / 24);
  sweeping.unref();

  return {
    ...stores,
    [Symbol.dispose]() {
      clearInterval(sweeping);
      database.close();
    },
  };
}
