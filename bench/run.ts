// Runs all benchmarks, one after another, each in a process of its own, and writes their figures into the README.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Line } from './line.ts';
import { writeTable } from './table.ts';

const benches = [
  'updates',
  'isolation',
  'semaphore',
  'fairness',
  'download',
  'gather',
  'crash',
  'hostile',
  'fleet',
];
/** Milliseconds that one benchmark may take. */
const patienceMs = 180_000;
const readme = join(import.meta.dirname, '../README.md');

/** Runs one benchmark; rejects when it ends badly. */
async function runBench(file: string): Promise<Line> {
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: patienceMs,
    killSignal: 'SIGKILL',
  });
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  process.stdout.write(output);
  if (code !== 0) throw new Error(`Cannot use ${file}: it ended with ${code ?? signal}`);
  return JSON.parse(output) as Line;
}

const before = await readFile(readme, 'utf8');
// Checked first, so that nobody waits minutes to hear that the markers are missing.
writeTable(before, []);
const lines: Line[] = [];
for (const name of benches) {
  const file = join(import.meta.dirname, `${name}.ts`);
  if (existsSync(file)) lines.push(await runBench(file));
}
await writeFile(readme, writeTable(await readFile(readme, 'utf8'), lines));
