// A choice of one person, or of everybody.

import { el } from '../dom.js';

/** A select that keeps up with who is there. */
export class PersonFilter {
  element;
  #world;
  #told = '';

  /**
   * @param {import('../world.js').World} world
   * @param {{ label: string, onChange: () => void }} options
   */
  constructor(world, { label, onChange }) {
    this.#world = world;
    this.element = el('select', { class: 'choose', 'aria-label': label, change: onChange });
    this.match();
  }

  /** Whether what concerns `personId` is to be seen. */
  allows(/** @type {number | undefined} */ personId) {
    return this.element.value === '' || this.element.value === String(personId);
  }

  /** Offers the people that there are now. */
  match() {
    /** @type {any[]} */
    const people = [...this.#world.people.values()];
    const told = JSON.stringify(people.map(({ user, isCrowd }) => [user.id, user.first_name, isCrowd]));
    if (told === this.#told) return;
    this.#told = told;
    const option = (/** @type {any} */ { user }) => el('option', { value: user.id }, user.first_name);
    const crowd = people.filter(({ isCrowd }) => isCrowd);
    const chosen = this.element.value;
    this.element.replaceChildren(
      el('option', { value: '' }, 'Everybody'),
      ...people.filter(({ isCrowd }) => !isCrowd).map(option),
      ...(crowd.length > 0 ? [el('optgroup', { label: 'Rush hour' }, ...crowd.map(option))] : []),
    );
    this.element.value = people.some(({ user }) => String(user.id) === chosen) ? chosen : '';
  }
}
