// The updates that the bot has not confirmed yet, with the exact rules of the Bot API server's queue.

import type { Update } from 'grammy/types';
import type { MovableClock } from './clock.ts';
import type { WaitOptions } from './contract.ts';
import { Expectations } from './expectations.ts';

/** An update that is not confirmed yet. */
export interface Pending {
  readonly update: Update;
  /** When it is silently dropped, in milliseconds. */
  readonly expiresAt: number;
}

interface Item extends Pending {
  id: number;
  bytes: number;
  /** Its id is below the queue's (a repeated or strange update): offsets count only once it was handed out. */
  stray: boolean;
  handedOut: boolean;
}

const capacity = 100_000;
const maxAnswerBytes = 4 << 20;
const farAhead = 10;
const dayMs = 86_400_000;

/** Milliseconds an update of this kind waits in the queue before it is silently dropped. */
const lifetimesMs: Partial<Record<keyof Update, number>> = {
  callback_query: 150_000,
  shipping_query: 150_000,
  pre_checkout_query: 150_000,
  inline_query: 30_000,
  chosen_inline_result: 600_000,
};

/** Unconfirmed updates in the order they came. */
export class UpdateQueue {
  readonly #clock: MovableClock;
  readonly #pushed: (() => void)[] = [];
  readonly #emptied = new Expectations<unknown>();
  #items: Item[] = [];
  #tail: number;
  #strays = 0;
  #nextExpiry = Infinity;

  constructor(clock: MovableClock, firstId: number) {
    this.#clock = clock;
    this.#tail = firstId;
  }

  /** Calls `listener` after each new update. */
  onPush(listener: () => void): void {
    this.#pushed.push(listener);
  }

  /** Appends an update under the next id; undefined when the queue is full, which drops it. */
  push(body: Omit<Update, 'update_id'>): Update | undefined {
    if (this.#items.length >= capacity) return undefined;
    const update: Update = { update_id: this.#tail, ...body };
    this.#append(update, false);
    return update;
  }

  /** Appends an update as it is, under its own id if it has one. */
  pushRaw(raw: object): Update {
    const own = (raw as Partial<Update>).update_id;
    const update: Update = { ...raw, update_id: own ?? this.#tail };
    this.#append(update, update.update_id < this.#tail);
    return update;
  }

  /**
   * Forgets what `offset` confirms and returns the updates from there on, at most `limit` and about 4 MB of them.
   * A negative offset keeps that many of the newest. `from` is the offset as it was understood.
   */
  take(offset: number, limit: number): { from: number; updates: Update[] } {
    const from = this.#resolve(offset);
    this.#forgetBelow(from);
    this.#dropExpired();
    const updates: Update[] = [];
    let bytes = 0;
    for (const item of this.#items) {
      if (updates.length === limit || (bytes += item.bytes + 50) > maxAnswerBytes) break;
      item.handedOut = true;
      updates.push(item.update);
    }
    return { from, updates };
  }

  /** The oldest `limit` updates. */
  oldest(limit: number): readonly Pending[] {
    this.#dropExpired();
    return this.#items.slice(0, limit);
  }

  /** Forgets one update, which is confirmed or given up. */
  forget(pending: Pending): void {
    const index = this.#items.findIndex((item) => item === pending);
    if (index === -1) return;
    if (this.#items[index]?.stray) this.#strays -= 1;
    this.#items.splice(index, 1);
    this.#tellIfEmpty();
  }

  /** Waits until no update is left. */
  async emptied(options: Omit<WaitOptions<unknown>, 'where'> = {}): Promise<void> {
    if (this.size > 0) await this.#emptied.wait(() => 'the last update confirmed', options);
  }

  /** Ends all waiting with `reason`. */
  close(reason: Error): void {
    this.#emptied.close(reason);
  }

  /** How many updates are not confirmed. */
  get size(): number {
    this.#dropExpired();
    return this.#items.length;
  }

  /** Forgets all updates. */
  clear(): void {
    this.#keep(() => false);
  }

  #append(update: Update, stray: boolean): void {
    const bytes = JSON.stringify(update).length;
    const expiresAt = this.#expiry(update);
    this.#items.push({ id: update.update_id, update, bytes, expiresAt, stray, handedOut: false });
    this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt);
    if (stray) this.#strays += 1;
    else this.#tail = update.update_id + 1;
    for (const listener of this.#pushed) listener();
  }

  #resolve(offset: number): number {
    const head = this.#items.find((item) => !item.stray)?.id ?? this.#tail;
    const wanted = offset < 0 ? this.#tail + offset : offset;
    // TDLib takes an offset beyond what can be as a mistake and starts at the head.
    if (wanted > this.#tail + farAhead) return head;
    // Strays are confirmed by offsets below the head.
    return wanted <= 0 ? 0 : wanted;
  }

  #dropExpired(): void {
    const now = this.#clock.now();
    if (now <= this.#nextExpiry) return;
    this.#keep((item) => item.expiresAt >= now);
    this.#nextExpiry = this.#items.reduce((soonest, item) => Math.min(soonest, item.expiresAt), Infinity);
  }

  #forgetBelow(from: number): void {
    if (this.#strays > 0) {
      this.#keep((item) => item.id >= from || (item.stray && !item.handedOut));
      return;
    }
    const end = this.#items.findIndex((item) => item.id >= from);
    this.#items.splice(0, end === -1 ? this.#items.length : end);
    this.#tellIfEmpty();
  }

  #keep(stays: (item: Item) => boolean): void {
    this.#items = this.#items.filter(stays);
    this.#strays = this.#items.filter((item) => item.stray).length;
    this.#tellIfEmpty();
  }

  #tellIfEmpty(): void {
    if (this.#items.length === 0) this.#emptied.offerAll(undefined);
  }

  #expiry(update: Update): number {
    const now = this.#clock.now();
    for (const [kind, lifetimeMs] of Object.entries(lifetimesMs)) if (kind in update) return now + lifetimeMs;
    const date = update.message?.date ?? update.edited_message?.edit_date;
    return date === undefined ? now + dayMs : date * 1000 + dayMs;
  }
}
