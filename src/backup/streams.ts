// Where an export comes from, and where it goes to when no file is named.

import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { BackupError } from './failure.ts';

const chunkBytes = 512 * 1024;

/** The bytes of a file, or of standard input when none is named. Rejects with BackupError or the signal's reason. */
export async function* readInput(file: string | undefined, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (file === undefined && process.stdin.isTTY) {
    throw new BackupError('name a file, or send one to standard input');
  }
  const input = file === undefined ? process.stdin : createReadStream(file, { highWaterMark: chunkBytes });
  try {
    yield* addAbortSignal(signal, input) as AsyncIterable<Uint8Array>;
  } catch (error) {
    signal.throwIfAborted();
    throw new BackupError((error as Error).message, { cause: error });
  }
}

/** Resolves when standard output has taken the text. Rejects with BackupError when nobody reads it any more. */
export function writeToOutput(text: string): Promise<void> {
  const { stdout } = process;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(new BackupError(`Cannot write to standard output: ${error.message}`, { cause: error }));
    // Whoever writes hears of it by the rejection, but a stream without a listener would end the process.
    stdout.once('error', fail);
    stdout.write(text, (error) => {
      if (error) return fail(error);
      stdout.off('error', fail);
      resolve();
    });
  });
}
