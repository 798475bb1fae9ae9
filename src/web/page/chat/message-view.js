// One message as a bubble: who, what, when, its buttons and what its reader may do with it.

import { el, iconButton } from '../dom.js';
import { fileChip } from './file-chip.js';
import { Keyboard } from './keyboard.js';
import { isSaid, summarise } from './message-words.js';
import { Picture } from './picture.js';
import { renderText } from './rich-text.js';

/**
 * @typedef {import('grammy/types').Message} Message
 * @typedef {object} MessageActions what the chat around the message does for it
 * @property {(command: string) => void} command
 * @property {(message: Message) => void} reply
 * @property {(message: Message) => void} edit
 * @property {(message: Message) => void} remove
 * @property {(message: Message, data: string) => Promise<boolean>} tap
 * @property {(messageId: number) => void} show
 * @property {(text: string) => void} copy
 */

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });

/** A message in the eyes of one person; it can be edited in place. */
export class MessageView {
  /** @type {HTMLElement} */
  element;
  /** @type {Message} */
  message;
  #actions;
  #bubble = el('div', { class: 'bubble' });
  #tools = el('div', { class: 'tools' });
  /** @type {Keyboard | undefined} */
  #keyboard;
  #keyboardMade = '';
  /** @type {Picture | undefined} */
  #picture;

  /**
   * @param {Message} message
   * @param {{ isMine: boolean, isBots: boolean, colour: number, actions: MessageActions }} context
   */
  constructor(message, { isMine, isBots, colour, actions }) {
    this.message = message;
    this.#actions = actions;
    const side = !isSaid(message) ? 'event' : isMine ? 'mine' : 'theirs';
    this.element = el(
      'article',
      { class: ['message', side, isBots && 'bots'].filter(Boolean).join(' '), tabindex: -1 },
      el('div', { class: 'line' }, this.#bubble, this.#tools),
    );
    if (side !== 'event') this.element.dataset.from = String(message.from?.id);
    this.element.dataset.colour = String(colour);
    this.#tools.append(iconButton('reply', 'Reply', () => actions.reply(this.message)));
    if (isMine && message.text !== undefined) {
      this.#tools.append(iconButton('edit', 'Edit', () => actions.edit(this.message)));
    }
    if (isMine) this.#tools.append(iconButton('trash', 'Delete', () => actions.remove(this.message)));
    this.#render();
  }

  /**
   * Shows the message as it is now, with a soft flash.
   * @param {Message} message
   */
  update(message) {
    this.message = message;
    this.#render();
    this.#bubble.classList.remove('flash');
    // Reading a size makes the browser start the animation anew.
    void this.#bubble.offsetWidth;
    this.#bubble.classList.add('flash');
  }

  /** Gives back the memory of its picture. */
  dispose() {
    this.#picture?.dispose();
  }

  /**
   * @param {string} data
   * @param {string} tapId
   */
  waitForTap(data, tapId) {
    this.#keyboard?.wait(data, tapId);
  }

  /** @param {string} tapId */
  settleTap(tapId) {
    this.#keyboard?.settle(tapId);
  }

  #render() {
    const { message } = this;
    const name = message.sender_chat?.title ?? message.from?.first_name ?? '';
    this.#matchPicture();
    const sent = new Date(message.date * 1000);
    this.element.ariaLabel = `${name}, ${clock.format(sent)}`;
    this.#bubble.replaceChildren(
      el('p', { class: 'sender' }, el('bdi', {}, name)),
      ...this.#renderReply(),
      this.#picture?.element ?? (message.document ? fileChip(message) : ''),
      el(
        'div',
        { class: 'content' },
        this.#renderWords(),
        el(
          'footer',
          { class: 'meta' },
          message.edit_date !== undefined && el('span', {}, 'edited'),
          el('time', { datetime: sent.toISOString() }, clock.format(sent)),
        ),
      ),
    );
    this.#renderKeyboard();
  }

  /** A picture stays as it is while the words under it change. */
  #matchPicture() {
    const id = this.message.photo?.at(-1)?.file_unique_id;
    if (id === this.#picture?.id) return;
    this.#picture?.dispose();
    this.#picture = id === undefined ? undefined : new Picture(this.message);
  }

  #renderReply() {
    const { reply_to_message: origin, quote } = this.message;
    if (!origin || origin.forum_topic_created) return [];
    return [
      el(
        'button',
        { type: 'button', class: 'reply-quote', click: () => this.#actions.show(origin.message_id) },
        el('strong', {}, el('bdi', {}, origin.from?.first_name ?? '')),
        el('span', { dir: 'auto' }, quote?.text ?? summarise(origin)),
      ),
    ];
  }

  #renderWords() {
    const { text, caption, entities, caption_entities: captionEntities } = this.message;
    const written = text ?? caption ?? (isSaid(this.message) ? '' : summarise(this.message));
    const words = renderText(written, entities ?? captionEntities ?? [], this.#actions.command);
    return el('div', { class: 'words', dir: 'auto' }, words);
  }

  #renderKeyboard() {
    const rows = this.message.reply_markup?.inline_keyboard ?? [];
    const made = JSON.stringify(rows);
    // Unchanged buttons stay: a finger may be on one while the text above it changes.
    if (made === this.#keyboardMade) return;
    this.#keyboardMade = made;
    this.#keyboard?.element.remove();
    this.#keyboard =
      rows.length === 0
        ? undefined
        : new Keyboard(rows, {
            tap: (data) => this.#actions.tap(this.message, data),
            copy: this.#actions.copy,
          });
    if (this.#keyboard) this.element.append(this.#keyboard.element);
  }
}
