// Keeps the newest message in sight for a reader who is at the end, and tells one who is not that there is more.

import { el, icon } from './dom.js';

const nearPx = 40;

/**
 * The scrolling of one list of messages. It is laid out from its end, so the browser itself stays there when the list
 * grows, and stays with the older messages for a reader who is at them; `scrollTop` is 0 at the end, negative above.
 */
export class EndKeeper {
  /** @type {HTMLElement} */
  element;
  #log;
  #newer = el('button', { type: 'button', class: 'newer', hidden: true }, icon('down'), 'New messages');

  /** @param {HTMLElement} log */
  constructor(log) {
    this.#log = log;
    this.element = el('div', { class: 'scroller' }, log, this.#newer);
    log.addEventListener('scroll', () => {
      if (this.#isAtEnd) this.#newer.hidden = true;
    });
    this.#newer.addEventListener('click', () => this.jump());
  }

  /** Goes to the end from wherever the reader is. */
  jump() {
    this.#log.scrollTop = 0;
    this.#newer.hidden = true;
  }

  /** A message of somebody else has come. */
  announce() {
    this.#newer.hidden = this.#isAtEnd;
  }

  get #isAtEnd() {
    return this.#log.scrollTop > -nearPx;
  }
}
