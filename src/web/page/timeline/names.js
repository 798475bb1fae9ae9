// The names beside the lanes, changed only where something about them has.

import { nameOf } from '../backstage/words.js';
import { el } from '../dom.js';

const palette = 6;

/** The list of names; the crowd has one for all. */
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
   * @param {import('./geometry.js').Geometry} geometry
   */
  show(lanes, { laneHeight, thinHeight }) {
    const names = this.#namesOf(lanes);
    const crowd = lanes.filter(({ isCrowd }) => isCrowd);
    const told = JSON.stringify([laneHeight, thinHeight, names]);
    if (told === this.#shown) return;
    this.#shown = told;
    this.element.style.setProperty('--lane', `${laneHeight}px`);
    this.element.style.setProperty('--crowd', `${crowd.length * thinHeight}px`);
    const items = [...this.element.children];
    names.forEach(({ personId, name, open, colour }, index) => {
      const item = items[index] ?? el('li', {}, el('bdi'), el('span', { class: 'open' }));
      if (!item.isConnected) this.element.append(item);
      item.classList.toggle('crowd', personId === undefined);
      item.setAttribute('data-person', String(personId ?? 'crowd'));
      item.setAttribute('data-colour', String(colour));
      const [bdi, count] = item.children;
      if (bdi && bdi.textContent !== name) bdi.textContent = name;
      if (count) count.textContent = open > 0 ? String(open) : '';
    });
    for (const item of items.slice(names.length)) item.remove();
  }

  /** @param {import('./lanes.js').Lane[]} lanes */
  #namesOf(lanes) {
    const colours = new Map([...this.#world.people.keys()].map((id, index) => [id, index % palette]));
    const own = lanes.filter(({ isCrowd }) => !isCrowd);
    const crowd = lanes.filter(({ isCrowd }) => isCrowd);
    const names = own.map((lane) => ({
      personId: /** @type {number | undefined} */ (lane.personId),
      name: nameOf(this.#world, lane.personId),
      open: openOf([lane]),
      colour: colours.get(lane.personId) ?? 0,
    }));
    if (crowd.length === 0) return names;
    const name = `${crowd.length} people of the rush hour`;
    return [...names, { personId: undefined, name, open: openOf(crowd), colour: '' }];
  }
}

/** @param {import('./lanes.js').Lane[]} lanes */
function openOf(lanes) {
  return lanes.flatMap(({ bars }) => bars).filter(({ request }) => request.endedAt === undefined).length;
}
