// The writer of files: what it takes is what is on disk, whatever the pieces, and the disk is never in two hands.

import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileWriter, pieceBytesFor } from '../../src/net/file-writer.ts';
import { openTempFiles } from '../../src/store/temp-files.ts';
import { hold, openFull } from './disks.ts';
import { failureOf } from './settings.ts';

const piece = pieceBytesFor(1);
const content = Buffer.from(Array.from({ length: 3 * piece }, (_, at) => (at * at) % 251));

async function startFile() {
  const home = await mkdtempDisposable(join(tmpdir(), 'errand-'));
  const files = await openTempFiles({ directory: home.path, maxBytes: Infinity });
  const file = await files.create();
  const dispose = async () => {
    await files[Symbol.asyncDispose]();
    await home.remove();
  };
  return { file, [Symbol.asyncDispose]: dispose };
}

describe('FileWriter', () => {
  it.each([1_000, 65_536, piece, 2 * piece + 1])('writes what it takes in chunks of %i', async (size) => {
    await using at = await startFile();
    await using writer = new FileWriter(at.file);
    for (let from = 0; from < content.length; from += size) {
      await writer.append(content.subarray(from, from + size));
      expect(writer.size).toBe(Math.min(from + size, content.length));
    }
    expect(await writer.finish()).toBe(content.length);
    expect((await readFile(at.file.path)).equals(content)).toBe(true);
  });

  it('gathers a piece while another is written, and waits when both are full', async () => {
    await using at = await startFile();
    await using writer = new FileWriter(at.file);
    const disk = hold(at.file);
    await writer.append(content.subarray(0, 2 * piece));
    let hasRoom = false;
    const waiting = writer.append(content.subarray(2 * piece)).then(() => (hasRoom = true));
    await disk.asked;
    await new Promise(setImmediate);
    expect(hasRoom).toBe(false);
    expect(disk.pieces).toEqual([{ bytes: piece, position: 0 }]);
    disk.letGo();
    await waiting;
    await writer.finish();
    expect((await readFile(at.file.path)).equals(content)).toBe(true);
  });

  it('begins again only when the disk has what was on its way', async () => {
    await using at = await startFile();
    await using writer = new FileWriter(at.file);
    const disk = hold(at.file);
    await writer.append(content.subarray(0, piece + 1));
    const begun = writer.restart();
    disk.letGo();
    await begun;
    expect(writer.size).toBe(0);
    await writer.append(Buffer.from('other'));
    expect(await writer.finish()).toBe(5);
    expect(await readFile(at.file.path, 'utf8')).toBe('other');
  });

  it('tells at once that the disk has failed, and to all who go on', async () => {
    await using file = await openFull();
    await using writer = new FileWriter(file);
    const told = new Promise((resolve) => writer.broken.addEventListener('abort', resolve));
    await writer.append(content.subarray(0, piece + 1));
    await told;
    expect(writer.broken.reason).toMatchObject({ code: 'ENOSPC' });
    expect(await failureOf(writer.append(content))).toBe(writer.broken.reason);
    expect(await failureOf(writer.finish())).toBe(writer.broken.reason);
    expect(await failureOf(writer.restart())).toBe(writer.broken.reason);
  });

  it('leaves the disk alone once it is disposed, which may happen twice', async () => {
    await using at = await startFile();
    const writer = new FileWriter(at.file);
    const disk = hold(at.file);
    await writer.append(content.subarray(0, piece + 1));
    let isOver = false;
    const disposed = writer[Symbol.asyncDispose]().then(() => (isOver = true));
    await disk.asked;
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    disk.letGo();
    await disposed;
    await writer[Symbol.asyncDispose]();
    expect((await readFile(at.file.path)).equals(content.subarray(0, piece))).toBe(true);
  });

  it('takes smaller pieces while there are many writers', async () => {
    await using at = await startFile();
    await using writers = new AsyncDisposableStack();
    const crowd = Array.from({ length: 100 }, () => writers.use(new FileWriter(at.file)));
    const disk = hold(at.file);
    disk.letGo();
    await crowd[0]?.append(content);
    expect(disk.pieces.every(({ bytes }) => bytes === pieceBytesFor(100))).toBe(true);
    await writers.disposeAsync();
    await using last = new FileWriter(at.file);
    await last.append(content);
    expect(disk.pieces.at(-1)?.bytes).toBe(piece);
  });
});

describe('pieceBytesFor', () => {
  it('keeps a hundred writers within 32 MB, and their pieces between 128 KB and 1 MB', () => {
    for (let count = 1; count <= 128; count++) {
      expect(2 * count * pieceBytesFor(count)).toBeLessThanOrEqual(33_554_432);
      expect(pieceBytesFor(count)).toBeGreaterThanOrEqual(131_072);
    }
    expect([1, 16, 17, 100, 1_000].map(pieceBytesFor)).toEqual([
      1_048_576, 1_048_576, 524_288, 131_072, 131_072,
    ]);
  });
});
