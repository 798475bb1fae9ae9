// The bar over the input that tells which message is being answered or edited.

import { el, icon, iconButton } from '../dom.js';
import { summarise } from './message-words.js';

/**
 * @typedef {import('grammy/types').Message} Message
 * @typedef {{ kind: 'reply' | 'edit', message: Message }} Mode
 */

/** What the next message will be: something new, an answer or an edit. */
export class ModeBar {
  element = el('div', { class: 'about', hidden: true });
  /** @type {Mode | undefined} */
  mode;
  #onStop;

  /** @param {() => void} onStop its close button was pressed */
  constructor(onStop) {
    this.#onStop = onStop;
  }

  get isEditing() {
    return this.mode?.kind === 'edit';
  }

  /** The message that is answered, if one is. */
  get replyTo() {
    return this.mode?.kind === 'reply' ? this.mode.message : undefined;
  }

  /** @param {Mode | undefined} mode */
  set(mode) {
    this.mode = mode;
    this.element.hidden = !mode;
    if (!mode) return;
    this.element.replaceChildren(
      icon(mode.kind),
      el(
        'strong',
        {},
        this.isEditing ? 'Edit' : 'Reply to ',
        !this.isEditing && el('bdi', {}, mode.message.from?.first_name ?? ''),
      ),
      el('span', { dir: 'auto' }, summarise(mode.message)),
      iconButton('close', this.isEditing ? 'Stop editing' : 'Don’t reply', this.#onStop),
    );
  }
}
