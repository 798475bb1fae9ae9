// The directory of one process: it can be written, nobody else has it, and it knows how much room is left.

import { access, constants, mkdir, statfs, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDamage, isLocked } from './sqlite-failure.ts';

/** Held here, a lock whose owner was forgotten is not given back by the garbage collector. */
const locks = new Set<DatabaseSync>();

/** The directory, this process's alone until it is disposed of or the process ends. */
export interface DataDirectory extends Disposable {
  readonly path: string;
  /** Bytes that temporary files may take: nine tenths of what the disk has free now. */
  spareBytes(): Promise<number>;
}

/**
 * Makes the directory if need be and locks it. Rejects with an error in words for the operator when it cannot be
 * written or another process has it.
 */
export async function claimDataDirectory(path: string): Promise<DataDirectory> {
  const lock = await claim(path);
  locks.add(lock);
  return {
    path,
    spareBytes: () => countSpareBytes(path),
    [Symbol.dispose]() {
      if (locks.delete(lock)) lock.close();
    },
  };
}

async function claim(path: string): Promise<DatabaseSync> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.W_OK | constants.X_OK);
    return await lockFile(join(path, 'lock.sqlite'));
  } catch (error) {
    const reason = isLocked(error) ? 'another process uses it' : (error as Error).message;
    throw new Error(`Cannot use DATA_DIR "${path}": ${reason}`, { cause: error });
  }
}

/** Locks a file by way of SQLite: Node has no other lock of the operating system's, which ends with the process. */
async function lockFile(path: string): Promise<DatabaseSync> {
  try {
    return tryToLock(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
    // Nobody has it locked, or it could not have been read. Emptied, it stays the file that others try to lock.
    await truncate(path);
    return tryToLock(path);
  }
}

function tryToLock(path: string): DatabaseSync {
  using parts = new DisposableStack();
  const database = parts.use(new DatabaseSync(path));
  database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
  parts.move();
  return database;
}

async function countSpareBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return Math.floor(bavail * bsize * 0.9);
}
