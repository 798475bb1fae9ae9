// The row of columns: whose chats are seen side by side, remembered over a reload.

import { Column } from './column.js';
import { el } from '../dom.js';
import { keep, recall } from '../memory.js';

/** @typedef {import('../world.js').Person} Person */

/** How many columns are the most. */
const mostColumns = 4;

const colours = 6;

/** The columns of this tab. */
export class Columns {
  #world;
  #row;
  #switch;
  #announcer;
  #wanted;
  #onFull;
  /** @type {Column[]} */
  #columns = [];
  /** @type {number | undefined} whom a narrow screen shows */
  #front;
  /** @type {number | undefined} somebody who was just made and is not known yet */
  #awaited;
  #key;

  /**
   * @param {import('../world.js').World} world
   * @param {{ row: HTMLElement, switcher: HTMLElement, announcer: import('../announcer.js').Announcer,
   *   wanted: string | undefined, onFull: (person: Person) => void }} parts `wanted` is who alone is opened at first: a
   *   username, first name or id; `onFull` is told who found no room
   */
  constructor(world, { row, switcher, announcer, wanted, onFull }) {
    this.#world = world;
    this.#row = row;
    this.#switch = switcher;
    this.#announcer = announcer;
    this.#wanted = wanted?.trim().toLowerCase() || undefined;
    this.#onFull = onFull;
    this.#key = `columns ${this.#wanted ?? ''}`;
  }

  /**
   * Shows the world as it was just loaded.
   * @param {{ isAnew: boolean }} options whether nothing of what was shown is there any more
   */
  load({ isAnew }) {
    if (isAnew) this.#clear();
    this.#columns = this.#columns.filter((column) => {
      const isThere = this.#world.people.has(column.personId);
      if (!isThere) column.element.remove();
      return isThere;
    });
    for (const column of this.#columns) column.refresh();
    if (this.#columns.length > 0) return this.#showSwitch();
    this.#front = recall(`${this.#key} front`);
    for (const { user } of this.#findFirst()) this.#append(user.id);
    this.#settle();
  }

  /**
   * Takes in an event of the server, which the world knows of already.
   * @param {any} event
   */
  take(event) {
    for (const column of this.#columns) column.take(event);
    if (this.#columns.some((column) => column.shows(event))) this.#announcer.take(event);
  }

  /** Brings on the screen what the events since the last time have changed. */
  sync() {
    if (this.#awaited !== undefined) this.open(this.#awaited);
    for (const column of this.#columns) column.sync();
    this.#announcer.flush();
  }

  /**
   * Opens a column for a person, who may become known only later, if one more fits.
   * @param {number} id
   */
  open(id) {
    const person = this.#world.people.get(id);
    this.#awaited = person ? undefined : id;
    if (!person) return;
    if (this.#columns.length >= mostColumns) return this.#onFull(person);
    this.#append(id);
    this.#front = id;
    this.#settle();
    this.#columns.at(-1)?.focus();
  }

  /** @param {number} personId */
  #append(personId) {
    const column = this.#make(personId);
    this.#columns.push(column);
    this.#row.append(column.element);
  }

  /** @param {number} personId */
  #make(personId) {
    /** @type {Column} */
    const column = new Column(this.#world, /** @type {Person} */ (this.#world.people.get(personId)), {
      colourOf: (id) => Math.max(0, [...this.#world.people.keys()].indexOf(id ?? 0)) % colours,
      others: () => this.#findOthers(),
      canClose: () => this.#columns.length > 1,
      swap: (id) => this.#swap(column, id),
      close: () => this.#close(column),
    });
    return column;
  }

  /**
   * @param {Column} column
   * @param {number} personId
   */
  #swap(column, personId) {
    const next = this.#make(personId);
    this.#columns = this.#columns.map((one) => (one === column ? next : one));
    column.element.replaceWith(next.element);
    column.dispose();
    this.#front = personId;
    this.#settle();
    next.focus();
  }

  /** @param {Column} column */
  #close(column) {
    this.#columns = this.#columns.filter((one) => one !== column);
    column.element.remove();
    column.dispose();
    this.#settle();
    this.#columns[0]?.focus();
  }

  #clear() {
    for (const column of this.#columns) {
      column.element.remove();
      column.dispose();
    }
    this.#columns = [];
  }

  #settle() {
    keep(
      this.#key,
      this.#columns.map(({ personId }) => personId),
    );
    this.#showSwitch();
  }

  /** Those whose columns are open when the page is: the remembered ones, else whom the address names, else the first. */
  #findFirst() {
    const people = [...this.#world.people.values()];
    const known = recall(this.#key)?.flatMap((/** @type {number} */ id) => this.#world.people.get(id) ?? []);
    const wanted = people.filter(({ user: { id, first_name: name, username = '' } }) =>
      [String(id), name.toLowerCase(), username.toLowerCase()].includes(this.#wanted ?? ' '),
    );
    const first = people.filter(({ isCrowd }) => !isCrowd).slice(0, mostColumns);
    return [known ?? [], wanted.slice(0, 1), first].find((some) => some.length > 0) ?? [];
  }

  /** Those without a column; the crowd comes last. */
  #findOthers() {
    return [...this.#world.people.values()]
      .filter(({ user }) => !this.#columns.some(({ personId }) => personId === user.id))
      .toSorted((a, b) => Number(a.isCrowd) - Number(b.isCrowd));
  }

  /** On a narrow screen one column is seen at a time; the switch chooses whose. */
  #showSwitch() {
    const people = this.#columns.flatMap(({ personId }) => this.#world.people.get(personId) ?? []);
    if (!people.some(({ user }) => user.id === this.#front)) this.#front = people[0]?.user.id;
    keep(`${this.#key} front`, this.#front);
    const pick = (/** @type {number} */ id) => {
      this.#front = id;
      this.#showSwitch();
      const pressed = this.#switch.querySelector('[aria-pressed="true"]');
      if (pressed instanceof HTMLElement) pressed.focus();
    };
    const buttons = people.map(({ user: { id, first_name: name } }) =>
      el(
        'button',
        { type: 'button', 'aria-pressed': String(id === this.#front), click: () => pick(id) },
        el('bdi', {}, name),
      ),
    );
    this.#switch.replaceChildren(...buttons);
    this.#switch.hidden = people.length < 2;
    for (const column of this.#columns)
      column.element.classList.toggle('aside', column.personId !== this.#front);
    const [alone] = people.length === 1 ? people : [];
    document.title = alone ? `${alone.user.first_name} · Errand playground` : 'Errand · playground';
  }
}
