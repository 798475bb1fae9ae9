// A file that is complete or not there.

import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWholeFile } from '../../src/backup/whole-file.ts';
import { aDirectory } from './places.ts';

let home: Awaited<ReturnType<typeof aDirectory>>;
let path: string;
beforeEach(async () => {
  home = await aDirectory();
  path = join(home.path, 'file');
});
afterEach(() => home.remove());

describe('writeWholeFile', () => {
  it('gives the file its name when it is complete, for its owner alone', async () => {
    const result = await writeWholeFile(path, async (write) => {
      await write('one\n');
      expect(await readdir(home.path)).not.toContain('file');
      await write('two\n');
      return 7;
    });
    expect(result).toBe(7);
    expect(await readFile(path, 'utf8')).toBe('one\ntwo\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(home.path)).toEqual(['file']);
  });

  it('leaves the older file, and nothing else, when it cannot be completed', async () => {
    await writeFile(path, 'older');
    const failing = writeWholeFile(path, async (write) => {
      await write('newer');
      throw new Error('disk is full');
    });
    await expect(failing).rejects.toThrow('disk is full');
    expect(await readFile(path, 'utf8')).toBe('older');
    expect(await readdir(home.path)).toEqual(['file']);
  });

  it.each([
    ['a device', () => '/dev/null', 'it is there and no file'],
    ['a directory', () => home.path, 'it is there and no file'],
    ['a file in no directory', () => join(path, 'x'), 'ENO'],
  ])('refuses %s, in words', async (_, at, words) => {
    const failing = writeWholeFile(at(), async () => {});
    await expect(failing).rejects.toThrow(`Cannot write "${at()}": ${words}`);
  });
});
