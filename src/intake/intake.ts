// How updates come in: Telegram brings them to a webhook, or they are polled; one setting chooses.

import type { Update } from 'grammy/types';
import { now } from '../async/clock.ts';
import { pollUpdates } from './polling.ts';
import type { PollingOptions } from './polling.ts';
import { registerWebhook, removeWebhook } from './webhook-setting.ts';
import { watchWebhook } from './webhook-watch.ts';
import type { WebhookWatch } from './webhook-watch.ts';
import { WebhookIntake } from './webhook.ts';

/** Without a completed poll for so long, in milliseconds, updates do not flow. */
const deafAfterMs = 90_000;
/** Updates that Telegram may bring at once (Bot API, setWebhook). */
const connections = 100;

export interface IntakeOptions extends Omit<PollingOptions, 'onWebhook'> {
  /** Where Telegram brings updates, and what it is known by. Absent: they are polled. */
  readonly webhook?: { readonly url: string; readonly secret: string };
  /** Does the work while this process is the one that polls; by default it is always. */
  readonly lead?: (work: (held: AbortSignal) => Promise<never>) => Promise<unknown>;
}

export interface Intake {
  /** Rejects with the signal's reason, when Telegram refuses the token, or with `WebhookRefusedError`. */
  readonly task: Promise<unknown>;
  /** Whether updates flow, and what that was judged by. */
  readiness(): { ready: boolean; detail: Record<string, unknown> };
  /** Resolves when an update that Telegram brings is safe; rejects when it cannot be taken now. */
  deliver(update: Update, options: { signal: AbortSignal }): Promise<void>;
  /** Resolves when nothing is being written any more; after the signal has aborted. */
  stopped(): Promise<void>;
}

/** Lets updates come in until the signal aborts. */
export function startIntake(options: IntakeOptions): Intake {
  return options.webhook ? takeDeliveries(options, options.webhook) : poll(options);
}

function takeDeliveries(options: IntakeOptions, webhook: NonNullable<IntakeOptions['webhook']>): Intake {
  const { api, allowedUpdates, events, log, signal } = options;
  const wish = { ...webhook, allowedUpdates, maxConnections: connections };
  const intake = new WebhookIntake(options);
  let watch: WebhookWatch | undefined;
  const run = async () => {
    await registerWebhook(api, wish, { signal, log });
    log.info({ webhook: webhook.url }, 'webhook is set');
    watch = watchWebhook({ api, wish, intake, events, log, signal });
    return watch.task;
  };
  return {
    task: run(),
    readiness: () => watch?.readiness() ?? { ready: false, detail: { webhook: 'is not set yet' } },
    deliver: (update, waiting) => intake.deliver(update, waiting),
    stopped: () => intake.stop(),
  };
}

function poll(options: IntakeOptions): Intake {
  const { api, events, log, signal, lead = (work) => work(signal) } = options;
  let leads = false;
  let heardAt = now();
  let isWritable = true;
  events.on('polled', ({ at }) => (heardAt = at));
  events.on('trouble', ({ what, isOver }) => {
    if (what === 'inbox') isWritable = isOver;
  });
  /** A webhook left over from elsewhere keeps updates from being polled. */
  const clear = () => {
    removeWebhook(api, { signal, log }).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error }, 'webhook was left as it was');
    });
  };
  const task = lead(async (held) => {
    leads = true;
    heardAt = now();
    clear();
    try {
      return await pollUpdates({ ...options, onWebhook: clear, signal: held });
    } finally {
      leads = false;
    }
  });
  return {
    task,
    readiness() {
      const silentMs = now() - heardAt;
      return leads
        ? { ready: isWritable && silentMs < deafAfterMs, detail: { silentMs, isWritable } }
        : { ready: true, detail: options.lead ? { polls: 'another instance' } : { polls: 'no more' } };
    },
    deliver: () => Promise.reject(new Error('Cannot take a delivery: updates are polled')),
    stopped: async () => void (await Promise.allSettled([task])),
  };
}
