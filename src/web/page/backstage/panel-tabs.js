// Tabs over panels of which one is shown.

import { el } from '../dom.js';

/** A row of tabs; the arrow keys, Home and End walk along it. */
export class Tabs {
  element;
  #tabs;
  #onShow;

  /**
   * @param {string} label
   * @param {{ name: string, panel: HTMLElement }[]} views the first is shown
   * @param {(name: string) => void} onShow
   */
  constructor(label, views, onShow) {
    this.#onShow = onShow;
    this.#tabs = views.map(({ name, panel }, index) => {
      const id = `backstage-tab-${index}`;
      panel.id = `${id}-panel`;
      panel.role = 'tabpanel';
      panel.setAttribute('aria-labelledby', id);
      const tab = el(
        'button',
        { type: 'button', role: 'tab', id, 'aria-controls': panel.id, click: () => this.#show(name) },
        name,
      );
      return { name, panel, tab };
    });
    const tabs = this.#tabs.map(({ tab }) => tab);
    this.element = el('div', { class: 'tabs', role: 'tablist', 'aria-label': label }, ...tabs);
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.#mark(views[0]?.name ?? '');
  }

  /** @param {string} name */
  #show(name) {
    this.#mark(name);
    this.#onShow(name);
  }

  /** @param {string} name */
  #mark(name) {
    for (const { name: own, panel, tab } of this.#tabs) {
      panel.hidden = own !== name;
      tab.ariaSelected = String(own === name);
      tab.tabIndex = own === name ? 0 : -1;
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const from = this.#tabs.findIndex(({ panel }) => !panel.hidden);
    const last = this.#tabs.length - 1;
    const to = {
      ArrowRight: from === last ? 0 : from + 1,
      ArrowLeft: from === 0 ? last : from - 1,
      Home: 0,
      End: last,
    }[event.key];
    const next = this.#tabs[to ?? -1];
    if (!next) return;
    event.preventDefault();
    this.#show(next.name);
    next.tab.focus();
  }
}
