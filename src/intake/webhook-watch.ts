// Whether Telegram's updates come through to the webhook, as Telegram itself tells it; what others have changed is set again.

import type { Api } from 'grammy';
import type { WebhookInfo } from 'grammy/types';
import type { Logger } from 'pino';
import { now, uptime } from '../async/clock.ts';
import { deadline } from '../async/deadline.ts';
import { sleep } from '../async/sleep.ts';
import { forGrammy } from '../bot/telegram-client.ts';
import type { Events } from '../events.ts';
import { isTokenRefused } from './polling.ts';
import { registerWebhook } from './webhook-setting.ts';
import type { WebhookWish } from './webhook-setting.ts';
import type { WebhookIntake } from './webhook.ts';

const callTimeoutMs = 20_000;
const usualPauseMs = 60_000;
/** Updates that Telegram holds for so long, in milliseconds, without bringing one, do not flow. */
const stuckAfterMs = 90_000;
/** A failed write counts for so long, in milliseconds: whoever is sent no updates because of it could not see it mended. */
const failureCountsMs = 60_000;

export interface WebhookWatchOptions {
  api: Api;
  wish: WebhookWish;
  intake: Pick<WebhookIntake, 'silentMs' | 'failedMs'>;
  events: Events;
  log: Logger;
  signal: AbortSignal;
  /** Milliseconds between two looks. */
  everyMs?: number;
}

export interface WebhookWatch {
  /** Rejects with the signal's reason, or when Telegram refuses the token. */
  readonly task: Promise<never>;
  /** Whether updates flow, and what that was judged by. */
  readiness(): { ready: boolean; detail: Record<string, unknown> };
}

/** Asks Telegram every minute how the webhook does (Bot API, getWebhookInfo). */
export function watchWebhook(options: WebhookWatchOptions): WebhookWatch {
  const { intake } = options;
  const health = new Health(options.wish.url);
  return {
    task: watch(health, options),
    readiness() {
      const { silentMs, failedMs = Infinity } = intake;
      const isWritable = failedMs > failureCountsMs;
      const ready = isWritable && !health.isStuck(silentMs);
      return { ready, detail: { silentMs: Math.round(silentMs), isWritable, ...health.told } };
    },
  };
}

async function watch(health: Health, options: WebhookWatchOptions): Promise<never> {
  const { api, wish, events, log, signal, everyMs = usualPauseMs } = options;
  for (;;) {
    try {
      await look();
    } catch (error) {
      signal.throwIfAborted();
      if (isTokenRefused(error)) throw error;
      log.warn({ err: error }, 'webhook: its state is not known, or not as wished');
    }
    await sleep(everyMs, { signal });
  }

  async function look(): Promise<void> {
    const info = await ask();
    const failure = health.see(info);
    if (failure !== undefined)
      log.warn({ failure, pending: info.pending_update_count }, 'Telegram could not bring an update');
    const isOurs = info.url === wish.url;
    events.emit('trouble', { what: 'conflict', isOver: isOurs, at: now() });
    if (isAsWished(info, wish) && !isSecretWrong(failure)) return;
    log.warn({ isOurs }, 'webhook was set otherwise elsewhere: setting it again');
    await registerWebhook(api, wish, { signal, log });
  }

  async function ask(): Promise<WebhookInfo> {
    using due = deadline(callTimeoutMs, { signal });
    return await api.getWebhookInfo(forGrammy(due.signal));
  }
}

/** What getWebhookInfo has told so far; of Telegram's clock only that it has moved is used. */
class Health {
  readonly #url: string;
  #info: WebhookInfo | undefined;
  /** Since when every look has found updates waiting, and when one last found a new failure. */
  #pendingSince: number | undefined;
  #failedAt = -Infinity;

  constructor(url: string) {
    this.#url = url;
  }

  /** What the operator may want to know of it. */
  get told(): { pending?: number; lastError?: string } {
    const { pending_update_count: pending, last_error_message: lastError } = this.#info ?? {};
    return { ...(pending !== undefined && { pending }), ...(lastError !== undefined && { lastError }) };
  }

  /** Takes note of another look; returns what has failed since the last one. */
  see(info: WebhookInfo): string | undefined {
    const hasFailed = this.#info !== undefined && info.last_error_date !== this.#info.last_error_date;
    this.#info = info;
    if (info.pending_update_count === 0) this.#pendingSince = undefined;
    else this.#pendingSince ??= uptime();
    if (!hasFailed || info.last_error_message === undefined) return undefined;
    this.#failedAt = uptime();
    return info.last_error_message;
  }

  /**
   * Whether updates wait that do not come, when none has come here for `silentMs`. Without a failure since then they may
   * go to other instances.
   */
  isStuck(silentMs: number): boolean {
    if (this.#pendingSince === undefined) return false;
    const waitingMs = Math.min(silentMs, uptime() - this.#pendingSince);
    if (waitingMs < stuckAfterMs) return false;
    return this.#info?.url !== this.#url || uptime() - this.#failedAt <= waitingMs;
  }
}

function isAsWished(info: WebhookInfo, { url, allowedUpdates, maxConnections }: WebhookWish): boolean {
  const kinds = new Set<string>(info.allowed_updates);
  const isSameKinds = kinds.symmetricDifference(new Set(allowedUpdates)).size === 0;
  return info.url === url && info.max_connections === maxConnections && isSameKinds;
}

/** Whether a delivery was turned away as one of a stranger: another instance has set another secret. */
function isSecretWrong(failure: string | undefined): boolean {
  return failure !== undefined && /\b401\b/.test(failure);
}
