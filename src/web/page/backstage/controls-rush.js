// Rush hour: starts it, follows it in one line, and sums it up.

import { el } from '../dom.js';
import { endings } from './requests.js';
import { spanWords } from './words.js';
import { command } from '../server.js';

/**
 * @typedef {{ startedAt: number, people: number, requests: number, open: number, endings: Record<string, number>,
 *   medianMs?: number, slowestMs?: number, endedAt?: number }} RushView
 */

/** The button and what it has to say. */
export class RushControl {
  element;
  words;
  #live = el('span', { class: 'rush-live' });
  #meter = el('progress', { 'aria-label': 'Answered of the rush hour', hidden: true });
  // Only the end is read out; the count on the way there changes too often.
  #figures = el('strong');
  #details = el('span');
  #summary = el('span', { class: 'rush-summary', role: 'status' }, this.#figures, ' ', this.#details);
  #dismiss = el(
    'button',
    {
      type: 'button',
      class: 'dismiss',
      'aria-label': 'Dismiss the result',
      click: () => this.#dismissNow(),
    },
    '×',
  );
  /** @type {RushView | null} */
  #rush = null;
  /** Which rush hour's result has been dismissed. */
  #dismissedAt = 0;

  /** @param {import('./controls.js').Attempt} attempt */
  constructor(attempt) {
    const start = () => attempt(() => command('rush'));
    this.element = el(
      'button',
      {
        type: 'button',
        class: 'tool strong',
        title: 'Fifty people send a burst of mixed requests at once',
        click: () => void start(),
      },
      'Rush hour',
    );
    const parts = [this.#meter, this.#live, this.#summary, this.#dismiss];
    this.words = el('span', { class: 'rush-words', hidden: true }, ...parts);
  }

  /** @param {RushView | null} rush */
  show(rush) {
    this.#rush = rush;
    const isRunning = rush !== null && rush.endedAt === undefined;
    const isOver = rush !== null && !isRunning;
    this.element.disabled = isRunning;
    this.#meter.hidden = !isRunning;
    this.#dismiss.hidden = !isOver;
    this.words.hidden = rush === null || (isOver && rush.startedAt === this.#dismissedAt);
    this.#say(this.#live, isRunning ? progressOf(rush) : '');
    this.#say(this.#figures, isOver ? figuresOf(rush) : '');
    this.#say(this.#details, isOver ? detailsOf(rush) : '');
    this.#summary.title = isOver ? `${figuresOf(rush)} · ${detailsOf(rush)}` : '';
    this.#meter.max = Math.max(1, rush?.requests ?? 1);
    this.#meter.value = (rush?.requests ?? 0) - (rush?.open ?? 0);
  }

  #dismissNow() {
    this.#dismissedAt = this.#rush?.startedAt ?? 0;
    this.show(this.#rush);
    this.element.focus();
  }

  /**
   * @param {HTMLElement} element
   * @param {string} words
   */
  #say(element, words) {
    if (element.textContent !== words) element.textContent = words;
  }
}

/** @param {RushView} rush */
function progressOf({ people, requests, open }) {
  return `${people} people · ${requests - open} of ${requests} answered`;
}

/**
 * What matters most.
 * @param {RushView} rush
 */
function figuresOf({ requests, open, medianMs, slowestMs }) {
  const answered = `${requests - open} of ${requests} answered`;
  const median = medianMs !== undefined && `median ${spanWords(medianMs)}`;
  const slowest = slowestMs !== undefined && `slowest ${spanWords(slowestMs)}`;
  return [answered, median, slowest].filter(Boolean).join(' · ');
}

/**
 * Of how many people the requests were, and how they ended.
 * @param {RushView} rush
 */
function detailsOf({ people, endings: counts }) {
  const how = endings
    .filter((ending) => (counts[ending] ?? 0) > 0)
    .map((ending) => `${counts[ending]} ${ending === 'answered' ? 'with the result' : ending}`);
  return [`${people} people`, how.join(', ')].filter(Boolean).join(' · ');
}
