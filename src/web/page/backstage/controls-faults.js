// Faults of Telegram and of the way there, to be ordered one by one, and how many of each are still to come.

import { el } from '../dom.js';
import { command } from '../server.js';

/** @type {[kind: string, name: string, words: string][]} */
const faults = [
  [
    'too-many',
    'Too many requests',
    'The next 5 messages are answered 429, retry after 3 s. They arrive all the same, a little later.',
  ],
  ['server-error', 'Server error', 'The next 5 calls get a 502. Each is tried again; nothing is said twice.'],
  ['slow', 'Slow Telegram', 'The next 20 calls take 2 s. Watch one chat wait while the others go on.'],
  [
    'broken',
    'Broken connection',
    'The next 3 calls are carried out, but their answers are lost. No message may come twice.',
  ],
  ['twice', 'Delivered twice', 'The next 5 updates come twice. Each gets one bar and one answer.'],
  [
    'conflict',
    'Another instance',
    'Somebody else polls with the same token: the next polls get a 409. The bot says so and goes on.',
  ],
];

/** The menu of faults. */
export class FaultControl {
  element;
  #attempt;
  #count = el('span', { class: 'count' });
  #menu;
  #button;
  /** @type {Map<string, HTMLElement>} */
  #lefts = new Map();
  #clear;

  /** @param {import('./controls.js').Attempt} attempt */
  constructor(attempt) {
    this.#attempt = attempt;
    this.#button = el(
      'button',
      { type: 'button', class: 'tool', popovertarget: 'fault-menu', 'aria-expanded': 'false' },
      'Faults',
      this.#count,
    );
    this.#clear = el(
      'button',
      { type: 'button', class: 'plain strong', click: () => void this.#order('faults/clear') },
      'Clear all',
    );
    this.#menu = el(
      'div',
      { class: 'fault-menu', id: 'fault-menu', popover: 'auto', role: 'group', 'aria-label': 'Faults' },
      ...faults.map((fault) => this.#item(...fault)),
      el('p', {}, 'What is ordered happens to whatever the bot does next.', this.#clear),
    );
    this.#menu.addEventListener('toggle', () => this.#place());
    window.addEventListener('resize', () => this.#menu.hidePopover());
    this.element = el('div', { class: 'fault-control' }, this.#button, this.#menu);
  }

  /** @param {{ kind: string, left: number }[]} toCome */
  show(toCome) {
    const left = new Map(toCome.map(({ kind, left }) => [kind, left]));
    for (const [kind, words] of this.#lefts) {
      const count = left.get(kind) ?? 0;
      words.textContent = count > 0 ? `${count} to come` : '';
    }
    const total = toCome.reduce((sum, { left }) => sum + left, 0);
    this.#count.textContent = total > 0 ? String(total) : '';
    this.#count.ariaLabel = total > 0 ? `${total} to come` : null;
    this.#clear.disabled = total === 0;
  }

  /**
   * @param {string} kind
   * @param {string} name
   * @param {string} words
   */
  #item(kind, name, words) {
    const left = el('b', {});
    this.#lefts.set(kind, left);
    const order = () => void this.#order('faults', { kind });
    return el(
      'button',
      { type: 'button', 'data-fault': kind, click: order },
      el('strong', {}, name),
      left,
      el('span', {}, words),
    );
  }

  /**
   * @param {string} what
   * @param {object} [order]
   */
  #order(what, order) {
    return this.#attempt(() => command(what, order));
  }

  /** Above its button, as far as the window allows. */
  #place() {
    const isOpen = this.#menu.matches(':popover-open');
    this.#button.ariaExpanded = String(isOpen);
    if (!isOpen) return;
    const { left, top } = this.#button.getBoundingClientRect();
    const most = window.innerWidth - this.#menu.offsetWidth - 8;
    this.#menu.style.left = `${Math.max(8, Math.min(left, most))}px`;
    this.#menu.style.bottom = `${window.innerHeight - top + 6}px`;
    this.#menu.style.maxHeight = `${top - 14}px`;
  }
}
