// Bodies that end too late, too early, too large or not at all, as pages and as files.

import type { Socket } from 'node:net';
import { createGzip, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { showHost } from '../src/parse/plain-words.ts';
import { answer, startRawServer, writeForever } from './net/raw-server.ts';
import type { Script } from './net/raw-server.ts';
import { expectRest } from './rest.ts';
import { answersTo, said, startWorld } from './world.ts';
import type { World } from './world.ts';

const page = '<title>The title</title><p>'.padEnd(2_000, 'words ');
const html = { 'content-type': 'text/html' };
const data = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at) % 251));

let world: World;
beforeAll(async () => {
  world = await startWorld({
    MAX_DOWNLOAD_MB: '1',
    LOOKUP_DEADLINE_MS: '2000',
    DOWNLOAD_DEADLINE_MS: '15000',
  });
});
afterAll(() => world[Symbol.asyncDispose]());
afterEach(() => expectRest(world));

/** What comes back for the address of a server that answers by `script`, which nobody is connected to any more then. */
async function answersAbout(script: Script, command = ''): Promise<string[]> {
  await using server = await startRawServer(script);
  const answers = await answersTo(world, `${command}${server.origin}/file.bin`);
  await server.drained();
  return answers;
}

/** The same for /get. */
const answersToGet = (script: Script) => answersAbout(script, '/get ');

/** The file that /get brings from a server that answers by `script`. */
async function fileFrom(script: Script): Promise<{ name: string | undefined; content: Buffer }> {
  await using server = await startRawServer(script);
  const person = world.emulator.person();
  person.send(`/get ${server.origin}/file.bin`);
  await world.idle();
  const [message, ...more] = said(person.chat);
  if (!message?.document || more.length > 0) throw new Error(`Expected a file: ${message?.text}`);
  await server.drained();
  return { name: message.document.file_name, content: await person.chat.file(message) };
}

/** Sends gzip that is zeros without end once unpacked. */
function bombard(socket: Socket): void {
  const gzip = createGzip();
  gzip.on('data', (chunk: Buffer) => socket.write(chunk) || gzip.pause());
  socket.on('drain', () => gzip.resume());
  socket.once('close', () => gzip.destroy());
  gzip.write(page);
  const zeros = Buffer.alloc(1_000_000);
  const more = () => void (gzip.destroyed || gzip.write(zeros, () => setImmediate(more)));
  more();
}

describe('A body without end', () => {
  const endless: Script = (socket) => {
    socket.write(answer(200, html, page));
    writeForever(socket, 'a'.repeat(10_000));
  };

  it('gets a card of its beginning', async () => {
    expect(await answersAbout(endless)).toEqual([expect.stringContaining('The title')]);
  });

  it('is stopped at the limit when it is a file', async () => {
    expect(await answersToGet(endless)).toEqual([
      expect.stringContaining('larger than 1 MB, the most I can take'),
    ]);
  });

  it('is answered at the deadline when it only drips', async () => {
    const drip: Script = (socket) => {
      socket.write(answer(200, html, '<title>'));
      const timer = setInterval(() => socket.write('a'), 20);
      socket.once('close', () => clearInterval(timer));
    };
    expect(await answersAbout(drip)).toEqual([expect.stringContaining('No answer within 2 seconds')]);
  });

  it('gets a card of its beginning when gzip expands it', async () => {
    const bomb: Script = (socket) => {
      socket.write(answer(200, { ...html, 'content-encoding': 'gzip' }));
      bombard(socket);
    };
    expect(await answersAbout(bomb)).toEqual([expect.stringContaining('The title')]);
  });
});

describe('A body shorter than promised', () => {
  const etag = '"one"';
  const first = data.subarray(0, 200_000);
  const short: Script = (socket) => {
    socket.write(answer(200, { etag, 'content-length': data.length }));
    socket.end(first);
  };

  it('is a page that broke off', async () => {
    const script: Script = (socket) => socket.end(answer(200, { ...html, 'content-length': 9_000 }, page));
    expect(await answersAbout(script)).toEqual([
      expect.stringContaining(`${showHost('127.0.0.1')} broke off`),
    ]);
  });

  it('is completed with Range when it is a file', async () => {
    const heads: string[] = [];
    const file = await fileFrom((socket, head, time) => {
      heads.push(head);
      if (time === 1) return short(socket, head, time);
      const from = Number(/range: bytes=(\d+)-/.exec(head)?.[1]);
      const range = `bytes ${from}-${data.length - 1}/${data.length}`;
      const rest = data.subarray(from);
      socket.write(answer(206, { etag, 'content-range': range, 'content-length': rest.length }));
      return socket.end(rest);
    });
    expect(file.content).toEqual(data);
    expect(heads[1]).toContain(`if-range: ${etag}`);
  });

  it('is asked for anew when it is another version by then', async () => {
    const other = Buffer.alloc(1_000, 'b');
    const file = await fileFrom((socket, head, time) => {
      if (time === 1) return short(socket, head, time);
      socket.write(answer(200, { etag: '"two"', 'content-length': other.length }));
      return socket.end(other);
    });
    expect(file.content).toEqual(other);
  });

  it('is no file when the rest is not there any more', async () => {
    const answers = await answersToGet((socket, head, time) =>
      time === 1 ? short(socket, head, time) : socket.end(answer(404, { 'content-length': 0 })),
    );
    expect(answers).toEqual([
      expect.stringContaining('broke off several times before the file was complete'),
    ]);
  });
});

describe('A Content-Length', () => {
  it.each([
    ['of 15 digits', '999999999999999', 'the most I can take here is 1 MB'],
    ['of 30 digits', '9'.repeat(30), 'broke off'],
    ['below zero', '-5', 'broke off'],
    ['in words', 'many', 'broke off'],
  ])('%s is no reason to take a file', async (_, length, text) => {
    const script: Script = (socket) => socket.write(answer(200, { 'content-length': length }, 'abc'));
    expect(await answersToGet(script)).toEqual([expect.stringContaining(text)]);
  });

  it('of 15 digits is no reason to wait for the end of a file to show its card', async () => {
    const headers = { 'content-type': 'application/zip', 'content-length': '999999999999999' };
    const answers = await answersAbout((socket) => socket.write(answer(200, headers)));
    expect(answers).toEqual([expect.stringContaining('application/zip · 1,000,000 GB')]);
  });

  it('that is too small makes the file as long as it says', async () => {
    const file = await fileFrom((socket) => socket.end(answer(200, { 'content-length': 3 }, 'abcdef')));
    expect(file.content.toString()).toBe('abc');
  });

  it.each<[string, Script]>([
    ['ended by the connection', (socket) => (socket.write(answer(200, {})), socket.end(data))],
    [
      'in chunks',
      (socket) => {
        socket.write(answer(200, { 'transfer-encoding': 'chunked' }, `${data.length.toString(16)}\r\n`));
        socket.write(data);
        socket.end('\r\n0\r\n\r\n');
      },
    ],
  ])('is not needed: %s', async (_, script) => {
    expect((await fileFrom(script)).content).toEqual(data);
  });
});

describe('A file', () => {
  it.each([
    ['..%2F..%2Fetc%2Fpasswd.txt', 'passwd.txt'],
    ['C%3A%5CWindows%5Csystem%2Eini', 'system.ini'],
    ['bill%E2%80%AEfdp.exe', 'billfdp.exe'],
    ['one%00two%07%0D%0Athree.txt', 'one two three.txt'],
    ['...', 'file'],
    [`${'n'.repeat(300)}.txt`, `${'n'.repeat(96)}.txt`],
  ])('named %s comes as %s', async (written, clean) => {
    const headers = {
      'content-disposition': `attachment; filename*=UTF-8''${written}`,
      'content-length': data.length,
    };
    const { name } = await fileFrom((socket) => (socket.write(answer(200, headers)), socket.end(data)));
    expect(name).toBe(clean);
  });

  it.each<[string, Script]>([
    ['with a length of 0', (socket) => socket.end(answer(200, { 'content-length': 0 }))],
    ['in no chunk', (socket) => socket.end(answer(200, { 'transfer-encoding': 'chunked' }, '0\r\n\r\n'))],
    ['with status 204', (socket) => socket.end(answer(204, {}))],
    ['as gzip of nothing', (socket) => sendGzip(socket, '')],
  ])('that is empty is said to be: %s', async (_, script) => {
    expect(await answersToGet(script)).toEqual([
      expect.stringContaining(`${showHost('127.0.0.1')} sent an empty file`),
    ]);
  });

  it('of 51 MB is refused at once, before any of it is there', async () => {
    const script: Script = (socket) => socket.write(answer(200, { 'content-length': 51_000_000 }));
    expect(await answersToGet(script)).toEqual([
      'This is 51 MB, and the most I can take here is 1 MB. Try a smaller one.',
    ]);
  });
});

describe('By default, a file', () => {
  let spacious: World;
  beforeAll(async () => {
    spacious = await startWorld();
  });
  afterAll(() => spacious[Symbol.asyncDispose]());
  afterEach(() => expectRest(spacious));

  it.each<[string, string, Script]>([
    [
      'of 51 MB',
      'This is 51 MB, and the most I can take here is 50 MB. Try a smaller one.',
      (socket) => socket.write(answer(200, { 'content-length': 51_000_000 })),
    ],
    [
      'that is larger than 50 MB without saying so',
      'This is larger than 50 MB, the most I can take here. Try a smaller one.',
      (socket) => (socket.write(answer(200, {})), writeForever(socket, 'a'.repeat(60_000))),
    ],
    [
      'that gzip expands without end',
      `${showHost('127.0.0.1')} sent something I can't safely unpack. Try another link.`,
      (socket) => (socket.write(answer(200, { 'content-encoding': 'gzip' })), bombard(socket)),
    ],
  ])('%s is refused', async (_, text, script) => {
    await using server = await startRawServer(script);
    expect(await answersTo(spacious, `/get ${server.origin}/file.bin`)).toEqual([text]);
    await server.drained();
  });
});

function sendGzip(socket: Socket, text: string): void {
  const packed = gzipSync(text);
  socket.write(answer(200, { 'content-encoding': 'gzip', 'content-length': packed.length }));
  socket.end(packed);
}
