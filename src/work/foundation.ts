// What a bot stands on: what is kept, and what has to hold beyond one process. Here for a process that is alone.

import { join } from 'node:path';
import type { Logger } from 'pino';
import { FairSemaphore } from '../async/fair-semaphore.ts';
import type { SemaphoreLimits } from '../async/fair-semaphore.ts';
import type { Kind } from '../handler.ts';
import type { Damage } from '../store/sqlite-file.ts';
import { openStores } from '../store/stores.ts';
import type { Stores } from '../store/stores.ts';
import { hereOnly } from './everywhere.ts';
import type { Everywhere } from './everywhere.ts';
import { openSqliteInbox } from './inbox-sqlite.ts';
import type { Inbox } from './inbox.ts';
import type { Slots } from './job.ts';
import type { Jobs } from './jobs.ts';

export interface Foundation extends AsyncDisposable {
  readonly inbox: Inbox;
  readonly stores: Stores;
  readonly slots: Slots;
  readonly everywhere: Everywhere;
  /** Does the work while this process is the one that polls; absent where it is always. */
  readonly lead?: (
    work: (held: AbortSignal) => Promise<never>,
    options: { signal: AbortSignal },
  ) => Promise<void>;
  /** Aborts when the other instances have declared this one dead; absent where there are none. */
  readonly lost?: AbortSignal;
  /** Files that were damaged; each was set aside, and another one took its place. */
  readonly damage: readonly Damage[];
}

/** What both kinds are made for. */
export interface FoundationOptions {
  log: Logger;
  jobs: Jobs;
  limits: SemaphoreLimits<Kind>;
}

/** Opens the SQLite files in a directory. Throws an error in words for the operator. */
export function openFiles(directory: string, { log, jobs, limits }: FoundationOptions): Foundation {
  using parts = new DisposableStack();
  const damage: Damage[] = [];
  const onDamage = (found: Damage) => {
    log.error(found, 'a database was damaged: it was set aside, and what could be read of it was kept');
    damage.push(found);
  };
  const onTrouble = (error: unknown) => log.error({ err: error }, 'what is over was not deleted');
  const onUnreadable = (update: number, error: unknown) =>
    log.error({ update, err: error }, 'update cannot be read: buried');
  const stores = parts.use(openStores(join(directory, 'state.sqlite'), { onDamage, onTrouble }));
  const inbox = openSqliteInbox(join(directory, 'inbox.sqlite'), { onDamage, onUnreadable });
  const open = parts.move();
  return {
    inbox,
    stores,
    slots: new FairSemaphore(limits),
    everywhere: hereOnly(jobs),
    damage,
    async [Symbol.asyncDispose]() {
      await inbox[Symbol.asyncDispose]();
      open.dispose();
    },
  };
}
