// A row of tabs: one is open, the arrow keys move along it, a dot marks what has not been read.

import { el, icon } from '../dom.js';

/** @typedef {{ key: number, name: string, icon?: string }} Tab */

/** The tabs of one row; who opens what is told by `onPick`. */
export class Tabs {
  element;
  #onPick;
  /** @type {Map<number, { button: HTMLElement, name: HTMLElement }>} */
  #tabs = new Map();
  #open = 0;

  /**
   * @param {string} className
   * @param {string} label
   * @param {(key: number, byKeys: boolean) => void} onPick
   */
  constructor(className, label, onPick) {
    this.#onPick = onPick;
    this.element = el('div', { class: className, role: 'tablist', 'aria-label': label });
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /**
   * Shows these tabs, in this order.
   * @param {Tab[]} tabs
   */
  set(tabs) {
    for (const [key, { button }] of this.#tabs) {
      if (tabs.some((tab) => tab.key === key)) continue;
      button.remove();
      this.#tabs.delete(key);
    }
    for (const tab of tabs) {
      const { button, name } = this.#tabs.get(tab.key) ?? this.#make(tab);
      name.textContent = tab.name;
      if (this.#tabs.has(tab.key)) continue;
      this.#tabs.set(tab.key, { button, name });
      this.element.append(button);
    }
    this.open(this.#open);
  }

  /** @param {number} key */
  open(key) {
    this.#open = key;
    for (const [other, { button }] of this.#tabs) {
      button.ariaSelected = String(other === key);
      button.tabIndex = other === key ? 0 : -1;
    }
    // Only the row scrolls, never what is around it.
    const button = this.#tabs.get(key)?.button;
    if (button)
      this.element.scrollLeft = button.offsetLeft - (this.element.clientWidth - button.offsetWidth) / 2;
  }

  /** @param {(key: number) => boolean} isUnread */
  mark(isUnread) {
    for (const [key, { button }] of this.#tabs) button.classList.toggle('unread', isUnread(key));
  }

  /** @param {Tab} tab */
  #make(tab) {
    const name = el('bdi');
    const button = el(
      'button',
      { type: 'button', role: 'tab', click: () => this.#onPick(tab.key, false) },
      tab.icon && icon(tab.icon),
      name,
      el('span', { class: 'dot' }, el('span', { class: 'unseen' }, ' unread')),
    );
    return { button, name };
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const keys = [...this.#tabs.keys()];
    const at = keys.indexOf(this.#open);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const key = keys.at(next % keys.length) ?? this.#open;
    this.#onPick(key, true);
    this.#tabs.get(key)?.button.focus();
  }
}
