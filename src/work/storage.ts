// Where everything is kept that outlives the process: SQLite files in the data directory.

import { join } from 'node:path';
import type { Logger } from 'pino';
import { openStores } from '../store/stores.ts';
import type { Stores } from '../store/stores.ts';
import type { Damage } from '../store/sqlite-file.ts';
import { openSqliteInbox } from './inbox-sqlite.ts';
import type { Inbox } from './inbox.ts';

export interface Storage extends AsyncDisposable {
  readonly inbox: Inbox;
  readonly stores: Stores;
  /** Files that were damaged; each was set aside, and another one took its place. */
  readonly damage: readonly Damage[];
}

/** Opens the files in a directory. Throws an error in words for the operator. */
export function openFiles(directory: string, log: Logger): Storage {
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
    damage,
    async [Symbol.asyncDispose]() {
      await inbox[Symbol.asyncDispose]();
      open.dispose();
    },
  };
}
