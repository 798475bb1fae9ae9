// The raw log: every update that was handed in and every call that the bot made, with all that was in them.

import { Frames } from './frames.js';
import { el } from '../dom.js';
import { PersonFilter } from './person-filter.js';
import { toJson } from './raw-log-json.js';
import { createLine } from './raw-log-line.js';

/** @typedef {import('./raw-log-entries.js').Entry} Entry */

const shownLines = 300;
const nearPx = 30;
const shortestMs = 120;

/** A list that follows its end until its reader scrolls up, opens a line or pauses it. */
export class RawLog {
  element;
  /** Filters and buttons, for the bar above. */
  tools;
  #world;
  #entries;
  /** @type {Entry[]} */
  #shown = [];
  /** The id of the newest entry that was looked at. */
  #seen = 0;
  #isPaused = false;
  #isHeld = false;
  /** Whether an older page than the newest is shown. */
  #isBack = false;
  #list = el('ol');
  #scroller = el('div', { class: 'raw-lines' }, this.#list);
  #older = el(
    'button',
    { type: 'button', class: 'plain strong older', hidden: true, click: () => this.#goBack() },
    'Older…',
  );
  #newer = el('button', { type: 'button', class: 'newer', hidden: true, click: () => this.#resume() });
  #filter;
  #text = el('input', {
    type: 'search',
    class: 'choose',
    placeholder: 'Method or kind',
    'aria-label': 'Method or kind',
    input: () => this.#restart(),
  });
  #pause = el(
    'button',
    { type: 'button', class: 'tool', 'aria-pressed': 'false', click: () => this.#togglePause() },
    'Pause',
  );
  #copy = el('button', { type: 'button', class: 'tool', click: () => void this.#copyAll() }, 'Copy as JSON');
  #frames = new Frames(
    () => this.#draw(),
    () => shortestMs,
  );

  /**
   * @param {import('../world.js').World} world
   * @param {import('./raw-log-entries.js').Entries} entries
   */
  constructor(world, entries) {
    this.#world = world;
    this.#entries = entries;
    this.#filter = new PersonFilter(world, { label: 'Log of', onChange: () => this.#restart() });
    this.tools = el(
      'div',
      { class: 'list-tools' },
      this.#filter.element,
      this.#text,
      this.#pause,
      this.#copy,
    );
    this.#scroller.prepend(this.#older);
    this.#scroller.addEventListener('scroll', () => this.#onScroll());
    this.#scroller.addEventListener('toggle', () => this.#hold(), { capture: true });
    this.element = el('div', { class: 'raw-log' }, this.#scroller, this.#newer);
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.#frames.show(isShown);
  }

  /** Something has happened. */
  wake() {
    this.#frames.wake();
  }

  /** The history is another. */
  reload() {
    this.#restart();
  }

  /** The people are others. */
  matchPeople() {
    this.#filter.match();
  }

  /** @returns {number} */
  #draw() {
    const fresh = this.#entries.kept.filter((entry) => entry.id > this.#seen && this.#allows(entry));
    if (this.#isPaused || this.#isHeld) {
      this.#newer.hidden = fresh.length === 0 && !this.#isHeld;
      this.#newer.textContent = fresh.length > 0 ? `${fresh.length} newer` : 'To the newest';
      return Infinity;
    }
    this.#newer.hidden = true;
    this.#seen = this.#entries.all.at(-1)?.id ?? this.#seen;
    this.#append(fresh.slice(-shownLines));
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    return Infinity;
  }

  /** @param {Entry[]} fresh */
  #append(fresh) {
    this.#list.append(...fresh.map((entry) => createLine(entry, this.#world)));
    this.#shown = [...this.#shown, ...fresh].slice(-shownLines);
    while (this.#list.children.length > shownLines) this.#list.firstElementChild?.remove();
    this.#older.hidden = this.#before().length === 0;
  }

  /** What matches and is older than all that is shown. */
  #before() {
    const first = this.#shown[0]?.id ?? 0;
    return this.#entries.kept.filter((entry) => entry.id < first && this.#allows(entry));
  }

  /** @param {Entry} entry */
  #allows({ personId, what, note, isUpdate }) {
    const wanted = this.#text.value.trim().toLowerCase();
    const words = `${isUpdate ? 'update' : 'call'} ${what} ${note}`.toLowerCase();
    return this.#filter.allows(personId) && words.includes(wanted);
  }

  /** Shows the page before, and stays there. */
  #goBack() {
    const page = this.#before().slice(-shownLines);
    this.#isHeld = true;
    this.#isBack = true;
    this.#shown = [];
    this.#list.replaceChildren();
    this.#append(page);
    this.#seen = page.at(-1)?.id ?? this.#seen;
    this.#frames.hurry();
  }

  #restart() {
    this.#list.replaceChildren();
    this.#shown = [];
    this.#seen = 0;
    this.#isHeld = false;
    this.#isBack = false;
    const isPaused = this.#isPaused;
    this.#isPaused = false;
    this.#draw();
    this.#isPaused = isPaused;
  }

  #resume() {
    this.#setPaused(false);
    this.#restart();
  }

  #togglePause() {
    this.#setPaused(!this.#isPaused);
    this.#frames.hurry();
  }

  /** @param {boolean} isPaused */
  #setPaused(isPaused) {
    this.#isPaused = isPaused;
    this.#pause.ariaPressed = String(isPaused);
  }

  get #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < nearPx;
  }

  /** A reader who has opened a line wants it to stay. */
  #hold() {
    this.#isHeld ||= !this.#isAtEnd;
    this.#frames.wake();
  }

  #onScroll() {
    this.#isHeld = this.#isBack || !this.#isAtEnd;
    this.#frames.wake();
  }

  async #copyAll() {
    const events = this.#entries.kept.filter((entry) => this.#allows(entry)).map(({ event }) => event);
    const done = await navigator.clipboard.writeText(toJson(events)).then(
      () => `Copied ${events.length}`,
      () => 'Can’t copy',
    );
    this.#copy.textContent = done;
    setTimeout(() => (this.#copy.textContent = 'Copy as JSON'), 2_000);
  }
}
