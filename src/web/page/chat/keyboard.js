// The buttons under a message: spinning from the tap until the bot has answered it.

import { el, icon } from '../dom.js';
import { link, safeAddress } from './rich-text.js';

/**
 * @typedef {{ text: string, callback_data?: string, url?: string, copy_text?: { text: string }, style?: string,
 *   disabled?: object }} Button
 */

/** An inline keyboard (Bot API, InlineKeyboardMarkup) as one person sees it. */
export class Keyboard {
  /** @type {HTMLElement} */
  element;
  #actions;
  /** @type {Map<string, HTMLElement>} by callback data */
  #buttons = new Map();
  /** @type {Map<string, HTMLElement>} by the id of the tap */
  #waiting = new Map();

  /**
   * @param {Button[][]} rows
   * @param {{ tap: (data: string) => Promise<boolean>, copy: (text: string) => void }} actions `tap` resolves to false
   *   when the tap did not reach the bot
   */
  constructor(rows, actions) {
    this.#actions = actions;
    this.element = el('div', { class: 'keyboard', role: 'group', 'aria-label': 'Buttons of this message' });
    for (const row of rows)
      this.element.append(el('div', { class: 'row' }, ...row.map((button) => this.#render(button))));
  }

  /**
   * The tap `tapId` on the button with `data` waits for the bot's answer.
   * @param {string} data
   * @param {string} tapId
   */
  wait(data, tapId) {
    const button = this.#buttons.get(data);
    if (!button) return;
    this.#waiting.set(tapId, button);
    setBusy(button, true);
  }

  /**
   * The tap `tapId` waits no longer.
   * @param {string} tapId
   */
  settle(tapId) {
    const button = this.#waiting.get(tapId);
    this.#waiting.delete(tapId);
    if (button) setBusy(button, false);
  }

  /** @param {Button} button */
  #render({ text, callback_data: data, url, copy_text: copy, style, disabled }) {
    const look = ['key', style].filter(Boolean).join(' ');
    const href = url && safeAddress(url);
    if (href && !disabled) {
      const anchor = link(href);
      anchor.className = look;
      anchor.append(el('span', { dir: 'auto' }, text), icon('out'));
      return anchor;
    }
    const isUsable = !disabled && (data !== undefined || copy !== undefined);
    const element = el(
      'button',
      { type: 'button', class: look, disabled: !isUsable },
      el('span', { dir: 'auto' }, text),
    );
    if (data !== undefined) {
      this.#buttons.set(data, element);
      element.addEventListener('click', () => void this.#press(element, data));
    } else if (copy) {
      element.addEventListener('click', () => this.#actions.copy(copy.text));
    }
    return element;
  }

  /**
   * @param {HTMLElement} button
   * @param {string} data
   */
  async #press(button, data) {
    if (button.ariaBusy === 'true') return;
    setBusy(button, true);
    if (!(await this.#actions.tap(data))) setBusy(button, false);
  }
}

/**
 * @param {HTMLElement} button
 * @param {boolean} isBusy
 */
function setBusy(button, isBusy) {
  button.ariaBusy = String(isBusy);
}
