// Short words that come and go over a person's chats, and alerts that have to be closed.

import { el } from './dom.js';

const shownMs = 5_000;

/** The notices of one person. */
export class Notices {
  element = el('div', { class: 'notices', role: 'status' });
  #owner;

  /** @param {string} owner whose notices these are, for the title of an alert */
  constructor(owner) {
    this.#owner = owner;
  }

  /**
   * Shows `text` for a while, or with `isLasting` until it is clicked; a click takes it away.
   * @param {string} text
   * @param {{ isLasting?: boolean }} [options]
   */
  say(text, { isLasting = false } = {}) {
    const notice = el('button', { type: 'button', class: 'notice', title: 'Close', dir: 'auto' }, text);
    const timer = isLasting ? undefined : setTimeout(() => notice.remove(), shownMs);
    notice.addEventListener('click', () => {
      clearTimeout(timer);
      notice.remove();
    });
    this.element.append(notice);
    while (this.element.children.length > 3) this.element.firstElementChild?.remove();
  }

  /**
   * Shows `text` until it is closed.
   * @param {string} text
   */
  alert(text) {
    const sheet = el(
      'dialog',
      { class: 'sheet small', 'aria-label': `The bot to ${this.#owner}` },
      el('p', { dir: 'auto' }, text),
      el('form', { method: 'dialog' }, el('button', { class: 'plain strong' }, 'OK')),
    );
    sheet.addEventListener('close', () => sheet.remove());
    this.element.parentElement?.append(sheet);
    sheet.showModal();
  }
}
