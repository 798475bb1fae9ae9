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
  #summary = el('span', { class: 'rush-summary', role: 'status' });

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
    this.words = el('span', { class: 'rush-words' }, this.#meter, this.#live, this.#summary);
  }

  /** @param {RushView | null} rush */
  show(rush) {
    const isRunning = rush !== null && rush.endedAt === undefined;
    this.element.disabled = isRunning;
    this.#meter.hidden = !isRunning;
    if (rush === null || isRunning) this.#say(this.#summary, '');
    if (rush === null || !isRunning) this.#say(this.#live, '');
    if (rush === null) return;
    const { people, requests, open } = rush;
    this.#meter.max = Math.max(1, requests);
    this.#meter.value = requests - open;
    if (isRunning) this.#say(this.#live, `${people} people · ${requests - open} of ${requests} answered`);
    else this.#say(this.#summary, summaryOf(rush));
  }

  /**
   * @param {HTMLElement} element
   * @param {string} words
   */
  #say(element, words) {
    if (element.textContent !== words) element.textContent = words;
    element.title = words;
  }
}

/** @param {RushView} rush */
function summaryOf({ people, requests, open, endings: counts, medianMs, slowestMs }) {
  const isOnlyAnswers = (counts['answered'] ?? 0) === requests;
  const how = endings
    .filter((ending) => (counts[ending] ?? 0) > 0)
    .map((ending) => `${counts[ending]} ${ending === 'answered' ? 'with the result' : ending}`);
  return [
    `${open === 0 ? 'All' : `${requests - open} of`} ${requests} requests of ${people} people answered`,
    !isOnlyAnswers && how.join(', '),
    medianMs !== undefined && `median ${spanWords(medianMs)}`,
    slowestMs !== undefined && `slowest ${spanWords(slowestMs)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
