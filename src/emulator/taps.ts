// Taps on callback buttons: they wait for the bot's answer and expire.

import { later, now } from '../async/clock.ts';
import type { Later } from '../async/clock.ts';
import type { Tap } from './contract.ts';
import type { TapAnswer } from './events.ts';
import type { MovableClock } from './clock.ts';
import type { EventLog } from './event-log.ts';

interface OpenTap {
  id: string;
  chatId: number;
  personId: number;
  expiresAt: number;
  resolve: (answer: TapAnswer) => void;
  reject: (reason: Error) => void;
}

/** Where a tap was made. */
export interface TapPlace {
  chatId: number;
  messageId: number;
  personId: number;
  data: string;
}

/** The unanswered taps, oldest first. */
export class Taps {
  readonly #clock: MovableClock;
  readonly #events: EventLog;
  readonly #lifetimeMs: number;
  readonly #open = new Map<string, OpenTap>();
  readonly #firstId = 400_000_000_000_000_000n + BigInt(now()) * 1_000n;
  #count = 0n;
  #timer: Later | undefined;

  /** A tap can be answered for `lifetimeMs` by `clock`. */
  constructor(clock: MovableClock, events: EventLog, lifetimeMs: number) {
    this.#clock = clock;
    this.#events = events;
    this.#lifetimeMs = lifetimeMs;
    clock.onAdvance(() => this.#expire());
  }

  /** Starts waiting for an answer. */
  open({ chatId, messageId, personId, data }: TapPlace): Tap {
    const id = String(this.#firstId + ++this.#count);
    const { promise, resolve, reject } = Promise.withResolvers<TapAnswer>();
    // Who taps need not care for the answer.
    promise.catch(() => {});
    const until = this.#clock.now() + this.#lifetimeMs;
    this.#open.set(id, { id, chatId, personId, expiresAt: until, resolve, reject });
    this.#timer ??= this.#startTimer();
    this.#events.add({ kind: 'callback', chatId, messageId, personId, tapId: id, data, until });
    return { id, answered: promise };
  }

  /** Gives the bot's answer to the tap; false when it is unknown, expired or answered already. */
  answer(id: string, answer: TapAnswer): boolean {
    this.#expire();
    const tap = this.#open.get(id);
    if (!tap) return false;
    this.#open.delete(id);
    tap.resolve(answer);
    this.#events.add({
      kind: 'callback-answered',
      chatId: tap.chatId,
      personId: tap.personId,
      tapId: id,
      answer,
    });
    return true;
  }

  /** Rejects all open taps with `reason`. */
  close(reason: Error): void {
    this.#timer?.[Symbol.dispose]();
    for (const tap of this.#open.values()) tap.reject(reason);
    this.#open.clear();
  }

  #expire(): void {
    const at = this.#clock.now();
    for (const tap of this.#open.values()) {
      if (tap.expiresAt > at) return;
      this.#open.delete(tap.id);
      tap.reject(
        new Error(`Cannot see the answer to tap ${tap.id}: the bot gave none in ${this.#lifetimeMs} ms`),
      );
      this.#events.add({
        kind: 'callback-answered',
        chatId: tap.chatId,
        personId: tap.personId,
        tapId: tap.id,
      });
    }
  }

  #startTimer(): Later {
    return later(this.#lifetimeMs, () => {
      this.#expire();
      this.#timer = this.#open.size > 0 ? this.#startTimer() : undefined;
    }).unref();
  }
}
