// A bot as a process of its own, on a Bot API in this one: what it costs is its own.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '../src/emulator/contract.ts';
import { startChild } from './child.ts';
import type { Usage } from './probe.ts';

/** A running bot. Disposing it stops it and deletes what it kept. */
export interface BotProcess extends AsyncDisposable {
  usage(): Promise<Usage>;
  /** Rejects when the bot ends too early; else never settles. */
  readonly failed: Promise<never>;
}

/** The real service, as an operator starts it. */
export const errand = join(import.meta.dirname, '../src/main.ts');

/** Starts a bot with `settings` in its environment; resolves when it polls. */
export async function startBot(
  emulator: Emulator,
  { main = errand, settings = {} }: { main?: string; settings?: NodeJS.ProcessEnv } = {},
): Promise<BotProcess> {
  await using parts = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'errand-bench-'));
  parts.defer(() => rm(directory, { recursive: true, force: true }));
  const env = {
    BOT_TOKEN: emulator.token,
    TELEGRAM_API_ROOT: emulator.apiRoot,
    DATA_DIR: directory,
    PORT: '0',
    ALLOW_HOSTS: '127.0.0.1',
    ...settings,
  };
  const probe = join(import.meta.dirname, 'probe.ts');
  // A working directory of its own, so that nobody's `.env` is read.
  const child = parts.use(startChild(main, { env, cwd: directory, execArgv: ['--import', probe] }));
  await Promise.race([emulator.polling(), child.failed]);
  const open = parts.move();
  return {
    usage: () => child.ask<Usage>('usage'),
    failed: child.failed,
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
}
