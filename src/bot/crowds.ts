// How many requests of each chat wait for their answer to go out: one chat's flood is turned away before it keeps others out.

import type { Request } from '../handler.ts';
import type { Caller } from './caller.ts';

/** More than a chat can be told within its patience, at the pace that Telegram allows. */
const answersPerChat = 60;
/** A press says its answer over the chat, where it waits for no message: a Cancel gets in when a message does not. */
const withPresses = 2 * answersPerChat;

/** What is under way to chats. */
export class Crowds {
  readonly #caller: Pick<Caller, 'isHeld'>;
  readonly #inHand = new Map<number, number>();

  constructor(caller: Pick<Caller, 'isHeld'>) {
    this.#caller = caller;
  }

  /**
   * How many answers wait in the chat of a request if they are too many for this one; undefined when it may come in.
   * Slow work has limits of its own: only a chat that Telegram holds takes no more of it.
   */
  tooMany({ chat, tap }: Pick<Request, 'chat' | 'tap'>, { isSlow }: { isSlow: boolean }): number | undefined {
    const inHand = this.#inHand.get(chat.id) ?? 0;
    if (inHand < (tap ? withPresses : answersPerChat)) return undefined;
    return isSlow && !this.#caller.isHeld(chat.id) ? undefined : inHand;
  }

  /** Counts an answer in until what is returned is disposed of, once. */
  enter({ chat }: Pick<Request, 'chat'>): Disposable {
    this.#count(chat.id, 1);
    return { [Symbol.dispose]: () => this.#count(chat.id, -1) };
  }

  #count(chatId: number, change: 1 | -1): void {
    const inHand = (this.#inHand.get(chatId) ?? 0) + change;
    if (inHand > 0) this.#inHand.set(chatId, inHand);
    else this.#inHand.delete(chatId);
  }
}
