// Temporary directories that go with their process, also when it was killed: the next one removes them.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const name = /^errand-(?:emulator|playground)-(\d+)-/;

/** Makes a directory for `what`, which its user removes, and removes those of processes that could not. */
export function makeScratch(what: 'emulator' | 'playground'): string {
  for (const entry of readdirSync(tmpdir())) {
    const [, owner] = name.exec(entry) ?? [];
    if (owner !== undefined && !isAlive(Number(owner))) remove(join(tmpdir(), entry));
  }
  return mkdtempSync(join(tmpdir(), `errand-${what}-${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another user's: it is theirs to remove.
  }
}
