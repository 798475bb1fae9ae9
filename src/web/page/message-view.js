// One message as a bubble: who, what, when, its buttons and what its reader may do with it.

import { el, icon, iconButton } from './dom.js';
import { Keyboard } from './keyboard.js';
import { renderText } from './rich-text.js';
import { fileAddress } from './server.js';

/**
 * @typedef {import('grammy/types').Message} Message
 * @typedef {object} MessageActions what the chat around the message does for it
 * @property {(command: string) => void} command
 * @property {(message: Message) => void} reply
 * @property {(message: Message) => void} edit
 * @property {(message: Message) => void} remove
 * @property {(message: Message, data: string) => Promise<boolean>} tap
 * @property {(messageId: number) => void} show
 */

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

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
    for (const tool of this.#tools.children) if (tool instanceof HTMLElement) tool.tabIndex = -1;
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
    const sent = new Date(message.date * 1000);
    this.element.ariaLabel = `${name}, ${clock.format(sent)}`;
    this.#bubble.replaceChildren(
      el('p', { class: 'sender' }, name),
      ...this.#renderReply(),
      message.document || message.photo ? renderFile(message) : '',
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

  #renderReply() {
    const { reply_to_message: origin, quote } = this.message;
    if (!origin || origin.forum_topic_created) return [];
    return [
      el(
        'button',
        { type: 'button', class: 'reply-quote', click: () => this.#actions.show(origin.message_id) },
        el('strong', {}, origin.from?.first_name ?? ''),
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
      rows.length === 0 ? undefined : new Keyboard(rows, (data) => this.#actions.tap(this.message, data));
    if (this.#keyboard) this.element.append(this.#keyboard.element);
  }
}

/**
 * Whether the message is something that was said, not something that happened.
 * @param {Message} message
 */
export function isSaid({ text, caption, document, photo }) {
  return [text, caption, document, photo].some((part) => part !== undefined);
}

/**
 * A message in a few words, for quotes.
 * @param {Message} message
 */
export function summarise(message) {
  const words = message.text ?? message.caption;
  if (words) return words.length > 120 ? `${words.slice(0, 120)}…` : words;
  if (message.document) return message.document.file_name ?? 'File';
  if (message.photo) return 'Photo';
  const members = message.new_chat_members?.map(({ first_name: name }) => name);
  if (members) return `${members.join(', ')} joined the group`;
  if (message.left_chat_member) return `${message.left_chat_member.first_name} left the group`;
  if (message.forum_topic_created) return `Topic “${message.forum_topic_created.name}”`;
  return 'A message that the playground can’t show';
}

/**
 * A size as people say it.
 * @param {number} bytes
 */
export function sayBytes(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  const step = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  const value = bytes / 1000 ** step;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[step - 1]}`;
}

/** @param {Message} message */
function renderFile(message) {
  const photo = message.photo?.at(-1);
  const name = message.document?.file_name ?? (photo ? 'Photo' : 'File');
  const size = message.document?.file_size ?? photo?.file_size;
  const kind = /\.([a-z\d]{1,5})$/i.exec(name)?.[1] ?? (photo ? 'jpg' : 'file');
  return el(
    'a',
    {
      class: 'file',
      href: fileAddress(message.chat.id, message.message_id),
      download: true,
      title: `Save ${name}`,
    },
    el('span', { class: 'kind', 'aria-hidden': 'true' }, kind),
    el('span', { class: 'name' }, el('bdi', {}, name), size !== undefined && el('small', {}, sayBytes(size))),
    icon('down'),
  );
}
