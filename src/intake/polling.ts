// Long polling: a batch is written into the inbox before the next request for updates can confirm it to Telegram.

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
import type { Inbox } from '../work/inbox.ts';
import { isUpdateId } from '../work/request-id.ts';
import { isWebhookActive } from './webhook-setting.ts';

/** The most updates that Telegram gives at once (Bot API, getUpdates). */
const batch = 100;
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
  inbox: Pick<Inbox, 'accept' | 'untilFew'>;
  /** Settles when more updates make sense; waited for a moment only, so that a Cancel always comes in. */
  untilWanted: (options: { signal: AbortSignal }) => Promise<void>;
  allowedUpdates: readonly Exclude<keyof Update, 'update_id'>[];
  /** Hears that updates cannot be polled because a webhook is set. */
  onWebhook: () => void;
  events: Events;
  log: Logger;
  signal: AbortSignal;
}

/** Brings updates from Telegram to the inbox. Rejects with the signal's reason, or when Telegram refuses the token. */
export async function pollUpdates(options: PollingOptions): Promise<never> {
  const { api, inbox, untilWanted, allowedUpdates, onWebhook, events, log, signal } = options;
  let offset = 0;
  let isContested = false;

  for (;;) {
    await inbox.untilFew({ signal });
    await hold();
    const askedAt = uptime();
    const updates = (await poll()).filter(isWhole);
    // A server that answers "nothing" at once instead of waiting is not asked in a tight loop.
    if (updates.length === 0) await sleep(leastPollMs - (uptime() - askedAt), { signal });
    await accept(updates);
    // From here on the next poll confirms the batch.
    offset = (updates.at(-1)?.update_id ?? offset - 1) + 1;
    events.emit('polled', { updates: updates.length, at: now() });
  }

  /** Nothing else has ever come from Telegram; what cannot be kept must not keep back the rest. */
  function isWhole({ update_id: id }: Update): boolean {
    if (!isUpdateId(id)) log.error({ update: id }, 'update left out: its number is none');
    return isUpdateId(id);
  }

  /** Leaves further updates with Telegram while there is enough to do, but never for long. */
  async function hold(): Promise<void> {
    using due = deadline(maxHoldMs, { signal });
    try {
      await untilWanted({ signal: due.signal });
    } catch (error) {
      if (error !== due.signal.reason || signal.aborted) throw error;
    }
  }

  async function poll(): Promise<Update[]> {
    const attempt = async () => {
      using due = deadline(pollTimeoutMs, { signal });
      const arguments_ = {
        offset,
        limit: batch,
        // Whether the other one has gone is to be known soon.
        timeout: isContested ? contestedPollSeconds : pollSeconds,
        allowed_updates: allowedUpdates,
      };
      return await api.getUpdates(arguments_, forGrammy(due.signal));
    };
    const again = (error: unknown) => {
      if (signal.aborted || isTokenRefused(error)) return false;
      log.warn({ err: error }, 'poll failed');
      if (isWebhookActive(error)) onWebhook();
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
  async function accept(updates: Update[]): Promise<void> {
    for (;;) {
      try {
        await inbox.accept(updates);
        return trouble('inbox', true);
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
