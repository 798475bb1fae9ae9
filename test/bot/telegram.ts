// A local Bot API with the bot's own way to it, for what calls Telegram.

import { pino } from 'pino';
import type { Logger } from 'pino';
import { Caller } from '../../src/bot/caller.ts';
import { createTelegram } from '../../src/bot/telegram-client.ts';
import type { Emulator, EmulatorOptions } from '../../src/emulator/contract.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { createResolver } from '../../src/net/resolve.ts';

export interface Line extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly caller: Caller;
  readonly log: Logger;
  /** What was logged, line by line. */
  readonly logged: string[];
}

/** A log that keeps its lines, everything included. */
export function keepLog(): { log: Logger; logged: string[] } {
  const logged: string[] = [];
  return { logged, log: pino({ level: 'trace' }, { write: (line) => void logged.push(line) }) };
}

/** Starts a local Bot API and a caller to it; disposing closes both. */
export async function startLine(options: EmulatorOptions = {}): Promise<Line> {
  await using parts = new AsyncDisposableStack();
  const emulator = parts.use(await startEmulator(options));
  const { apiRoot, token } = emulator;
  const { bot } = parts.use(createTelegram({ token, apiRoot, resolver: createResolver() }));
  const { log, logged } = keepLog();
  const caller = new Caller(bot.api, log);
  parts.defer(() => caller.close(new DOMException('Test: over', 'AbortError')));
  const open = parts.move();
  return { emulator, caller, log, logged, [Symbol.asyncDispose]: async () => open.disposeAsync() };
}

/** What a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('Expected a rejection, but the promise resolved');
}
