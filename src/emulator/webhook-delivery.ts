// Brings the queued updates to a webhook, each until it is confirmed.
//
// The updates of one lane go one after another, in the order they came; lanes go side by side. A failed update is sent
// again at once, then after 2, 4, 8 … seconds, and holds up its lane. Only the oldest updates are looked at, twice as
// many as there may be connections. While nothing was confirmed lately, no connection is opened beside another.

import { randomInt } from 'node:crypto';
import { later } from '../async/clock.ts';
import type { Later } from '../async/clock.ts';
import type { Arguments } from './arguments.ts';
import type { MovableClock } from './clock.ts';
import type { FileStore } from './file-store.ts';
import type { Pending, UpdateQueue } from './update-queue.ts';
import { Unconfirmed, WebhookClient } from './webhook-client.ts';
import type { WebhookTarget } from './webhook-client.ts';
import { laneOf } from './webhook-lane.ts';

/** What a delivery takes the updates from, and whom it tells of them. */
export interface DeliveryParts {
  readonly queue: UpdateQueue;
  readonly clock: MovableClock;
  readonly files: FileStore;
  /** Called when an update was not confirmed, with the reason in the words of getWebhookInfo. */
  failed(why: string): void;
  /** Carries out what the answer to an update says. */
  answered(said: Arguments, signal: AbortSignal): Promise<void>;
  /** Called when the address has said for 23 hours that it is gone. */
  gone(): void;
}

interface Retry {
  failures: number;
  delayS: number;
  dueAt: number;
}

const provenMs = 10_000;
const goneMs = 23 * 3_600_000;
const maxRetryAfterS = 3_600;
const longestDelayS = 60;

/** The work on one webhook, from when it is set until it is closed. */
export class Delivery {
  readonly #target: WebhookTarget;
  readonly #parts: DeliveryParts;
  readonly #client: WebhookClient;
  readonly #retries = new WeakMap<Pending, Retry>();
  /** The lanes with an update under way; an update without a lane is its own. */
  readonly #busy = new Set<string | Pending>();
  readonly #underway = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #timer: Later | undefined;
  #wakeScheduled = false;
  #provenAt = -Infinity;
  #goneSince: number | undefined;

  constructor(target: WebhookTarget, parts: DeliveryParts) {
    this.#target = target;
    this.#parts = parts;
    this.#client = new WebhookClient(target, parts.files);
  }

  /** Looks for updates to send, after what happens in this turn of the event loop. */
  wake(): void {
    if (this.#wakeScheduled) return;
    this.#wakeScheduled = true;
    setImmediate(() => {
      this.#wakeScheduled = false;
      if (!this.#closing.signal.aborted) this.#sendDue();
    });
  }

  /** Ends all requests and settles when nothing is left of them. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('Cannot deliver to the webhook: it was removed'));
    this.#timer?.[Symbol.dispose]();
    while (this.#underway.size > 0) await Promise.all(this.#underway);
    this.#client.close();
  }

  #sendDue(): void {
    this.#timer?.[Symbol.dispose]();
    const { queue, clock } = this.#parts;
    const now = clock.now();
    const seen = new Set<string | Pending>();
    let nextAt = Infinity;
    for (const pending of queue.oldest(2 * this.#target.maxConnections)) {
      const lane = laneOf(pending.update) ?? pending;
      if (seen.has(lane)) continue;
      seen.add(lane);
      if (this.#busy.has(lane)) continue;
      const dueAt = this.#retries.get(pending)?.dueAt ?? now;
      if (dueAt > now) nextAt = Math.min(nextAt, dueAt);
      else if (this.#hasRoom()) this.#track(this.#deliver(pending, lane));
    }
    if (nextAt < Infinity) this.#timer = later(nextAt - now, () => this.wake());
  }

  #hasRoom(): boolean {
    const { maxConnections } = this.#target;
    const isProven = this.#parts.clock.now() - this.#provenAt <= provenMs;
    return this.#busy.size < (isProven ? maxConnections : Math.max(1, this.#client.connections));
  }

  #track(work: Promise<void>): void {
    this.#underway.add(work);
    void work.finally(() => this.#underway.delete(work));
  }

  async #deliver(pending: Pending, lane: string | Pending): Promise<void> {
    const { signal } = this.#closing;
    this.#busy.add(lane);
    try {
      const said = await this.#client.post(pending.update, { signal });
      this.#confirm(pending);
      this.#track(this.#parts.answered(said, signal));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Unconfirmed)) throw error;
      this.#fail(pending, error);
    } finally {
      this.#busy.delete(lane);
      this.wake();
    }
  }

  #confirm(pending: Pending): void {
    this.#provenAt = this.#parts.clock.now();
    this.#goneSince = undefined;
    this.#parts.queue.forget(pending);
  }

  #fail(pending: Pending, error: Unconfirmed): void {
    const { queue, clock, failed, gone } = this.#parts;
    const now = clock.now();
    const retry = planRetry(now, this.#retries.get(pending), error.retryAfterS);
    if (retry.dueAt > pending.expiresAt) queue.forget(pending);
    else this.#retries.set(pending, retry);
    failed(error.message);
    if (error.status === 410) this.#goneSince ??= now;
    else if (error.status !== 0) this.#goneSince = undefined;
    if (this.#goneSince !== undefined && now > this.#goneSince + goneMs) gone();
  }
}

/** When to try again after another failure. */
function planRetry(now: number, last: Retry | undefined, retryAfterS: number): Retry {
  const { failures = 0, delayS = 1 } = last ?? {};
  const askedS = Math.min(maxRetryAfterS, Math.max(0, retryAfterS));
  if (askedS > 0) return { failures: failures + 1, delayS, dueAt: now + askedS * 1000 };
  if (failures === 0) return { failures: 1, delayS, dueAt: now };
  const nextS = Math.min(delayS * 2, randomInt(longestDelayS, 2 * longestDelayS + 1));
  return { failures: failures + 1, delayS: nextS, dueAt: now + nextS * 1000 };
}
