// A bot as a process of its own that is killed again and again, and started again at once on the same data.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '../src/emulator/contract.ts';

/** A bot that survives its ends. Disposing it ends it for good and deletes what it kept. */
export interface Survivor extends AsyncDisposable {
  /** When it was killed, in milliseconds of the emulator's clock. */
  readonly kills: readonly number[];
  /** Kills it (SIGKILL) and starts it again. */
  kill(): Promise<void>;
  /** Stops it (SIGTERM); resolves with the names of the temporary files that it has left behind. */
  stop(): Promise<string[]>;
}

/** Starts `main` with `settings` in its environment; resolves when it polls. */
export async function startSurvivor(
  emulator: Emulator,
  { main, settings = {} }: { main: string; settings?: NodeJS.ProcessEnv },
): Promise<Survivor> {
  await using parts = new AsyncDisposableStack();
  const home = await mkdtempDisposable(join(tmpdir(), 'errand-bench-'));
  parts.defer(() => home.remove());
  const env = {
    BOT_TOKEN: emulator.token,
    TELEGRAM_API_ROOT: emulator.apiRoot,
    DATA_DIR: home.path,
    PORT: '0',
    ALLOW_HOSTS: '127.0.0.1',
    ...settings,
  };
  // With the probe it ends when whoever started it is gone.
  const execArgv = ['--import', join(import.meta.dirname, 'probe.ts')];
  const start = () =>
    fork(main, { env, cwd: home.path, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let life = start();
  parts.defer(() => end(life, 'SIGKILL'));
  await emulator.polling();
  const kills: number[] = [];
  const open = parts.move();

  return {
    kills,
    async kill() {
      if (hasEnded(life)) throw new Error(`Cannot kill ${main}: it ended by itself with ${life.exitCode}`);
      kills.push(emulator.clock.now());
      await end(life, 'SIGKILL');
      life = start();
    },
    async stop() {
      await emulator.polling();
      await end(life, 'SIGTERM');
      if (life.exitCode !== 0) throw new Error(`Cannot stop ${main} well: it ended with ${life.exitCode}`);
      return readdir(join(home.path, 'temp')).catch(() => []);
    },
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
