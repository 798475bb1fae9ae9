// Tells whether a process has ended, also when nobody has asked for its exit code yet.

import { readFileSync } from 'node:fs';

/** Whether the process `pid` runs no more. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    // No such process.
    return true;
  }
  return isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // It ended just now, or this system has no /proc and so doesn't tell.
    return false;
  }
}
