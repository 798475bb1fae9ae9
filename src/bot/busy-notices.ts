// "Too much at once" for many requests in one message, while their chat takes no more: one such message at a time.

import type { Reply, Request, Translate, Words } from '../handler.ts';
import type { Caller } from './caller.ts';
import { sendWords } from './send-reply.ts';

/** So many requests of a notice stay open until it was sent; the others end at once, so that no flood is held. */
const openAtMost = 10;

interface Notice {
  count: number;
  sent: Promise<void>;
}

export class BusyNotices {
  readonly #caller: Caller;
  readonly #waiting = new Map<number, Notice>();
  readonly #sending = new Map<number, Promise<unknown>>();

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Whether a notice for a chat has not gone out yet. */
  isWaiting(chatId: number): boolean {
    return this.#waiting.has(chatId) || this.#sending.has(chatId);
  }

  /**
   * Adds a request that was not taken to its chat's next notice; resolves when that was sent, or at once when many
   * wait for it.
   */
  add(request: Request, reply: Reply & { words: Words }, t: Translate): Promise<void> {
    const waiting = this.#waiting.get(request.chat.id);
    if (waiting) {
      waiting.count++;
      return waiting.count > openAtMost ? Promise.resolve() : waiting.sent;
    }
    const notice: Notice = { count: 1, sent: Promise.resolve() };
    this.#waiting.set(request.chat.id, notice);
    notice.sent = this.#send(notice, request, reply, t);
    return notice.sent;
  }

  async #send(
    notice: Notice,
    request: Request,
    reply: Reply & { words: Words },
    t: Translate,
  ): Promise<void> {
    const { id: chatId } = request.chat;
    try {
      await Promise.allSettled([this.#sending.get(chatId)]);
      await this.#caller.untilFree(chatId);
    } finally {
      this.#waiting.delete(chatId);
    }
    const alone = notice.count === 1;
    const words = alone ? reply.words : { text: t('error-busy-many', { count: notice.count }) };
    const sending = sendWords(this.#caller, request, alone ? reply : { ...reply, words, buttons: [] }, {});
    this.#sending.set(chatId, sending);
    try {
      await sending;
    } finally {
      this.#sending.delete(chatId);
    }
  }
}
