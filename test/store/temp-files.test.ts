// Temporary files: where they are, how many, how large, and that they are gone.

import { mkdir, mkdtempDisposable, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { openTempFiles } from '../../src/store/temp-files.ts';
import { failureOf } from '../net/settings.ts';

async function place(maxBytes = 1_000) {
  const home = await mkdtempDisposable(join(tmpdir(), 'errand-'));
  const directory = join(home.path, 'deep', 'temp');
  const files = await openTempFiles({ directory, maxBytes });
  return { directory, files, [Symbol.asyncDispose]: () => home.remove() };
}

describe('openTempFiles', () => {
  it('makes its directory and empties it of what an earlier run has left', async () => {
    await using at = await place();
    await writeFile(join(at.directory, 'left'), 'over');
    await mkdir(join(at.directory, 'a', 'b'), { recursive: true });
    await openTempFiles({ directory: at.directory, maxBytes: 1 });
    expect(await readdir(at.directory)).toEqual([]);
  });

  it('rejects with the system error when the directory cannot be used', async () => {
    await using at = await place();
    const path = join(at.directory, 'file');
    await writeFile(path, '');
    await expect(openTempFiles({ directory: path, maxBytes: 1 })).rejects.toThrow('EEXIST');
  });
});

describe('TempFiles.create', () => {
  it('gives each file a random name that only the owner can read, and deletes it when disposed', async () => {
    await using at = await place();
    const one = await at.files.create();
    const two = await at.files.create();
    expect(one.path).not.toBe(two.path);
    expect((await stat(one.path)).mode & 0o777).toBe(0o600);
    expect(at.files.size()).toBe(2);
    await one.handle.write('hello');
    await one[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
    expect(at.files.size()).toBe(1);
    expect(await readdir(at.directory)).toHaveLength(1);
    await two[Symbol.asyncDispose]();
    expect(await readdir(at.directory)).toEqual([]);
  });

  it('deletes a file whose handle somebody has closed already', async () => {
    await using at = await place();
    const file = await at.files.create();
    await file.handle.close();
    await file[Symbol.asyncDispose]();
    expect(await readdir(at.directory)).toEqual([]);
    expect(at.files.size()).toBe(0);
  });

  it('deletes what is left when all are disposed', async () => {
    await using at = await place();
    await at.files.create();
    await at.files.create();
    await at.files[Symbol.asyncDispose]();
    expect(await readdir(at.directory)).toEqual([]);
    expect(at.files.size()).toBe(0);
  });
});

describe('TempFiles', () => {
  it('disposed leave no file that was about to be, and make no other', async () => {
    await using at = await place();
    const late = failureOf(at.files.create());
    await at.files[Symbol.asyncDispose]();
    expect(await readdir(at.directory)).toEqual([]);
    expect(at.files.size()).toBe(0);
    expect(await late).toMatchObject({ message: expect.stringContaining('given up') });
    expect(await failureOf(at.files.create())).toBeInstanceOf(Error);
    await at.files[Symbol.asyncDispose]();
  });
});

describe('TempFile.reserve', () => {
  it('shares one budget among all files and gives it back', async () => {
    await using at = await place(1_000);
    const one = await at.files.create();
    const two = await at.files.create();
    one.reserve(600);
    one.reserve(500);
    two.reserve(400);
    expect(() => two.reserve(401)).toThrow(UserError);
    expect(() => one.reserve(601)).toThrow('error-disk-full');
    await one[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
    two.reserve(1_000);
    expect(() => two.reserve(1_001)).toThrow('error-disk-full');
    await two[Symbol.asyncDispose]();
    const three = await at.files.create();
    three.reserve(1_000);
    await three[Symbol.asyncDispose]();
  });
});
