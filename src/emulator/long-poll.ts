// getUpdates: hands out the queue, waits while it is empty, and lets only one request wait.

import type { Update } from 'grammy/types';
import { later } from '../async/clock.ts';
import { sleep } from '../async/sleep.ts';
import { conflict } from './bot-error.ts';
import type { MovableClock } from './clock.ts';
import type { WaitOptions } from './contract.ts';
import { Expectations } from './expectations.ts';
import type { UpdateQueue } from './update-queue.ts';

interface Waiting {
  from: number;
  limit: number;
  resolve: (updates: Update[]) => void;
  reject: (reason: unknown) => void;
}

const repeatedWithinMs = 3_000;
const rapidWithinMs = 500;
const conflictSpacingMs = 3_000;

/** What ends or refuses a request, in Telegram's words. */
const conflicts = {
  getUpdates: 'terminated by other getUpdates request; make sure that only one bot instance is running',
  setWebhook: 'terminated by setWebhook request',
  webhook:
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
};

/** One bot's getUpdates requests. */
export class LongPoll {
  readonly #queue: UpdateQueue;
  readonly #clock: MovableClock;
  readonly #polling = new Expectations<Waiting>();
  #waiting: Waiting | undefined;
  #wakeScheduled = false;
  #lastOffset = -1;
  #lastStartMs = -Infinity;
  #nextConflictMs = -Infinity;

  constructor(queue: UpdateQueue, clock: MovableClock) {
    this.#queue = queue;
    this.#clock = clock;
    queue.onPush(() => this.#scheduleWake());
  }

  /**
   * The updates from `offset` on. While there is none, waits up to `timeoutS` seconds; a request that waits already is
   * ended with 409 then. Rejects with the reason of `signal`, which has to be the end of the client's connection.
   */
  async getUpdates(
    offset: number,
    limit: number,
    timeoutS: number,
    signal: () => AbortSignal,
  ): Promise<Update[]> {
    const now = this.#clock.now();
    const repeated = offset === this.#lastOffset;
    if (repeated && timeoutS < 3 && now < this.#lastStartMs + repeatedWithinMs) timeoutS = 3;
    if (repeated && now < this.#lastStartMs + rapidWithinMs) limit = 1;
    this.#lastOffset = offset;
    this.#lastStartMs = now;
    const { from, updates } = this.#queue.take(offset, limit);
    if (updates.length > 0 || timeoutS === 0) return updates;
    return this.#wait(from, limit, timeoutS * 1000, signal());
  }

  /** Waits until a request waits for updates, which means that the bot has taken all there are. */
  async polling(options: Omit<WaitOptions<unknown>, 'where'> = {}): Promise<void> {
    if (!this.#waiting) await this.#polling.wait(() => 'a waiting getUpdates', options);
  }

  /** Ends the waiting request with 409: because of one of another instance, or because a webhook is set now. */
  interrupt(by: 'getUpdates' | 'setWebhook' = 'getUpdates'): void {
    this.#waiting?.reject(conflict(conflicts[by]));
  }

  /** Refuses a request with 409. */
  refuse(because: 'webhook', signal: AbortSignal): Promise<never> {
    return this.#delayConflict(conflict(conflicts[because]), signal);
  }

  /** Ends all waiting for requests with `reason`. */
  close(reason: Error): void {
    this.#polling.close(reason);
  }

  #wait(from: number, limit: number, timeoutMs: number, signal: AbortSignal): Promise<Update[]> {
    signal.throwIfAborted();
    this.interrupt();
    const { promise, resolve, reject } = Promise.withResolvers<Update[]>();
    const leave = () => {
      timer[Symbol.dispose]();
      signal.removeEventListener('abort', abort);
      if (this.#waiting === waiting) this.#waiting = undefined;
    };
    const waiting: Waiting = {
      from,
      limit,
      resolve: (updates) => (leave(), resolve(updates)),
      reject: (reason) => (leave(), reject(reason)),
    };
    const abort = () => waiting.reject(signal.reason);
    const timer = later(timeoutMs, () => waiting.resolve([]));
    signal.addEventListener('abort', abort);
    this.#waiting = waiting;
    this.#polling.offerAll(waiting);
    return promise.catch((error: unknown) => this.#delayConflict(error, signal));
  }

  /** A second conflict within three seconds of the first is answered three seconds late. */
  async #delayConflict(error: unknown, signal: AbortSignal): Promise<never> {
    if (signal.aborted) throw error;
    const now = this.#clock.now();
    if (now >= this.#nextConflictMs) this.#nextConflictMs = now + conflictSpacingMs;
    else await sleep(conflictSpacingMs, { signal });
    throw error;
  }

  /** Wakes after the current batch of pushes, so that updates that come together leave together. */
  #scheduleWake(): void {
    if (this.#wakeScheduled || !this.#waiting) return;
    this.#wakeScheduled = true;
    setImmediate(() => {
      this.#wakeScheduled = false;
      const waiting = this.#waiting;
      if (!waiting) return;
      const { updates } = this.#queue.take(waiting.from, waiting.limit);
      if (updates.length > 0) waiting.resolve(updates);
    });
  }
}
