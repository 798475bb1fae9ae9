// Temporary directories: made anew, and those of processes that were killed removed.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeScratch } from '../../src/emulator/scratch.ts';

test('makeScratch makes a directory and removes those whose process is gone, and no other', () => {
  const { pid: gone } = spawnSync(process.execPath, ['--version']);
  const abandoned = mkdtempSync(join(tmpdir(), `errand-playground-${gone}-`));
  const owned = mkdtempSync(join(tmpdir(), `errand-playground-${process.ppid}-`));
  const made = makeScratch('emulator');
  expect([abandoned, owned, made].map(existsSync)).toEqual([false, true, true]);
  for (const path of [owned, made]) rmSync(path, { recursive: true });
});
