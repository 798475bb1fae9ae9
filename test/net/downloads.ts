// What the tests of downloads share: a server, a guarded client, and a directory for the files.

import { mkdtempDisposable, readdir, readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { offerDownload } from '../../src/net/download.ts';
import { openTempFiles } from '../../src/store/temp-files.ts';
import type { TempFile } from '../../src/store/temp-files.ts';
import { answer, startRawServer } from './raw-server.ts';
import type { Script } from './raw-server.ts';
import { patience, startWeb } from './settings.ts';

/** The largest file that is taken here, in bytes. */
export const limit = 50_000_000;
/** A file. */
export const data = Buffer.from(Array.from({ length: 900_000 }, (_, at) => (at * at) % 251));
/** Its version. */
export const etag = '"v1"';

/** A server, a guarded client, and a directory for one file. */
export async function startDownloads(
  script: Script,
  { maxBytes = limit, signal = patience(), budget = limit, pauseMs = 1 } = {},
) {
  const server = await startRawServer(script);
  const home = await mkdtempDisposable(join(tmpdir(), 'errand-'));
  const files = await openTempFiles({ directory: home.path, maxBytes: budget });
  const offer = (path = '/file.bin') =>
    offerDownload(startWeb(), new URL(path, server.origin), { signal, maxBytes, pauseMs });
  const take = async (
    how: { signal?: AbortSignal; file?: TempFile; onProgress?: (have: number, want?: number) => void } = {},
  ) => {
    await using file = how.file ?? (await files.create());
    await using offered = await offer();
    const taken = await offered.take(file, { signal, ...how });
    return { ...taken, content: await readFile(file.path) };
  };
  const leftovers = () => readdir(home.path);
  return {
    server,
    offer,
    take,
    leftovers,
    files,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await home.remove();
    },
  };
}

/** Answers and ends the connection. */
export function send(
  socket: Socket,
  headers: Record<string, string | number>,
  body: Buffer,
  status = 200,
): void {
  socket.write(answer(status, headers));
  socket.end(body);
}
