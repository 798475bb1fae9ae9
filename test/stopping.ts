// A bot that is told to stop, and what can be seen of that from outside.

import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { startLives } from './lives.ts';
import type { Lives } from './lives.ts';
import { preload } from './preload.ts';
import type { BotProcess } from './process.ts';

/** Docker kills after ten seconds; a busy computer gets five more. */
const patienceMs = 15_000;

/** For waiting on a computer that is busy with many bots. */
export const patient = { timeoutMs: 60_000 };

let compiled = '';

/** Compiles the bot's code, so that every life from then on begins in half the time; resolves with what undoes it. */
export async function compile(): Promise<() => Promise<void>> {
  const directory = await mkdtempDisposable(join(tmpdir(), 'errand-test-'));
  compiled = directory.path;
  await using lives = await startStoppable();
  await finish(lives);
  return directory.remove;
}

/** A bot that is to end by itself, and where it keeps what it leaves. */
export interface Stoppable extends Lives {
  readonly dataDir: string;
}

/** Starts a world in which the bot has `settings` in its environment and loads `files` of `test/` first. */
export async function startStoppable(
  settings: NodeJS.ProcessEnv = {},
  files: string[] = [],
): Promise<Stoppable> {
  await using parts = new AsyncDisposableStack();
  const { path: dataDir } = parts.use(await mkdtempDisposable(join(tmpdir(), 'errand-test-')));
  const first = { ...preload('ends-by-itself.ts', ...files), NODE_COMPILE_CACHE: compiled };
  const lives = parts.use(await startLives({ DATA_DIR: dataDir, ...first, ...settings }));
  const open = parts.move();
  return { ...lives, dataDir, [Symbol.asyncDispose]: async () => open.disposeAsync() };
}

/** How a bot ends that was stopped by itself, and left nothing open that keeps a process alive. */
export const well = { code: 0, signal: null, stderr: '' };

/** How a bot ends that was stopped, whatever had to be cut off. */
export const inTime = { code: 0, signal: null };

/** Stops a bot as Docker does; resolves with how it ended. */
export async function stop(bot: BotProcess, signal: NodeJS.Signals = 'SIGTERM') {
  const timer = setTimeout(() => bot.kill('SIGKILL'), patienceMs);
  bot.kill(signal);
  try {
    return await bot.ended;
  } finally {
    clearTimeout(timer);
  }
}

/** One more life, in which all that is open is finished. Rejects when it does not end well. */
export async function finish(lives: Stoppable): Promise<void> {
  await using bot = lives.begin();
  await bot.logged('"started"');
  await lives.idle();
  const { code, stderr } = await stop(bot);
  if (code !== 0 || stderr !== '') throw new Error(`Cannot end well: the bot ended with ${code}\n${stderr}`);
}

/** The number of a bot's process, and where its web server listens; when it has started. */
export async function identify(bot: BotProcess): Promise<{ pid: number; web: string }> {
  return JSON.parse(await bot.logged('"started"')) as { pid: number; web: string };
}

/** The status with which a bot answers at a path. */
export async function ask(web: string, path: string): Promise<number> {
  const { statusCode, body } = await request(`${web}${path}`);
  await body.dump();
  return statusCode;
}

/** The processes that a process has started. */
export async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}
