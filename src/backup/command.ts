// What both commands have in common: arguments, settings, signals, and words for the operator on standard error.

import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { DatabaseError } from '../postgres/failure.ts';
import { BackupError } from './failure.ts';
import type { Tally } from './items.ts';
import type { Place } from './place.ts';
import { PostgresPlace } from './postgres-place.ts';
import { SqlitePlace } from './sqlite-place.ts';

const stopped = {
  export: 'The export was stopped: it is not complete',
  import: 'The import was stopped: nothing was imported',
};

/** What a command was called with. */
export interface Call {
  readonly place: Place;
  /** The file that was named; none is standard input or output. */
  readonly file: string | undefined;
  readonly merges: boolean;
  readonly signal: AbortSignal;
}

/** Runs a command to its end, which is told; a failure ends the process with 1, a signal too, when all is undone. */
export async function runCommand(
  name: 'export' | 'import',
  run: (call: Call) => Promise<string>,
): Promise<void> {
  const stopping = stopSignal();
  try {
    const { file, merges } = readArguments(name);
    const place = placeOf(readConfig());
    tell(await run({ place, file, merges, signal: stopping }));
  } catch (error) {
    tell(stopping.aborted ? stopped[name] : explain(name, error));
    process.exitCode = 1;
  }
}

/** How much there is of what, in words. */
export function describe({ open, buried, done, kept }: Tally): string {
  return `${open} open, ${buried} buried and ${done} done updates, ${kept} entries`;
}

function readArguments(name: 'export' | 'import'): { file: string | undefined; merges: boolean } {
  const usage = name === 'export' ? 'export [FILE]' : 'import [--merge] [FILE]';
  try {
    const { values, positionals } = parseArgs({
      options: { merge: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new Error('One file at most');
    if (name === 'export' && values.merge) throw new Error('Only an import merges');
    return { file: positionals[0], merges: values.merge };
  } catch (error) {
    throw new BackupError(`${(error as Error).message}\nUsage: ${usage}`, { cause: error });
  }
}

function placeOf({ databaseUrl, dataDir }: Config): Place {
  return databaseUrl ? new PostgresPlace(databaseUrl, { tell }) : new SqlitePlace(dataDir, tell);
}

/** npm passes a signal on that the terminal gave to the process as well: only the first counts. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (name: string) => controller.abort(new DOMException(`Process: ${name}`, 'AbortError'));
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, stop);
  return controller.signal;
}

function explain(name: string, error: unknown): string {
  if (error instanceof ConfigError) return [error.message, ...error.mistakes].join('\n  ');
  if (error instanceof BackupError || error instanceof DatabaseError) return error.message;
  return `Cannot ${name}: an unexpected failure\n  ${String(error instanceof Error ? error.stack : error)}`;
}

function tell(words: string): void {
  process.stderr.write(`${words}\n`);
}
