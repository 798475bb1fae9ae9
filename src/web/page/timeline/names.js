// The names beside the lanes, changed only where something about them has.

import { nameOf } from '../backstage/words.js';
import { el } from '../dom.js';

const palette = 6;

/** The list of names. */
export class Names {
  element = el('ul', { class: 'names', 'aria-label': 'People, and how many of their requests are open' });
  #world;
  #shown = '';

  /** @param {import('../world.js').World} world */
  constructor(world) {
    this.#world = world;
  }

  /**
   * @param {import('./lanes.js').Lane[]} lanes
   * @param {number} laneHeight in pixels
   */
  show(lanes, laneHeight) {
    const colours = new Map([...this.#world.people.keys()].map((id, index) => [id, index % palette]));
    const names = lanes.map(({ personId, bars }) => ({
      personId,
      name: nameOf(this.#world, personId),
      open: bars.filter(({ request }) => request.endedAt === undefined).length,
    }));
    const told = JSON.stringify([laneHeight, names]);
    if (told === this.#shown) return;
    this.#shown = told;
    this.element.style.setProperty('--lane', `${laneHeight}px`);
    const items = [...this.element.children];
    names.forEach(({ personId, name, open }, index) => {
      const item = items[index] ?? el('li', {}, el('bdi'), el('span', { class: 'open' }));
      if (!item.isConnected) this.element.append(item);
      item.setAttribute('data-person', String(personId));
      item.setAttribute('data-colour', String(colours.get(personId) ?? 0));
      const [bdi, count] = item.children;
      if (bdi && bdi.textContent !== name) bdi.textContent = name;
      if (count) count.textContent = open > 0 ? String(open) : '';
    });
    for (const item of items.slice(names.length)) item.remove();
  }
}
