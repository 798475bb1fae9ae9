// The timeline's requests as a table: the same facts for whoever would rather read.

import { stateOf, timesOf } from './requests.js';
import { nameOf, spanWords, timeWords } from './words.js';
import { Frames } from './frames.js';
import { el } from '../dom.js';
import { PersonFilter } from './person-filter.js';

/** @typedef {import('./requests.js').RequestView} RequestView */

const shownRows = 200;
const shortestMs = 200;
const openMs = 1_000;
const columns = ['Request', 'Person', 'What', 'State', 'Waited', 'Ran', 'Ended'];

/** The newest requests first. */
export class RequestsTable {
  element;
  /** The filter, for the bar above. */
  tools;
  #world;
  #requests;
  #clock;
  #filter;
  #count = el('span', { class: 'count-words' });
  #body = el('tbody');
  /** @type {Map<string, HTMLTableRowElement>} by the ids of their requests */
  #rows = new Map();
  #frames = new Frames(
    () => this.#draw(),
    () => shortestMs,
  );

  /**
   * @param {{ world: import('../world.js').World, clock: import('./clock.js').BackstageClock,
   *   requests: import('./requests.js').Requests }} models
   */
  constructor({ world, clock, requests }) {
    this.#world = world;
    this.#clock = clock;
    this.#requests = requests;
    this.#filter = new PersonFilter(world, {
      label: 'Requests of',
      onChange: () => this.#frames.hurry(),
    });
    this.tools = el('div', { class: 'list-tools' }, this.#count, this.#filter.element);
    const head = columns.map((name) => el('th', { scope: 'col' }, name));
    const table = el(
      'table',
      { 'aria-label': 'Requests' },
      el('thead', {}, el('tr', {}, ...head)),
      this.#body,
    );
    this.element = el('div', { class: 'requests', tabindex: 0, 'aria-label': 'Requests' }, table);
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.#frames.show(isShown);
  }

  /** Something has happened. */
  wake() {
    this.#frames.wake();
  }

  /** The people are others. */
  matchPeople() {
    this.#filter.match();
    this.#frames.wake();
  }

  /** @returns {number} in how many milliseconds to draw again */
  #draw() {
    const now = this.#clock.now();
    const all = this.#requests.all().filter(({ personId }) => this.#filter.allows(personId));
    const shown = all.toReversed().slice(0, shownRows);
    this.#count.textContent =
      all.length > shown.length ? `the newest ${shownRows} of ${all.length}` : `${all.length}`;
    const ids = new Set(shown.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      this.#rows.delete(id);
      row.remove();
    }
    shown.forEach((request, index) => {
      const row = this.#rows.get(request.id) ?? this.#add(request.id);
      this.#fill(row, request, now);
      if (this.#body.children[index] !== row)
        this.#body.insertBefore(row, this.#body.children[index] ?? null);
    });
    return shown.some(({ endedAt }) => endedAt === undefined) ? openMs : Infinity;
  }

  /** @param {string} id */
  #add(id) {
    const cells = columns.map((_, index) => el(index === 0 ? 'th' : 'td', { scope: index === 0 && 'row' }));
    const row = el('tr', { 'data-request': id }, ...cells);
    this.#rows.set(id, row);
    return row;
  }

  /**
   * @param {HTMLTableRowElement} row
   * @param {RequestView} request
   * @param {number} now
   */
  #fill(row, request, now) {
    const { waitMs, runMs } = timesOf(request, now);
    const state = stateOf(request);
    const words = [
      request.id,
      nameOf(this.#world, request.personId),
      request.handler,
      state,
      spanWords(waitMs),
      spanWords(runMs),
      request.endedAt === undefined ? '–' : timeWords(request.endedAt),
    ];
    row.dataset['state'] = state;
    words.forEach((word, index) => {
      const cell = row.cells[index];
      if (cell && cell.textContent !== word) cell.textContent = word;
    });
  }
}
