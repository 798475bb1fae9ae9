// What the bot is doing right now, at the end of a chat: typing, sending, or writing a draft.

import { el } from '../dom.js';
import { renderText } from './rich-text.js';

/** @type {Record<string, string>} */
const doing = {
  typing: 'is typing',
  upload_document: 'is sending a file',
  upload_photo: 'is sending a picture',
};

/** The typing line and the drafts of one chat. */
export class Status {
  #line = el('p', { class: 'typing', hidden: true });
  /** @type {Map<number, { element: HTMLElement, words: HTMLElement, stop: HTMLElement, timer: number }>} */
  #drafts = new Map();
  // It stands in a list that reads out what is added; this comes and goes too often for that.
  element = el('div', { class: 'status', 'aria-live': 'off' }, this.#line);
  #bot;
  #onStop;
  #timer = 0;

  /**
   * @param {string} bot its name
   * @param {(draftId: number) => void} onStop
   */
  constructor(bot, onStop) {
    this.#bot = bot;
    this.#onStop = onStop;
  }

  /** Nothing is being done any more. */
  clear() {
    this.#hideAction();
    for (const draftId of this.#drafts.keys()) this.hideDraft(draftId);
  }

  /**
   * @param {string} action a chat action of the Bot API
   * @param {number} forMs
   */
  showAction(action, forMs) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hideAction(), forMs);
    this.#line.hidden = false;
    this.#line.replaceChildren(
      el('span', { class: 'dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i')),
      `${this.#bot} ${doing[action] ?? 'is busy'}`,
    );
  }

  /**
   * @param {{ draftId: number, text: string, entities?: any[], canStop: boolean }} draft
   * @param {number} forMs
   */
  showDraft({ draftId, text, entities = [], canStop }, forMs) {
    const draft = this.#drafts.get(draftId) ?? this.#addDraft(draftId);
    draft.words.replaceChildren(renderText(text || 'Thinking…', entities, () => {}));
    draft.stop.hidden = !canStop;
    clearTimeout(draft.timer);
    draft.timer = setTimeout(() => this.hideDraft(draftId), forMs);
  }

  /** @param {number} draftId */
  hideDraft(draftId) {
    const draft = this.#drafts.get(draftId);
    clearTimeout(draft?.timer);
    draft?.element.remove();
    this.#drafts.delete(draftId);
  }

  #hideAction() {
    clearTimeout(this.#timer);
    this.#line.hidden = true;
  }

  /** @param {number} draftId */
  #addDraft(draftId) {
    const words = el('div', { class: 'words', dir: 'auto' });
    const stop = el('button', { type: 'button', class: 'key', click: () => this.#onStop(draftId) }, 'Stop');
    const draft = { element: el('div', { class: 'draft' }, words, stop), words, stop, timer: 0 };
    this.#drafts.set(draftId, draft);
    this.#line.before(draft.element);
    return draft;
  }
}
