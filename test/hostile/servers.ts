// Servers that mean harm, or are broken as if they did: what each says, and what may come of it.

import type { Socket } from 'node:net';
import { answer, writeForever } from '../net/raw-server.ts';
import type { RawServerOptions, Script } from '../net/raw-server.ts';
import { codedPages, entityBomb, vastPicture, zipBomb } from './bombs.ts';

/** A server, and how a look at it and a download from it end; both as `brief` says it. */
export interface HostileServer {
  readonly title: string;
  readonly script: Script;
  readonly card: string;
  readonly file: string;
  /** How it greets who connects. */
  readonly options?: RawServerOptions;
  /** Its address is https, though it may not speak TLS. */
  readonly isSecure?: boolean;
}

const html = { 'content-type': 'text/html' };
const page = '<title>The title</title>'.padEnd(600, ' words');
const theTitle = 'card "The title"';

/** Says it once. */
const say =
  (...words: (string | Buffer)[]): Script =>
  (socket) => {
    for (const word of words) socket.write(word, 'latin1');
    socket.end();
  };

/** Says the first, then the other again and again, as fast as it is taken. */
const flood =
  (first: string, more: string): Script =>
  (socket) => {
    socket.write(first, 'latin1');
    writeForever(socket, more);
  };

/** Says the first, then a bit of the other every 20 ms. */
const drip =
  (first: string, more: string): Script =>
  (socket) =>
    trickle(socket, first, more);

function trickle(socket: Socket, first: string, more: string): void {
  socket.write(first, 'latin1');
  const timer = setInterval(() => socket.write(more, 'latin1'), 20);
  socket.once('close', () => clearInterval(timer));
}

const chunked = answer(200, { ...html, 'transfer-encoding': 'chunked' });
const chunkOf = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const broken = { card: 'error-broken', file: 'error-broken' };
const unreadable = { card: 'error-headers', file: 'error-headers' };
const untilDeadline = { card: 'deadline', file: 'deadline' };

/** Bodies that are more than they seem. */
const bombs: HostileServer[] = [
  ...codedPages.map(([coding, packed]) => ({
    title: `a page of 10 MB in ${coding}`,
    script: say(
      answer(200, { ...html, 'content-encoding': coding, 'content-length': packed.length }),
      packed,
    ),
    card: theTitle,
    file: 'error-unpack',
  })),
  {
    title: 'a page in four codings',
    script: say(answer(200, { ...html, 'content-encoding': 'gzip, gzip, gzip, gzip' }, page)),
    card: 'error-unpack',
    file: 'error-unpack',
  },
  {
    title: 'a page of 300 MB that says so',
    script: flood(answer(200, { ...html, 'content-length': 300_000_000 }, page), 'words '.repeat(1_000)),
    card: theTitle,
    file: 'error-too-large',
  },
  {
    title: 'a page without end',
    script: flood(answer(200, html, page), 'words '.repeat(1_000)),
    card: theTitle,
    file: 'error-too-large',
  },
  {
    title: 'an XML entity bomb',
    script: say(answer(200, { ...html, 'content-length': entityBomb.length }), entityBomb),
    card: 'card "&l9;"',
    file: `file of ${entityBomb.length}`,
  },
  {
    title: 'a zip bomb',
    script: say(answer(200, { 'content-type': 'application/zip' }), zipBomb),
    card: 'card ""',
    file: `file of ${zipBomb.length}`,
  },
  {
    title: 'a picture of 30,000 × 30,000 points',
    script: say(answer(200, { 'content-type': 'image/png' }), vastPicture),
    card: 'card ""',
    file: `file of ${vastPicture.length}`,
  },
];

const oneEach = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('');

/** Headers without measure. */
const heads: HostileServer[] = [
  {
    title: '10,000 headers',
    script: say(`HTTP/1.1 200 OK\r\n${oneEach(10_000, (at) => `x${at}: 1\r\n`)}\r\n${page}`),
    ...unreadable,
  },
  { title: 'a header of 1 MB', script: say(answer(200, { x: 'a'.repeat(1_000_000) }, page)), ...unreadable },
  {
    title: 'headers without end',
    script: flood('HTTP/1.1 200 OK\r\n', 'a: b\r\n'.repeat(100)),
    ...unreadable,
  },
  {
    title: 'interim answers without end',
    script: flood('', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
    ...unreadable,
  },
  {
    title: 'interim answers now and then',
    script: drip('', 'HTTP/1.1 102 Processing\r\n\r\n'),
    ...unreadable,
  },
  {
    title: '10,000 trailers',
    script: say(chunked, chunkOf(page), `0\r\n${oneEach(10_000, (at) => `x${at}: 1\r\n`)}\r\n`),
    ...unreadable,
  },
  {
    title: 'a few trailers',
    script: say(chunked, chunkOf(page), '0\r\nx: 1\r\nserver-timing: a;dur=1\r\n\r\n'),
    card: theTitle,
    file: `file of ${page.length}`,
  },
  {
    title: 'a length among the trailers',
    script: say(chunked, chunkOf(page), '0\r\ncontent-length: 5\r\n\r\n'),
    card: 'error-broken',
    file: 'error-cut-short',
  },
];

/** Answers that are none. */
const garbage: HostileServer[] = [
  ['another protocol', 'SSH-2.0-OpenSSH_9.9\r\n'],
  ['a radio station', 'ICY 200 OK\r\nicy-name: radio\r\n\r\n'],
  ['a request', 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'],
  ['HTTP 9.9', 'HTTP/9.9 200 OK\r\n\r\n'],
  ['a status of five digits', 'HTTP/1.1 20000 OK\r\n\r\n'],
  ['a status in words', 'HTTP/1.1 OK\r\n\r\n'],
  ['noise', oneEach(2_000, (at) => String.fromCodePoint((at * at * 31) % 256))],
  ['nothing', ''],
].map(([title = '', words = '']) => ({ title, script: say(words), ...broken }));

/** Lengths that are wrong. */
const lengths: HostileServer[] = [
  {
    title: 'less than it promises',
    script: say(answer(200, { ...html, 'content-length': 5_000 }, page)),
    card: 'error-broken',
    file: 'error-cut-short',
  },
  {
    title: 'more than it promises',
    script: say(answer(200, { ...html, 'content-length': 30 }, page)),
    card: theTitle,
    file: 'file of 30',
  },
  {
    title: 'a chunk that is shorter than it says',
    script: say(chunked, `fff\r\n${page}`),
    card: 'error-broken',
    file: 'error-cut-short',
  },
  {
    title: 'a chunk that is longer than it says',
    script: say(chunked, `5\r\n${page}\r\n0\r\n\r\n`),
    card: 'error-broken',
    file: 'error-cut-short',
  },
  {
    title: 'a chunk of a size without end',
    script: flood(chunked, 'f'.repeat(100)),
    card: 'error-broken',
    file: 'error-cut-short',
  },
];

/** Whoever wants to keep us: each holds on until the deadline. */
export const keepers: HostileServer[] = [
  { title: 'a byte now and then', script: drip(answer(200, html, '<title>'), 'a'), ...untilDeadline },
  {
    title: 'a byte now and then, each a chunk with an extension',
    script: drip(chunked, `1;${'x'.repeat(50)}=1\r\na\r\n`),
    ...untilDeadline,
  },
  {
    title: 'one chunk extension without end',
    script: drip(`${chunked}5;`, 'x'.repeat(500)),
    ...untilDeadline,
  },
  { title: 'empty lines instead of an answer', script: drip('', '\r\n'.repeat(100)), ...untilDeadline },
  { title: 'a header now and then', script: drip('HTTP/1.1 200 OK\r\n', 'a: b\r\n'), ...untilDeadline },
  { title: 'nothing at all', script: () => {}, ...untilDeadline },
  {
    title: 'nothing at all instead of a TLS handshake',
    script: () => {},
    isSecure: true,
    ...untilDeadline,
  },
  {
    title: 'a TLS handshake, a byte now and then',
    script: () => {},
    options: { greet: (socket) => trickle(socket, '\u0016\u0003\u0003\u003f\u00ff', '\u0002') },
    isSecure: true,
    ...untilDeadline,
  },
];

/** All that end by themselves. */
export const servers: HostileServer[] = [
  ...bombs,
  ...heads,
  ...garbage,
  ...lengths,
  {
    title: 'redirects without end, each with a cookie',
    script: (socket, _head, time) => {
      const cookie = `c${time}=${'x'.repeat(200)}`;
      socket.end(answer(302, { location: `/${time}`, 'set-cookie': cookie, 'content-length': 0 }));
    },
    card: 'error-redirects',
    file: 'error-redirects',
  },
  {
    title: 'redirects whose own bodies never end',
    script: (socket, _head, time) =>
      flood(answer(302, { location: `/${time}` }), 'x'.repeat(1_000))(socket, '', time),
    card: 'error-redirects',
    file: 'error-redirects',
  },
  {
    title: 'HTTP at an address of https',
    script: () => {},
    options: { greet: (socket) => void socket.write(answer(200, html, page)) },
    isSecure: true,
    card: 'error-tls',
    file: 'error-tls',
  },
];
