// The file behind a link: fetched to disk under the slot it was given, unless Telegram has that very version already.

import { createHash } from 'node:crypto';
import { uptime } from '../async/clock.ts';
import type { Permit } from '../async/fair-semaphore.ts';
import type { SharedTask } from '../async/shared.ts';
import type { FetchedFile, FileProgress } from '../handler.ts';
import { offerDownload } from '../net/download.ts';
import type { Offer } from '../net/download.ts';
import type { Web } from '../net/web.ts';
import type { Parsers } from '../parse/pool.ts';
import type { Stores } from '../store/stores.ts';
import type { TempFiles } from '../store/temp-files.ts';

/** What fetching needs. */
export interface FetchContext {
  web: Web;
  parsers: Parsers;
  temp: TempFiles;
  stores: Stores;
  maxBytes: number;
}

/** A fetched file with all it holds; disposing gives back the slot and deletes the file. */
export interface HeldFile extends AsyncDisposable {
  readonly file: FetchedFile;
}

/** Fetches a file. Rejects with UserError or with the signal's reason; then everything is given back already. */
export async function fetchFile(
  url: URL,
  { web, parsers, temp, stores, maxBytes }: FetchContext,
  { signal, report }: SharedTask<FileProgress>,
  permit: Permit,
): Promise<HeldFile> {
  await using stack = new AsyncDisposableStack();
  stack.use(permit);
  const enterHost = (host: string) => permit.enterHost(host, { signal });
  const offer = stack.use(await offerDownload(web, url, { signal, maxBytes, enterHost }));
  const key = keyOf(offer);
  const fileId = key && (await stores.fileIds.get(key));
  const file = fileId ? known(offer, key, fileId) : await take();
  const held = stack.move();
  return { file, [Symbol.asyncDispose]: async () => held.disposeAsync() };

  async function take(): Promise<FetchedFile> {
    const target = stack.use(await temp.create());
    const startedAt = uptime();
    const onProgress = (haveBytes: number, wantBytes: number | undefined) => {
      const seconds = Math.max((uptime() - startedAt) / 1000, 0.001);
      report({ haveBytes, wantBytes, bytesPerSecond: haveBytes / seconds });
    };
    const { path, name, size, type } = await offer.take(target, {
      signal,
      onProgress,
      detect: (head, options) => parsers.kind(head, options),
    });
    return { name, size, type, key, source: { path } };
  }
}

/** Names one version of one file; undefined when the server gives nothing to tell versions apart. */
function keyOf({ url, validator, size }: Offer): string | undefined {
  if (!validator) return undefined;
  return createHash('sha256')
    .update(JSON.stringify([url.href, validator, size]))
    .digest('base64url');
}

function known({ name, size, type }: Offer, key: string | undefined, fileId: string): FetchedFile {
  return { name, size: size ?? 0, type, key, source: { fileId } };
}
