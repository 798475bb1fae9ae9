// The directory of one process: refused to every other one, for as long as that process lives and no longer.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDataDirectory } from '../../src/store/data-directory.ts';

let parts: AsyncDisposableStack;
let home: Awaited<ReturnType<typeof mkdtempDisposable>>;
let path: string;
beforeEach(async () => {
  parts = new AsyncDisposableStack();
  home = await mkdtempDisposable(join(tmpdir(), 'errand-directory-'));
  parts.defer(() => home.remove());
  path = join(home.path, 'deep', 'data');
});
afterEach(() => parts.disposeAsync());

const inUse = () => `Cannot use DATA_DIR "${path}": another process uses it`;

/** Starts a process that claims the directory and forgets about it; gives what became of the claim. */
async function claimElsewhere() {
  const module = join(import.meta.dirname, '../../src/store/data-directory.ts');
  const child = spawn(process.execPath, [
    '--expose-gc',
    '--input-type=module',
    '--eval',
    `import { claimDataDirectory } from ${JSON.stringify(module)};
    setInterval(() => {}, 1000);
    const answer = await claimDataDirectory(${JSON.stringify(path)}).then(() => 'claimed', (error) => error.message);
    await globalThis.gc({ execution: 'async' });
    await new Promise(setImmediate);
    console.log(answer);`,
  ]);
  const ended = once(child, 'close');
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  parts.defer(kill);
  const [answer] = (await once(child.stdout, 'data')) as [Buffer];
  return { answer: answer.toString().trim(), kill };
}

describe('claimDataDirectory', () => {
  it('makes the directory, and knows how many bytes may be taken', async () => {
    using directory = await claimDataDirectory(path);
    expect(directory.path).toBe(path);
    expect(statSync(path).isDirectory()).toBe(true);
    const bytes = await directory.spareBytes();
    expect(Number.isSafeInteger(bytes)).toBe(true);
    expect(bytes).toBeGreaterThan(0);
  });

  it.each([
    ['is a file', () => join(home.path, 'file')],
    ['is below a file', () => join(home.path, 'file', 'data')],
    ['cannot be made', () => '/sys/errand'],
  ])('rejects a directory that %s, naming it', async (_, place) => {
    writeFileSync(join(home.path, 'file'), '');
    await expect(claimDataDirectory(place())).rejects.toThrow(`Cannot use DATA_DIR "${place()}": E`);
  });

  it('refuses it a second time in this process, until the first lets go', async () => {
    const first = await claimDataDirectory(path);
    await expect(claimDataDirectory(path)).rejects.toThrow(inUse());
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    (await claimDataDirectory(path))[Symbol.dispose]();
  });

  it('refuses it to a second process, which changes nothing for the first', async () => {
    using _mine = await claimDataDirectory(path);
    expect((await claimElsewhere()).answer).toBe(inUse());
    expect((await claimElsewhere()).answer).toBe(inUse());
  });

  it('refuses it while another process has it, and gives it once that one was killed, whatever it has left', async () => {
    const first = await claimElsewhere();
    expect(first.answer).toBe('claimed');
    await expect(claimDataDirectory(path)).rejects.toThrow(inUse());
    await first.kill();
    expect(existsSync(join(path, 'lock.sqlite'))).toBe(true);
    using _mine = await claimDataDirectory(path);
    expect((await claimElsewhere()).answer).toBe(inUse());
  });

  it.each([
    ['that is no lock', Buffer.from('4711\n')],
    ['full of anything', Buffer.alloc(10_000, 'anything ')],
    ['cut in half', Buffer.from('SQLite format 3\0\x10\0\x01\x01')],
  ])('takes a left-over file %s for a lock all the same', async (_, content) => {
    (await claimDataDirectory(path))[Symbol.dispose]();
    writeFileSync(join(path, 'lock.sqlite'), content);
    using _mine = await claimDataDirectory(path);
    expect((await claimElsewhere()).answer).toBe(inUse());
  });
});
