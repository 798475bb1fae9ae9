// The messages of one place as elements: only the newest, and older ones as its reader goes up to them.

import { el } from '../dom.js';
import { isSame } from '../world.js';

/**
 * @typedef {import('grammy/types').Message} Message
 * @typedef {import('./message-view.js').MessageView} MessageView
 */

/** How many are shown to a reader at the end, and how many more at a time to one who goes up. */
const step = 40;

/** Keeps the elements in step with the messages; one that stays is never made again. */
export class MessageList {
  element;
  #welcome;
  #make;
  /** @type {Map<number, MessageView>} */
  #views = new Map();
  /** The first message that is shown. */
  #first = 0;

  /**
   * @param {HTMLElement} welcome stands before all messages
   * @param {HTMLElement} status stands after them
   * @param {(message: Message) => MessageView} make
   */
  constructor(welcome, status, make) {
    this.#welcome = welcome;
    this.#make = make;
    this.element = el('div', { class: 'list' }, welcome, status);
  }

  /** Those that are shown, oldest first. */
  get views() {
    return this.#views.values();
  }

  /** @param {number} id */
  get(id) {
    return this.#views.get(id);
  }

  /**
   * Shows `messages` as they are now. Returns those that have come after all that were there.
   * @param {Message[]} messages the whole place, oldest first
   * @param {boolean} isAtEnd whether the reader is there, so that the oldest may go
   */
  sync(messages, isAtEnd) {
    if (isAtEnd) this.#first = messages.at(-step)?.message_id ?? 0;
    const wanted = new Map(
      messages
        .filter(({ message_id: id }) => id >= this.#first)
        .map((message) => [message.message_id, message]),
    );
    const newest = [...this.#views.keys()].reduce((a, b) => Math.max(a, b), 0);
    for (const id of this.#views.keys()) if (!wanted.has(id)) this.#drop(id);
    this.#fill(wanted);
    this.#joinLines();
    return [...wanted.values()].filter(({ message_id: id }) => id > newest);
  }

  /**
   * Shows older messages too, back to `id` if given; tells whether there were any.
   * @param {Message[]} messages the whole place
   * @param {number} [id]
   */
  goBack(messages, id) {
    const older = messages.filter(({ message_id: one }) => one < this.#first);
    if (older.length === 0) return false;
    const target = older.at(-step)?.message_id ?? 0;
    this.#first = Math.min(id ?? target, target);
    this.sync(messages, false);
    return true;
  }

  dispose() {
    for (const id of this.#views.keys()) this.#drop(id);
  }

  /** @param {Map<number, Message>} wanted */
  #fill(wanted) {
    /** @type {Map<number, MessageView>} */
    const views = new Map();
    let next = this.#welcome.nextElementSibling;
    for (const [id, message] of wanted) {
      const known = this.#views.get(id);
      const view = known ?? this.#make(message);
      views.set(id, view);
      if (known && !isSame(known.message, message)) known.update(message);
      if (known) next = known.element.nextElementSibling;
      else this.element.insertBefore(view.element, next);
    }
    this.#views = views;
  }

  /** Marks each message that follows another one of the same sender. */
  #joinLines() {
    let before = '';
    for (const { element } of this.#views.values()) {
      const from = element.dataset.from ?? '';
      element.classList.toggle('joined', from !== '' && from === before);
      before = from;
    }
  }

  /** @param {number} id */
  #drop(id) {
    const view = this.#views.get(id);
    this.#views.delete(id);
    view?.element.remove();
    view?.dispose();
  }
}
