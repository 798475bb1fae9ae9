// "Too much at once" for many requests in one message, while Telegram asks for silence in their chat.

import type { Reply, Request, Translate, Words } from '../handler.ts';
import type { Caller } from './caller.ts';
import { sendWords } from './send-reply.ts';

interface Notice {
  count: number;
  sent: Promise<void>;
}

export class BusyNotices {
  readonly #caller: Caller;
  readonly #waiting = new Map<number, Notice>();

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Adds a request that was not taken to its chat's next notice; resolves when that was sent. */
  add(request: Request, reply: Reply & { words: Words }, t: Translate): Promise<void> {
    const waiting = this.#waiting.get(request.chat.id);
    if (waiting) {
      waiting.count++;
      return waiting.sent;
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
    try {
      await this.#caller.untilFree(request.chat.id);
    } finally {
      this.#waiting.delete(request.chat.id);
    }
    const alone = notice.count === 1;
    const words = alone ? reply.words : { text: t('error-busy-many', { count: notice.count }) };
    await sendWords(this.#caller, request, alone ? reply : { ...reply, words, buttons: [] }, {});
  }
}
