// Keeps the newest message in sight for a reader who is at the end, and tells one who is not that there is more.

import { el, icon } from '../dom.js';

const nearPx = 40;

/** Older messages are fetched when the reader is this close to the oldest one shown. */
const earlyPx = 600;

/**
 * The scrolling of one list of messages. It is laid out from its end, so the browser itself stays there when the list
 * grows, and stays with the older messages for a reader who is at them; `scrollTop` is 0 at the end, negative above.
 */
export class EndKeeper {
  /** @type {HTMLElement} */
  element;
  #log;
  #newer = el('button', { type: 'button', class: 'newer', hidden: true }, icon('down'), 'New messages');
  /** @type {number | undefined} */
  #belowPx;

  /**
   * @param {HTMLElement} log
   * @param {() => void} onTop the reader is near the oldest message
   */
  constructor(log, onTop) {
    this.#log = log;
    this.element = el('div', { class: 'scroller' }, log, this.#newer);
    log.addEventListener('scroll', () => {
      if (this.isAtEnd) this.#newer.hidden = true;
      if (log.scrollHeight - log.clientHeight + log.scrollTop < earlyPx) onTop();
    });
    this.#newer.addEventListener('click', () => this.jump());
    new ResizeObserver(() => this.#hold()).observe(log);
  }

  get isAtEnd() {
    return this.#log.scrollTop > -nearPx;
  }

  /** Goes to the end from wherever the reader is. */
  jump() {
    this.#log.scrollTop = 0;
    this.#newer.hidden = true;
  }

  /** A message of somebody else has come. */
  announce() {
    this.#newer.hidden = this.isAtEnd;
  }

  /** What grows or shrinks below the list, as the input does, must not move the messages under a reader. */
  #hold() {
    const around = this.element.offsetParent;
    if (!(around instanceof HTMLElement)) return;
    const belowPx = around.clientHeight - this.element.offsetTop - this.element.offsetHeight;
    const grownPx = belowPx - (this.#belowPx ?? belowPx);
    this.#belowPx = belowPx;
    if (grownPx !== 0 && !this.isAtEnd) this.#log.scrollTop -= grownPx;
  }
}
