// What a figure was measured on: without it a figure says nothing.

import { cpus } from 'node:os';

/** The processor, how many cores there are, and the version of Node. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
}

export function describeMachine(): Machine {
  const all = cpus();
  return { cpu: all[0]?.model.trim() ?? 'unknown', cores: all.length, node: process.version };
}
