// A file that is there when it is complete, and not before.

import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { BackupError } from './failure.ts';

/**
 * Lets a file be written that only its owner may read; it takes its name, and the place of an older one, when it is on
 * the disk. When that or `run` fails, nothing is left of it. Rejects with BackupError or as `run` does.
 */
export async function writeWholeFile<T>(
  path: string,
  run: (write: (text: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const partial = `${path}.${randomUUID().slice(0, 8)}.partial`;
  const inWords = <R>(work: Promise<R>): Promise<R> => work.catch((error) => refuse(path, error));
  await inWords(requireReplaceable(path));
  try {
    await using file = await inWords(open(partial, 'wx', 0o600));
    const result = await run((text) => inWords(append(file, text)));
    await inWords(file.sync());
    await inWords(rename(partial, path));
    return result;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** What is no file, such as a device, would be replaced by one. */
async function requireReplaceable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile()) throw new Error('it is there and no file');
}

/** Goes on where the last text has ended. */
function append(file: FileHandle, text: string): Promise<void> {
  return file.writeFile(text);
}

function refuse(path: string, error: unknown): never {
  throw new BackupError(`Cannot write "${path}": ${(error as Error).message}`, { cause: error });
}
