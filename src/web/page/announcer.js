// What a screen reader says of the chats: new messages, and edited ones once they have come to rest.

import { el } from './dom.js';
import { summarise } from './chat/message-words.js';

const mostAtOnce = 3;

/** Progress is edited every second or so; only what stays this long is worth saying. */
const restMs = 4_000;
const keptMs = 10_000;

/** One voice for the whole page, so that a group that is open in several columns is not read several times. */
export class Announcer {
  element = el('div', { class: 'unseen', role: 'log', 'aria-label': 'New messages' });
  #world;
  /** @type {string[]} */
  #pending = [];
  /** @type {Map<string, number>} timers by message */
  #edited = new Map();

  /** @param {import('./world.js').World} world */
  constructor(world) {
    this.#world = world;
  }

  /**
   * Hears an event of a chat that is seen.
   * @param {any} event
   */
  take(event) {
    if (event.kind !== 'message' && event.kind !== 'edited') return;
    const { message, chatId } = event;
    if (message.from?.id !== this.#world.bot.id) return;
    if (event.kind === 'message') this.#pending.push(describe(message));
    else this.#sayLater(`${chatId}/${message.message_id}`, message);
  }

  /** Says what has come since the last time; of very many messages only their number. */
  flush() {
    const words = this.#pending.splice(0);
    if (words.length > mostAtOnce) this.#say(`${words.length} new messages`);
    else for (const word of words) this.#say(word);
  }

  /**
   * @param {string} key
   * @param {import('grammy/types').Message} message
   */
  #sayLater(key, message) {
    clearTimeout(this.#edited.get(key));
    const timer = setTimeout(() => {
      this.#edited.delete(key);
      this.#say(describe(message));
    }, restMs);
    this.#edited.set(key, timer);
  }

  /** @param {string} words */
  #say(words) {
    const line = el('p', { dir: 'auto' }, words);
    this.element.append(line);
    setTimeout(() => line.remove(), keptMs);
  }
}

/** @param {import('grammy/types').Message} message */
function describe(message) {
  const chat = message.chat.type === 'private' ? `to ${message.chat.first_name}` : `in ${message.chat.title}`;
  return `${message.from?.first_name ?? ''} ${chat}: ${summarise(message)}`;
}
