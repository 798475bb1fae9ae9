// The choice of how much time the timeline shows: a person's, or else what shows the last rush hour best.

import { el } from '../dom.js';
import { usualWindowMs, windowFor, windows, windowWords } from './scale.js';

/** Radio buttons that follow the pace of the clock and, until somebody chooses, a rush hour. */
export class WindowChoice {
  element;
  #onChange;
  #realMs = usualWindowMs;
  #pace = 1;
  #isChosen = false;
  /** @type {number | undefined} */
  #rushAt;
  /** @type {{ ms: number, radio: HTMLInputElement, words: HTMLElement }[]} */
  #choices;

  /** @param {() => void} onChange the window is another */
  constructor(onChange) {
    this.#onChange = onChange;
    this.#choices = windows.map((ms) => {
      const change = () => this.#choose(ms);
      const radio = el('input', { type: 'radio', name: 'timeline-window', change });
      return { ms, radio, words: el('span') };
    });
    const labels = this.#choices.map(({ radio, words }) => el('label', {}, radio, words));
    const legend = el('legend', { class: 'unseen' }, 'Time shown');
    this.element = el('fieldset', { class: 'segments' }, legend, ...labels);
    this.#mark();
  }

  /** Milliseconds of the playground's clock: the faster it runs, the more of them are shown. */
  get ms() {
    return this.#realMs * this.#pace;
  }

  /** @param {{ startedAt: number } | null} rush the last one, to be seen whole as long as it is recent */
  followRush(rush) {
    this.#rushAt = rush?.startedAt;
  }

  /**
   * Takes the time and the pace into account.
   * @param {number} now
   * @param {number} pace
   */
  match(now, pace) {
    const realMs = this.#isChosen ? this.#realMs : windowFor({ startedAt: this.#rushAt, now, pace });
    if (realMs === this.#realMs && pace === this.#pace) return;
    this.#realMs = realMs;
    this.#pace = pace;
    this.#mark();
    this.#onChange();
  }

  /** @param {number} ms */
  #choose(ms) {
    this.#isChosen = true;
    this.#realMs = ms;
    this.#onChange();
  }

  #mark() {
    for (const { ms, radio, words } of this.#choices) {
      radio.checked = ms === this.#realMs;
      words.textContent = windowWords(ms * this.#pace);
    }
  }
}
