// Presses of buttons are answered, so that the button stops to spin, and nothing waits for it.

import type { Logger } from 'pino';
import { sleep } from '../async/sleep.ts';
import type { Request } from '../handler.ts';
import { isPressForgotten } from './call-failure.ts';
import type { Caller } from './caller.ts';

/** A press of a button: its id (Bot API, CallbackQuery), and who pressed it. */
export interface Press {
  readonly id: string;
  readonly personId: number | undefined;
}

/** The press that a request came with. */
export function pressOf({ tap, person }: Request): Press | undefined {
  return tap && { id: tap.id, personId: person.id };
}

/** How long the answer to a press may keep its work from beginning, in milliseconds. */
const patienceMs = 1_000;

export class Presses {
  readonly #caller: Caller;
  readonly #log: Logger;

  constructor(caller: Caller, log: Logger) {
    this.#caller = caller;
    this.#log = log;
  }

  /**
   * Answers a press, with words shown over the chat; resolves with whether Telegram has forgotten it. Never rejects:
   * nothing is lost when a press is not answered.
   */
  async answer(press: Press | undefined, text?: string): Promise<boolean> {
    if (!press) return false;
    try {
      const answer = { callback_query_id: press.id, text };
      await this.#caller.call('answerCallbackQuery', answer, { lane: `presses of ${press.personId}` });
      return false;
    } catch (error) {
      this.#log.debug({ err: error }, 'press of a button was not answered');
      return isPressForgotten(error);
    }
  }

  /**
   * Answers a press whose work may take long, before that begins: Telegram waits for seconds only, and what it has
   * forgotten is not worth beginning (`onForgotten`). A slow Telegram is waited for a second. Never rejects.
   */
  async answerFirst(press: Press | undefined, onForgotten: () => void): Promise<void> {
    if (!press) return;
    const answered = new AbortController();
    void this.answer(press).then((wasForgotten) => {
      if (wasForgotten) onForgotten();
      answered.abort();
    });
    // Only the end of the wait counts.
    await sleep(patienceMs, { signal: answered.signal }).catch(() => {});
  }
}
