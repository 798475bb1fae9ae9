// What a process holds of the system: counted, so that nothing stays behind unseen.

import { globSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Open sockets, open files and children; counted where Linux tells. */
export interface Traces {
  readonly sockets: number;
  readonly files: number;
  readonly children: number;
}

/** Counts what this process holds now, without its connections from or to `port`, which may be kept for later. */
export function countTraces(port: number): Traces {
  const held = readdirSync('/proc/self/fd').map(targetOf);
  const kept = socketsAt(port);
  return {
    sockets: held.filter((target) => target.startsWith('socket:') && !kept.has(target)).length,
    files: held.filter((target) => target.startsWith('/')).length,
    children: globSync('/proc/self/task/*/children')
      .flatMap((file) => readFileSync(file, 'utf8').split(' '))
      .filter((id) => id !== '').length,
  };
}

function targetOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // It was the one by which the directory was read.
    return '';
  }
}

/** The sockets with this port at either end, as their descriptors are called (proc(5), /proc/net/tcp). */
function socketsAt(port: number): Set<string> {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const [, ...lines] = readFileSync('/proc/self/net/tcp', 'utf8').trim().split('\n');
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const there = fields.filter(([, local = '', remote = '']) => local.endsWith(end) || remote.endsWith(end));
  return new Set(there.map((line) => `socket:[${line[9]}]`));
}
