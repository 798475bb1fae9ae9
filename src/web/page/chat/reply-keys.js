// The keys that a bot puts under the input (Bot API, ReplyKeyboardMarkup): a press sends the words on the key.

import { el } from '../dom.js';

/** What a press would do in Telegram besides sending words; the playground can't. */
const unusual = [
  'request_users',
  'request_chat',
  'request_contact',
  'request_location',
  'request_poll',
  'web_app',
];

/** The keys of one chat; they can be folded away, and those that are meant for one press fold by themselves. */
export class ReplyKeys {
  element = el('div', { class: 'reply-keys', role: 'group', 'aria-label': 'Quick replies', hidden: true });
  /** Folds and unfolds the keys. */
  toggle = el('button', { type: 'button', class: 'icon-button', hidden: true });
  #onPress;
  /** @type {any} */
  #markup;

  /**
   * @param {(text: string) => Promise<boolean>} onPress resolves to false when the words were not sent
   * @param {Node} face of the toggle
   */
  constructor(onPress, face) {
    this.#onPress = onPress;
    this.toggle.append(face);
    this.toggle.addEventListener('click', () => this.#fold(!this.element.hidden));
  }

  /**
   * Shows the keys of `markup`; none when it has none.
   * @param {any} markup
   */
  show(markup) {
    this.#markup = markup?.keyboard ? markup : undefined;
    this.toggle.hidden = !this.#markup;
    this.element.replaceChildren(
      ...(this.#markup?.keyboard ?? []).map((/** @type {any[]} */ row) => this.#renderRow(row)),
    );
    this.element.classList.toggle('tall', !this.#markup?.resize_keyboard);
    this.#fold(!this.#markup);
  }

  /** @param {any[]} row */
  #renderRow(row) {
    return el('div', { class: 'row' }, ...row.map((key) => this.#renderKey(key)));
  }

  /** @param {string | { text: string, style?: string }} key */
  #renderKey(key) {
    const { text, style } = typeof key === 'string' ? { text: key } : key;
    const isUsable = typeof key === 'string' || !unusual.some((kind) => kind in key);
    return el(
      'button',
      {
        type: 'button',
        class: ['key', style].filter(Boolean).join(' '),
        disabled: !isUsable,
        title: isUsable ? undefined : 'Only Telegram can do this',
        click: () => void this.#press(text),
      },
      el('span', { dir: 'auto' }, text),
    );
  }

  /** @param {string} text */
  async #press(text) {
    const markup = this.#markup;
    const isSent = await this.#onPress(text);
    // By now the bot may have put other keys here.
    if (isSent && markup?.one_time_keyboard && markup === this.#markup) this.#fold(true);
  }

  /** @param {boolean} isFolded */
  #fold(isFolded) {
    this.element.hidden = isFolded;
    this.toggle.ariaExpanded = String(!isFolded);
    this.toggle.ariaLabel = this.toggle.title = isFolded
      ? 'Show the quick replies'
      : 'Hide the quick replies';
  }
}
