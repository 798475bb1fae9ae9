// Whose progress goes out next: so much of it in a second, less than Telegram takes, and so much for one chat.
//
// What waits for a turn is written when the turn comes, so it is never stale. First messages go before edits, because
// they bring the Cancel button. Among chats, the one that had its last turn longest ago goes first, so that one with
// many requests uses up nobody else's turns.

import { later } from '../async/clock.ts';
import type { Later } from '../async/clock.ts';
import { TokenBucket } from './token-bucket.ts';

/** Turns per second for all chats: Telegram takes about 30 messages a second. */
const perSecond = 25;
/** Of which one chat may have this many at once, and then one a second, which is what Telegram takes for a chat. */
const burst = 5;
/** Chats that are remembered before those with a full budget are forgotten. */
const maxChats = 10_000;

interface Chat {
  readonly budget: TokenBucket;
  /** The number of its last turn; 0 when it had none. */
  lastTurn: number;
  /** Called when their turn comes, in order of arrival. */
  readonly firsts: Set<() => void>;
  readonly edits: Set<() => void>;
}

export class ProgressPace {
  readonly #budget = new TokenBucket({ perSecond, most: perSecond });
  readonly #chats = new Map<string, Chat>();
  readonly #waiting = new Set<Chat>();
  #turns = 0;
  #look: Later | undefined;

  /** Takes a turn if there is one that nobody waits for; false otherwise. */
  takeNow(name: string): boolean {
    if (this.#budget.isEmpty || this.#next()) return false;
    const chat = this.#chatOf(name);
    if (chat.budget.isEmpty) return false;
    this.#take(chat);
    return true;
  }

  /** Waits for a turn, for the first message of a request or for an edit. Rejects with `signal.reason`. */
  take(name: string, { isFirst, signal }: { isFirst: boolean; signal: AbortSignal }): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const chat = this.#chatOf(name);
    const queue = isFirst ? chat.firsts : chat.edits;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#leave(chat, queue, go);
        reject(signal.reason);
      };
      const go = () => {
        signal.removeEventListener('abort', leave);
        this.#leave(chat, queue, go);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      queue.add(go);
      this.#waiting.add(chat);
      this.#serve();
    });
  }

  /** Gives away the turns there are now, and looks again when there may be more. */
  #serve(): void {
    while (!this.#budget.isEmpty) {
      const chat = this.#next();
      const [go] = (chat?.firsts.size ? chat.firsts : chat?.edits) ?? [];
      if (!chat || !go) break;
      this.#take(chat);
      go();
    }
    if (this.#waiting.size === 0) return;
    this.#look ??= later(1000 / perSecond, () => {
      this.#look = undefined;
      this.#serve();
    });
  }

  /** The chat whose turn it is. Costs O(chats that wait), for each turn. */
  #next(): Chat | undefined {
    let best: Chat | undefined;
    for (const chat of this.#waiting) {
      if (!chat.budget.isEmpty && (!best || goesBefore(chat, best))) best = chat;
    }
    return best;
  }

  #take(chat: Chat): void {
    this.#budget.take();
    chat.budget.take();
    chat.lastTurn = ++this.#turns;
  }

  #leave(chat: Chat, queue: Set<() => void>, go: () => void): void {
    queue.delete(go);
    if (chat.firsts.size + chat.edits.size === 0) this.#waiting.delete(chat);
    if (this.#waiting.size > 0) return;
    this.#look?.[Symbol.dispose]();
    this.#look = undefined;
  }

  #chatOf(name: string): Chat {
    let chat = this.#chats.get(name);
    if (chat) return chat;
    if (this.#chats.size > maxChats) this.#tidy();
    chat = {
      budget: new TokenBucket({ perSecond: 1, most: burst }),
      lastTurn: 0,
      firsts: new Set(),
      edits: new Set(),
    };
    this.#chats.set(name, chat);
    return chat;
  }

  #tidy(): void {
    for (const [name, chat] of this.#chats) {
      if (chat.budget.isFull && !this.#waiting.has(chat)) this.#chats.delete(name);
    }
  }
}

function goesBefore(a: Chat, b: Chat): boolean {
  const [aIsFirst, bIsFirst] = [a.firsts.size > 0, b.firsts.size > 0];
  return aIsFirst === bIsFirst ? a.lastTurn < b.lastTurn : aIsFirst;
}
