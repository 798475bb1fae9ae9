// What is said of the bar that is looked at, beside it and to a screen reader.

import { el } from '../dom.js';
import { fateWords, nameOf } from '../backstage/words.js';

/** The words on one bar; stands in a list box as its one option in sight. */
export class Tip {
  #who = el('strong');
  #fate = el('span');
  #id = el('code');
  element = el('div', { class: 'tip', role: 'option', 'aria-selected': 'true', hidden: true });
  #world;
  #list;

  /**
   * @param {import('../world.js').World} world
   * @param {HTMLElement} list
   */
  constructor(world, list) {
    this.#world = world;
    this.#list = list;
    this.element.append(this.#who, ' ', this.#fate, ' ', this.#id);
  }

  hide() {
    this.element.hidden = true;
    this.#list.removeAttribute('aria-activedescendant');
  }

  /**
   * @param {NonNullable<ReturnType<import('./choice.js').Choice['find']>>} found
   * @param {number} now
   */
  show({ request, place, of, box }, now) {
    this.#who.textContent = `${nameOf(this.#world, request.personId)} · ${request.handler}`;
    this.#fate.textContent = fateWords(request, now);
    this.#id.textContent = request.id;
    // Another id is another option, which is what a screen reader tells of.
    this.element.id = `bar-${request.id}`;
    this.element.setAttribute('aria-posinset', String(place));
    this.element.setAttribute('aria-setsize', String(of));
    this.#list.setAttribute('aria-activedescendant', this.element.id);
    this.element.hidden = false;
    this.#place(box);
  }

  /**
   * Above the bar, or below where there is no room.
   * @param {import('./draw.js').Box} box in the list
   */
  #place(box) {
    const corner = this.#list.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = corner.left + box.x + box.width / 2 - width / 2;
    const above = corner.top + box.top - height - 8;
    const top = above < 8 ? corner.top + box.top + box.height + 8 : above;
    this.element.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
    this.element.style.top = `${top}px`;
  }
}
