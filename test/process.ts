// The bot as a process of its own, started as an operator starts it, stopped by signals.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A running bot. Disposing it kills it. */
export interface BotProcess extends AsyncDisposable {
  /** The lines of its log so far. */
  readonly log: readonly string[];
  /** Settles with the first line of its log, past or to come, that has `text` in it. Rejects when it ends before. */
  logged(text: string): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Settles with how it ended and all it wrote to stderr. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
}

/** Starts `src/main.ts` in the directory `cwd` with nothing in its environment but `env`. */
export function startProcess(env: NodeJS.ProcessEnv, cwd: string): BotProcess {
  const main = join(import.meta.dirname, '../src/main.ts');
  const child = spawn(process.execPath, [main], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const log: string[] = [];
  const waiting = new Set<(line: string) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(line);
    for (const look of waiting) look(line);
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stderr }));

  return {
    log,
    ended,
    logged(text) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const look = (line: string) => line.includes(text) && resolve(line);
      for (const line of log) look(line);
      waiting.add(look);
      ended
        .then(({ stderr }) =>
          reject(new Error(`Cannot see "${text}" in the log: the process ended\n${stderr}`)),
        )
        .catch(reject);
      return promise.finally(() => waiting.delete(look));
    },
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
