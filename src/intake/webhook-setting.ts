// What Telegram is told of the webhook: where it is, or that there is none.

import { GrammyError } from 'grammy';
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import { deadline } from '../async/deadline.ts';
import { retry } from '../async/retry.ts';
import { retryAfterMs } from '../bot/call-failure.ts';
import { forGrammy } from '../bot/telegram-client.ts';

const callTimeoutMs = 20_000;
const firstPauseMs = 500;
const maxPauseMs = 15_000;

/** What a webhook is set to (Bot API, setWebhook). */
export interface WebhookWish {
  readonly url: string;
  readonly secret: string;
  readonly allowedUpdates: readonly Exclude<keyof Update, 'update_id'>[];
  /** Updates that Telegram brings at once, 1 to 100. */
  readonly maxConnections: number;
}

/** What waiting for Telegram takes. */
interface Patience {
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Telegram does not take the webhook's address; says in whose words. */
export class WebhookRefusedError extends Error {
  override readonly name = 'WebhookRefusedError';

  constructor(cause: GrammyError) {
    super(`Telegram refuses WEBHOOK_URL: ${cause.description.replace(/^Bad Request: /, '')}`, { cause });
  }
}

/**
 * Sets the webhook, trying until Telegram can be reached. Rejects with `WebhookRefusedError`, with Telegram's refusal of
 * the token, or with the signal's reason.
 *
 * It is set at every start, whatever getWebhookInfo says, because that does not tell the secret. Setting it once more as it is
 * changes nothing; of many instances that do so in the same second, all but one are asked to wait, and try again.
 */
export async function registerWebhook(api: Api, wish: WebhookWish, patience: Patience): Promise<void> {
  const { url, secret, allowedUpdates, maxConnections } = wish;
  const settings = {
    secret_token: secret,
    allowed_updates: allowedUpdates,
    max_connections: maxConnections,
    drop_pending_updates: false,
  };
  try {
    await insist((signal) => api.setWebhook(url, settings, forGrammy(signal)), patience);
  } catch (error) {
    if (error instanceof GrammyError && error.error_code === 400) throw new WebhookRefusedError(error);
    throw error;
  }
}

/**
 * Removes the webhook, so that updates can be polled; trying until Telegram can be reached. Rejects with Telegram's refusal of
 * the token, or with the signal's reason.
 */
export async function removeWebhook(api: Api, patience: Patience): Promise<void> {
  const settings = { drop_pending_updates: false };
  await insist((signal) => api.deleteWebhook(settings, forGrammy(signal)), patience);
}

/** Whether getUpdates failed because a webhook is set, and not because somebody else polls. */
export function isWebhookActive(error: unknown): boolean {
  return (
    error instanceof GrammyError && error.error_code === 409 && /webhook is active/.test(error.description)
  );
}

/** Makes a call until Telegram answers it; rejects with what it is refused with, or with the signal's reason. */
async function insist(
  call: (signal: AbortSignal) => Promise<unknown>,
  { signal, log }: Patience,
): Promise<void> {
  const attempt = async () => {
    using due = deadline(callTimeoutMs, { signal });
    await call(due.signal);
  };
  const again = (error: unknown) => {
    if (isRefusal(error)) return false;
    const pauseMs = retryAfterMs(error);
    if (pauseMs === undefined) log.warn({ err: error }, 'webhook: trying again');
    return pauseMs ?? true;
  };
  try {
    await retry(attempt, { tries: Infinity, pauseMs: firstPauseMs, maxPauseMs, again, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** Whether Telegram has answered that it will not, now or later. */
function isRefusal(error: unknown): boolean {
  return error instanceof GrammyError && error.error_code < 500 && error.error_code !== 429;
}
