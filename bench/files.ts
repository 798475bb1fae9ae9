// The files that the download benchmarks fetch: whose content tells the file, whatever its size.

import { join } from 'node:path';
import { startChild } from './child.ts';

/** After so many characters the content of a file repeats. */
const period = 16;

/** A server of files in a process of its own. */
export interface FileServer extends AsyncDisposable {
  /** The address of a file of so many bytes; none of it comes before so many files are asked for at once (1). */
  link(name: string, bytes: number, atOnce?: number): string;
}

export async function startFileServer(): Promise<FileServer> {
  const child = startChild(join(import.meta.dirname, 'file-server.ts'), {});
  const port = await child.ask<number>('port');
  return {
    link: (name, bytes, atOnce = 1) => `http://127.0.0.1:${port}/${atOnce}/${bytes}/${name}`,
    [Symbol.asyncDispose]: async () => child[Symbol.asyncDispose](),
  };
}

/** The content of the file `name`: sixteen characters, repeated. */
export function contentOf(name: string, bytes: number): Buffer {
  return Buffer.alloc(bytes, name.padEnd(period, '.'));
}

/** Throws unless what is read, in pieces, is the file `name` of so many bytes. */
export async function checkContent(
  pieces: AsyncIterable<Buffer> | Buffer[],
  name: string,
  bytes: number,
): Promise<void> {
  let have = 0;
  for await (const piece of pieces) {
    const expected = contentOf(name, piece.length + period).subarray(
      have % period,
      (have % period) + piece.length,
    );
    if (!piece.equals(expected)) throw new Error(`Wrong file: it is not ${name} from byte ${have} on`);
    have += piece.length;
  }
  if (have !== bytes) throw new Error(`Wrong file: ${have} bytes instead of ${bytes}`);
}
