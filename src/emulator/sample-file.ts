// Files of the sample web: bytes that can be told apart by their place, sent at a steady pace, in ranges, or cut short.

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { uptime } from '../async/clock.ts';
import { sleep } from '../async/sleep.ts';

/** A file that the sample web makes up while it sends it. */
export interface SampleFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Where the connection breaks when the whole file is asked for; a request with `Range` is served to its end. */
  readonly breaksAtBytes?: number;
}

interface Range {
  readonly from: number;
  /** One past the last byte. */
  readonly to: number;
}

const chunkBytes = 128 * 1024;
const changedAt = new Date('2026-01-05T09:00:00Z').toUTCString();
// 65,521 is a prime: bytes taken from a wrong place of any round size never match by chance.
const pattern = createHash('shake256', { outputLength: 65_521 }).update('sample').digest();

/** The bytes of every sample file from `from` up to, without, `to`: the same ones each time. */
export function sampleBytes(from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from);
  for (let done = 0; done < bytes.length;) {
    const start = (from + done) % pattern.length;
    done += pattern.copy(bytes, done, start, Math.min(pattern.length, start + bytes.length - done));
  }
  return bytes;
}

/**
 * Answers GET or HEAD for `file` at about `bytesPerSecond`, with ETag, If-None-Match, If-Range and one `Range`
 * (RFC 9110 §13, §14). Rejects when the other side goes away or `signal` aborts.
 */
export async function sendSampleFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: SampleFile,
  { bytesPerSecond, signal }: { bytesPerSecond: number; signal: AbortSignal },
): Promise<void> {
  const etag = `"${file.name}-${file.sizeBytes}"`;
  response.setHeaders(
    new Map([
      ['accept-ranges', 'bytes'],
      ['etag', etag],
      ['last-modified', changedAt],
    ]),
  );
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  const asked = [undefined, etag, changedAt].includes(ifRange(request)) ? request.headers.range : undefined;
  const range = readRange(asked, file.sizeBytes);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${file.sizeBytes}` }).end();
    return;
  }
  const { from, to } = range ?? { from: 0, to: file.sizeBytes };
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${file.name}"`,
    'content-length': to - from,
    ...(range && { 'content-range': `bytes ${from}-${to - 1}/${file.sizeBytes}` }),
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const breaksAt = range ? undefined : file.breaksAtBytes;
  const chunks = paceBytes({ from, to: breaksAt ?? to }, { bytesPerSecond, signal });
  await pipeline(chunks, response, { signal, end: breaksAt === undefined });
  if (breaksAt !== undefined) response.socket?.destroySoon();
}

async function* paceBytes(
  { from, to }: Range,
  { bytesPerSecond, signal }: { bytesPerSecond: number; signal: AbortSignal },
): AsyncGenerator<Buffer> {
  const startedMs = uptime();
  for (let at = from; at < to;) {
    const end = Math.min(at + chunkBytes, to);
    yield sampleBytes(at, end);
    at = end;
    const aheadMs = ((at - from) / bytesPerSecond) * 1000 - (uptime() - startedMs);
    if (aheadMs > 0) await sleep(aheadMs, { signal });
  }
}

function ifRange(request: IncomingMessage): string | undefined {
  return request.headers['if-range']?.toString();
}

/** One `bytes` range of a file of `sizeBytes`; undefined (the whole file) for anything else, as RFC 9110 §14.2 allows. */
function readRange(header: string | undefined, sizeBytes: number): Range | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return undefined;
  if (first === '')
    return Number(last) > 0
      ? { from: Math.max(0, sizeBytes - Number(last)), to: sizeBytes }
      : 'unsatisfiable';
  if (last !== '' && Number(last) < Number(first)) return undefined;
  if (Number(first) >= sizeBytes) return 'unsatisfiable';
  return { from: Number(first), to: last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
}
