// Long polling: a batch is written into the inbox before the next request for updates can confirm it to Telegram.

import { createConcurrentSink, createRunner, createSource } from '@grammyjs/runner';
import { GrammyError } from 'grammy';
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import { now, uptime } from '../async/clock.ts';
import { deadline } from '../async/deadline.ts';
import { retry } from '../async/retry.ts';
import { sleep } from '../async/sleep.ts';
import { forGrammy } from '../bot/telegram-client.ts';
import type { Events, Trouble } from '../events.ts';
import type { Entry, Inbox } from '../work/inbox.ts';

/** Seconds that Telegram keeps a request without updates open, and milliseconds until it is given up. */
const pollSeconds = 30;
/** The same, as long as another process polls with this token. */
const contestedPollSeconds = 1;
const pollTimeoutMs = 45_000;
/** Milliseconds between failed polls (at first and at most), between empty ones at least, and after a conflict. */
const firstPauseMs = 200;
const maxPauseMs = 5_000;
const leastPollMs = 100;
const conflictPauseMs = 5_000;
/** Milliseconds for which updates are left with Telegram because what was taken is still on its way out. */
const maxHoldMs = 1_000;

export interface PollingOptions {
  api: Api;
  inbox: Inbox;
  /** Works on an entry; a rejection leaves it open. */
  handle: (entry: Entry) => Promise<void>;
  /** Settles when more updates make sense; waited for a moment only, so that a Cancel always comes in. */
  untilWanted: (options: { signal: AbortSignal }) => Promise<void>;
  allowedUpdates: readonly Exclude<keyof Update, 'update_id'>[];
  /** Updates under way at once; beyond it none are fetched. */
  concurrency: number;
  events: Events;
  log: Logger;
}

/** Updates flowing from Telegram through the inbox to the handler. */
export interface Polling {
  /** Settles when no more updates are taken: resolves after `stop`, rejects when Telegram refuses the token. */
  readonly task: Promise<void>;
  /** Stops taking updates; what is under way goes on. */
  stop(): void;
  /** Settles when nothing is under way any more. */
  drained(): Promise<void>;
}

export function startPolling({ handle, concurrency, log, ...options }: PollingOptions): Polling {
  const stopping = new AbortController();
  const underway = new Set<Promise<void>>();
  const take = supplier({ ...options, log, signal: stopping.signal });
  const source = createSource<Entry>({ supply: (limit) => take(limit) });

  const consume = (entry: Entry) => {
    const work = handle(entry).finally(() => underway.delete(work));
    underway.add(work);
    return work;
  };
  const onError = async (error: unknown) => log.error({ err: error }, 'update stays open');
  const runner = createRunner(source, createConcurrentSink<Entry>({ consume }, onError, { concurrency }));
  runner.start();

  return {
    task: runner.task() ?? Promise.resolve(),
    stop() {
      stopping.abort(new DOMException('Polling: stopped', 'AbortError'));
      // The runner's own promise waits for room in a full sink; `drained` is what tells when all is over.
      runner.stop()?.catch((error: unknown) => log.debug({ err: error }, 'runner stopped'));
    },
    async drained() {
      await Promise.allSettled(underway);
    },
  };
}

type SupplyOptions = Omit<PollingOptions, 'handle' | 'concurrency'> & { signal: AbortSignal };

/** Gives out first what an earlier run has left open, then what Telegram has. */
function supplier({ api, inbox, untilWanted, allowedUpdates, events, log, signal }: SupplyOptions) {
  let offset = 0;
  let isFirst = true;
  let isContested = false;

  return async (limit: number): Promise<Entry[]> => {
    if (isFirst) {
      isFirst = false;
      const open = await inbox.open();
      if (open.length > 0) log.info({ updates: open.length }, 'going on with what was left open');
      return open;
    }
    await hold();
    const askedAt = uptime();
    const updates = await poll(limit);
    // A server that answers "nothing" at once instead of waiting is not asked in a tight loop.
    if (updates.length === 0) await sleep(leastPollMs - (uptime() - askedAt), { signal });
    const entries = await accept(updates);
    // From here on the next poll confirms the batch.
    offset = (updates.at(-1)?.update_id ?? offset - 1) + 1;
    events.emit('polled', { updates: updates.length, at: now() });
    return entries;
  };

  /** Leaves further updates with Telegram while there is enough to do, but never for long. */
  async function hold(): Promise<void> {
    using due = deadline(maxHoldMs, { signal });
    try {
      await untilWanted({ signal: due.signal });
    } catch (error) {
      if (error !== due.signal.reason || signal.aborted) throw error;
    }
  }

  async function poll(limit: number): Promise<Update[]> {
    const attempt = async () => {
      using due = deadline(pollTimeoutMs, { signal });
      const arguments_ = {
        offset,
        limit: Math.min(limit, 100),
        // Whether the other one has gone is to be known soon.
        timeout: isContested ? contestedPollSeconds : pollSeconds,
        allowed_updates: allowedUpdates,
      };
      return await api.getUpdates(arguments_, forGrammy(due.signal));
    };
    const again = (error: unknown) => {
      if (signal.aborted || isTokenRefused(error)) return false;
      log.warn({ err: error }, 'poll failed');
      if (isConflict(error)) {
        isContested = true;
        trouble('conflict', false);
      }
      return pauseFor(error);
    };
    const updates = await retry(attempt, {
      tries: Infinity,
      pauseMs: firstPauseMs,
      maxPauseMs,
      again,
      signal,
    });
    isContested = false;
    trouble('conflict', true);
    return updates;
  }

  function trouble(what: Trouble, isOver: boolean): void {
    events.emit('trouble', { what, isOver, at: now() });
  }

  /** A batch that cannot be written is not confirmed: it is tried until it can, or until the process ends. */
  async function accept(updates: Update[]): Promise<Entry[]> {
    for (;;) {
      try {
        const entries = await inbox.accept(updates);
        trouble('inbox', true);
        return entries;
      } catch (error) {
        log.error({ err: error, updates: updates.length }, 'inbox cannot be written: intake waits');
        trouble('inbox', false);
        await sleep(maxPauseMs, { signal });
      }
    }
  }
}

/** Whether another process polls with the same token, or a webhook is set. */
function isConflict(error: unknown): boolean {
  return error instanceof GrammyError && error.error_code === 409;
}

/** Whether Telegram does not know the token (any more). */
export function isTokenRefused(error: unknown): boolean {
  return error instanceof GrammyError && (error.error_code === 401 || error.error_code === 404);
}

/** The pause that a failure asks for in milliseconds, or true for the usual one. */
function pauseFor(error: unknown): number | true {
  if (isConflict(error)) return conflictPauseMs;
  if (!(error instanceof GrammyError)) return true;
  const { retry_after: seconds } = error.parameters;
  return seconds === undefined ? true : seconds * 1000;
}
