// What is remembered between requests: people's choices, links behind buttons, requests to try again, files sent before.

import { Keyv } from 'keyv';
import type { Logger } from 'pino';
import { later, now } from '../async/clock.ts';
import type { Person, Request } from '../handler.ts';
import { keepInSqlite } from './keeping.ts';
import type { Keeping } from './keeping.ts';
import { Recent } from './recent.ts';
import type { Damage } from './sqlite-file.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;
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

/** Who hears of what happens to the stores. */
export interface StoresOptions {
  /** Told of each person whose entry was changed here: other instances have to forget it. */
  onPersonChange?: (id: string) => void;
  /** Told when what is over could not be deleted; that is tried again in an hour. */
  onTrouble?: (error: unknown) => void;
}

/** Makes the stores of wherever they are kept, and closes that with them. */
export function createStores(
  kept: Keeping,
  { onPersonChange, onTrouble = () => {} }: StoresOptions = {},
): Stores {
  const open = <T>(namespace: string, ttlMs?: number) =>
    new Keyv<T>({ store: kept.adapter(namespace), namespace, ttl: ttlMs });
  const sweeping = everyHour(() => void kept.sweep(now()).catch(onTrouble));
  return {
    people: new Recent(open<Person>('people'), recentPeople, onPersonChange),
    links: open<string>('links', 30 * day),
    asked: open<Request>('asked', 7 * day),
    fileIds: open<string>('file-ids', 30 * day),
    [Symbol.dispose]() {
      sweeping[Symbol.dispose]();
      kept[Symbol.dispose]();
    },
  };
}

/** Opens the stores in a SQLite file. Throws an error in words when it cannot be opened. */
export function openStores(
  path: string,
  { onDamage = () => {}, ...options }: StoresOptions & { onDamage?: (damage: Damage) => void } = {},
): Stores {
  return createStores(keepInSqlite(path, onDamage), options);
}

/** Does it now and each hour, until it is disposed of. */
function everyHour(run: () => void): Disposable {
  const again = () => {
    run();
    return later(hour, () => (next = again())).unref();
  };
  let next = again();
  return { [Symbol.dispose]: () => next[Symbol.dispose]() };
}
