// How fast the download engine takes a large file, against curl: from the same server, to the same disk.

import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readAllowRule } from '../src/config.ts';
import { offerDownload } from '../src/net/download.ts';
import { createResolver } from '../src/net/resolve.ts';
import { createWeb } from '../src/net/web.ts';
import { openTempFiles } from '../src/store/temp-files.ts';
import type { TempFiles } from '../src/store/temp-files.ts';
import { checkContent } from './files.ts';
import type { FileServer } from './files.ts';
import { median, repeat } from './measure.ts';

const run = promisify(execFile);
const { signal } = new AbortController();
const name = 'throughput';
const web = createWeb({
  allow: [readAllowRule('127.0.0.1')].filter((rule) => rule !== undefined),
  resolver: createResolver({ servers: [] }),
  userAgent: 'Errand/bench',
});

/** Medians in milliseconds; `curlMs` is missing where there is no curl. */
export interface Throughput {
  oursMs: number;
  curlMs: number | undefined;
}

/** Measures in turns; neither time includes the start of a process. */
export async function measureThroughput(
  server: FileServer,
  { rounds, bytes }: { rounds: number; bytes: number },
): Promise<Throughput> {
  const link = server.link(name, bytes);
  const directory = await mkdtemp(join(tmpdir(), 'errand-bench-'));
  await using _directory = { [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
  await using temp = await openTempFiles({ directory: join(directory, 'temp'), maxBytes: Infinity });
  const hasCurl = await run('curl', ['--version']).then(
    () => true,
    () => false,
  );
  const runs = await repeat(rounds + 1, async () => ({
    oursMs: await takeOurs(link, bytes, temp),
    curlMs: hasCurl ? await takeWithCurl(link, bytes, join(directory, 'curl')) : NaN,
  }));
  // The first round is for warming up.
  const counted = runs.slice(1);
  const curlMs = hasCurl ? median(counted.map((one) => one.curlMs)) : undefined;
  return { oursMs: median(counted.map((one) => one.oursMs)), curlMs };
}

async function takeOurs(link: string, bytes: number, temp: TempFiles): Promise<number> {
  await using file = await temp.create();
  const startedAt = performance.now();
  await using offer = await offerDownload(web, new URL(link), { signal, maxBytes: bytes });
  await offer.take(file, { signal });
  const ms = performance.now() - startedAt;
  await checkContent(createReadStream(file.path), name, bytes);
  return ms;
}

async function takeWithCurl(link: string, bytes: number, path: string): Promise<number> {
  const { stdout } = await run('curl', [
    '--silent',
    '--fail',
    '--output',
    path,
    '--write-out',
    '%{time_total}',
    link,
  ]);
  await checkContent(createReadStream(path), name, bytes);
  await rm(path);
  return Number(stdout) * 1000;
}
