// Files that live as long as one request: random names, one budget for all, nothing left behind.

import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';

/** A file of a random name, open for reading and writing. Disposing it closes and deletes it. */
export interface TempFile extends AsyncDisposable {
  readonly path: string;
  readonly handle: FileHandle;
  /**
   * Makes sure that the file may become `bytes` long in all.
   * Throws `UserError` (`error-disk-full`) when that is more than the budget of all files has left.
   */
  reserve(bytes: number): void;
}

/** The directory of temporary files. Disposing it deletes those that are still there, and those about to be. */
export interface TempFiles extends AsyncDisposable {
  /** Rejects with `UserError` (`error-disk-full`) when the disk has no room for one more file; with Error once disposed. */
  create(): Promise<TempFile>;
  /** How many files there are now. */
  size(): number;
}

/**
 * Takes `directory` for temporary files: makes it if need be and empties it of what an earlier run has left.
 * `maxBytes` is the budget for all files together. Rejects with the system's error when the directory can't be used.
 */
export async function openTempFiles({
  directory,
  maxBytes,
}: {
  directory: string;
  maxBytes: number;
}): Promise<TempFiles> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const name of await readdir(directory))
    await rm(join(directory, name), { recursive: true, force: true });
  const budget = createBudget(maxBytes);
  const files = new Set<TempFile>();
  const opening = new Set<Promise<unknown>>();
  let isClosed = false;

  const create = async () => {
    if (isClosed) throw closedError();
    const path = join(directory, randomUUID());
    const file = describe(path, await openNew(path), budget, () => files.delete(file));
    files.add(file);
    if (!isClosed) return file;
    await file[Symbol.asyncDispose]();
    throw closedError();
  };
  return {
    async create() {
      const creating = create();
      opening.add(creating);
      return creating.finally(() => opening.delete(creating));
    },
    size: () => files.size,
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await Promise.allSettled(opening);
      await Promise.all([...files].map((file) => file[Symbol.asyncDispose]()));
    },
  };
}

function closedError(): Error {
  return new Error('Cannot create a temporary file: the directory is given up');
}

interface Budget {
  /** Exchanges what a file had for what it needs; false when that is too much. */
  change(had: number, needs: number): boolean;
}

function createBudget(maxBytes: number): Budget {
  let used = 0;
  return {
    change(had, needs) {
      if (needs > had && used - had + needs > maxBytes) return false;
      used += needs - had;
      return true;
    },
  };
}

function describe(path: string, handle: FileHandle, budget: Budget, forget: () => void): TempFile {
  let reserved = 0;
  let gone: Promise<void> | undefined;
  const remove = async () => {
    try {
      await handle.close();
    } finally {
      await rm(path, { force: true });
      budget.change(reserved, 0);
      forget();
    }
  };
  return {
    path,
    handle,
    reserve(bytes) {
      if (bytes <= reserved) return;
      if (!budget.change(reserved, bytes)) throw new UserError('error-disk-full');
      reserved = bytes;
    },
    [Symbol.asyncDispose]: () => (gone ??= remove()),
  };
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx+', 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new UserError('error-disk-full', {}, { cause: error });
    throw error;
  }
}
