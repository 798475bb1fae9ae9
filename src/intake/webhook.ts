// Updates that Telegram brings: those that come together are written into the inbox together, and are safe then.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import { now, uptime } from '../async/clock.ts';
import { deadline } from '../async/deadline.ts';
import type { Events } from '../events.ts';
import type { Inbox } from '../work/inbox.ts';

/** Milliseconds that an update may wait to be written; Telegram's patience ends after a minute. */
const maxHoldMs = 10_000;

export interface WebhookIntakeOptions {
  inbox: Pick<Inbox, 'accept' | 'untilFew'>;
  events: Events;
  log: Logger;
}

/** An update that waits to be written. */
interface Waiting {
  readonly update: Update;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export class WebhookIntake {
  readonly #inbox: WebhookIntakeOptions['inbox'];
  readonly #events: Events;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<Waiting>();
  #writing: Promise<void> | undefined;
  #takenAt = uptime();
  #failedAt: number | undefined;

  constructor({ inbox, events, log }: WebhookIntakeOptions) {
    this.#inbox = inbox;
    this.#events = events;
    this.#log = log;
  }

  /** For how many milliseconds no update was taken. */
  get silentMs(): number {
    return uptime() - this.#takenAt;
  }

  /** How many milliseconds ago the inbox could not be written; undefined when it could since then. */
  get failedMs(): number | undefined {
    return this.#failedAt === undefined ? undefined : uptime() - this.#failedAt;
  }

  /**
   * Resolves when the update is written down. Rejects when it cannot be, with the signal's reason, or after ten seconds
   * in which too many others waited to be worked on; what is being written then is awaited.
   */
  async deliver(update: Update, { signal }: { signal: AbortSignal }): Promise<void> {
    using due = deadline(maxHoldMs, { signal: AbortSignal.any([signal, this.#stopping.signal]) });
    await this.#inbox.untilFew({ signal: due.signal });
    due.signal.throwIfAborted();
    await this.#join(update, due.signal);
  }

  /** Takes no more, and lets go of those who wait. Resolves when nothing is being written any more. */
  async stop(): Promise<void> {
    this.#stopping.abort(new DOMException('Webhook: stopped', 'AbortError'));
    await this.#writing;
  }

  async #join(update: Update, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { update, resolve, reject };
    const leave = () => {
      if (this.#waiting.delete(waiting)) reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.add(waiting);
    this.#writing ??= this.#writeAll();
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Writes all that wait as one batch, then those who came meanwhile, until nobody waits. */
  async #writeAll(): Promise<void> {
    // What came in this turn of the event loop goes together.
    await nextTurn();
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting];
      this.#waiting.clear();
      try {
        await this.#inbox.accept(batch.map(({ update }) => update));
        this.#succeed();
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#fail(error, batch.length);
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = undefined;
  }

  #succeed(): void {
    this.#takenAt = uptime();
    this.#failedAt = undefined;
    this.#events.emit('trouble', { what: 'inbox', isOver: true, at: now() });
  }

  #fail(error: unknown, updates: number): void {
    if (this.#failedAt === undefined)
      this.#log.error({ err: error, updates }, 'inbox cannot be written: updates stay with Telegram');
    this.#failedAt = uptime();
    this.#events.emit('trouble', { what: 'inbox', isOver: false, at: now() });
  }
}
