// Faults of Telegram and of the way there, to be ordered one by one, and how many of each are still to come.

import { el } from '../dom.js';
import { placeAbove } from './place-above.js';
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
    'Somebody else polls with the same token: the next polls get a 409. Admins are told: make somebody one first, in the menu of their name.',
  ],
];

/** The menu of faults, and a badge of those that are still to come. */
export class FaultControl {
  element;
  /** What is to come, for the line of words. */
  badge;
  #attempt;
  #words = el('span');
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
    const end = el(
      'button',
      { type: 'button', 'aria-label': 'End the faults', click: () => void this.#order('faults/clear') },
      'End',
    );
    this.badge = el('span', { class: 'fault-badge', hidden: true }, this.#words, end);
  }

  /** @param {{ kind: string, left: number }[]} toCome */
  show(toCome) {
    const left = new Map(toCome.map(({ kind, left }) => [kind, left]));
    for (const [kind, words] of this.#lefts) {
      const count = left.get(kind) ?? 0;
      words.textContent = count > 0 ? `${count} to come` : '';
    }
    const armed = faults.filter(([kind]) => (left.get(kind) ?? 0) > 0);
    this.#words.textContent = armed.map(([kind, name]) => `${name} · ${left.get(kind)} left`).join(', ');
    this.#words.title = this.#words.textContent;
    this.badge.hidden = armed.length === 0;
    this.#clear.disabled = armed.length === 0;
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

  #place() {
    const isOpen = this.#menu.matches(':popover-open');
    this.#button.ariaExpanded = String(isOpen);
    if (isOpen) placeAbove(this.#menu, this.#button);
  }
}
