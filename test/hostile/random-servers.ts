// Servers that say anything at all: right in some parts, wrong in others, slow, huge, broken off.

import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Script } from '../net/raw-server.ts';
import fc from '../properties.ts';

/** One thing that a server does. */
export type Act =
  | { say: string }
  | { repeat: string; times: number }
  | { packed: string; coding: string }
  | { wait: number }
  | { close: 'end' | 'reset' };

const { constantFrom, integer, oneof, record, string, tuple } = fc;

const anyText = (maxLength: number) => string({ unit: 'binary', maxLength });
const statusLine = oneof(
  { weight: 9, arbitrary: constantFrom('HTTP/1.1 200 OK', 'HTTP/1.0 200 OK', 'HTTP/1.1 203 Fine') },
  {
    weight: 2,
    arbitrary: integer({ min: 0, max: 999 }).map((status) => `HTTP/1.1 ${status} Whatever`),
  },
  { weight: 1, arbitrary: anyText(40) },
);
const plainHeader = constantFrom(
  'content-type: text/html',
  'Content-Type: TEXT/html;charset=utf-16',
  'etag: "a"',
  'accept-ranges: bytes',
  'date: Mon, 01 Jan 2024 00:00:00 GMT',
  'set-cookie: a=b',
);
const oddHeader = oneof(
  constantFrom('transfer-encoding: chunked', 'transfer-encoding: gzip, chunked'),
  integer({ min: -1, max: 2_000 }).map((length) => `content-length: ${length}`),
  constantFrom('gzip', 'br', 'zstd', 'deflate', 'gzip, br', 'x').map(
    (coding) => `content-encoding: ${coding}`,
  ),
  constantFrom('etag: W/"b"', 'content-range: bytes 5-9/10', 'content-type: ;'),
  constantFrom('/', '/next', '//[', 'javascript:1', 'http://10.0.0.1/').map((to) => `location: ${to}`),
  string({ maxLength: 60 }).map((name) => `content-disposition: attachment; filename="${name}"`),
  tuple(anyText(20), anyText(200)).map(([name, value]) => `${name}: ${value}`),
);
const headers = tuple(fc.array(plainHeader, { maxLength: 5 }), fc.array(oddHeader, { maxLength: 2 }));
const head = tuple(statusLine, headers, constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r')).map(
  ([first, [plain, odd], end]) => `${[first, ...plain, ...odd].join(end)}${end}${end}`,
);
const words = oneof(
  constantFrom(
    '<title>A title</title>',
    '<meta property="og:title" content="&#8238;">',
    '<div>',
    '%PDF-1.7',
    'PK\u0003\u0004',
  ),
  constantFrom('0\r\n\r\n', '5\r\nhello\r\n', 'ffffff\r\n', '5;x=y\r\n', '\r\n'),
  anyText(300),
);
const anyAct: fc.Arbitrary<Act> = oneof(
  { weight: 8, arbitrary: record({ say: words }) },
  { weight: 2, arbitrary: record({ repeat: words, times: integer({ min: 1, max: 20_000 }) }) },
  { weight: 1, arbitrary: record({ packed: words, coding: constantFrom('gzip', 'br', 'zstd', 'deflate') }) },
  { weight: 1, arbitrary: record({ wait: integer({ min: 1, max: 30 }) }) },
);
const close = oneof(
  { weight: 8, arbitrary: constantFrom<Act>({ close: 'end' }) },
  { weight: 2, arbitrary: constantFrom<Act>({ close: 'reset' }) },
  // Leaves the connection as it is.
  { weight: 1, arbitrary: constantFrom<Act>({ wait: 0 }) },
);

/** What a server does whenever it is asked. */
export const anyServer: fc.Arbitrary<Act[]> = tuple(head, fc.array(anyAct, { maxLength: 5 }), close).map(
  ([first, acts, last]) => [{ say: first }, ...acts, last],
);

const pack: Record<string, (data: string) => Buffer> = {
  gzip: gzipSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
  deflate: deflateSync,
};

/** Does all of it, for as long as somebody is there. */
export function play(acts: readonly Act[]): Script {
  return (socket) => void playOn(socket, acts);
}

async function playOn(socket: Socket, acts: readonly Act[]): Promise<void> {
  for (const act of acts) {
    if (socket.destroyed) return;
    if ('say' in act) socket.write(act.say, 'latin1');
    else if ('repeat' in act) socket.write(act.repeat.repeat(act.times), 'latin1');
    else if ('packed' in act) socket.write(pack[act.coding]?.(act.packed.repeat(5_000)) ?? '');
    else if ('wait' in act) await sleep(act.wait);
    else if (act.close === 'end') socket.end();
    else socket.resetAndDestroy();
  }
}
