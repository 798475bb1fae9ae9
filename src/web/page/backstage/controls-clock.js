// The playground's clock: what time it is there, and how fast it runs.

import { el } from '../dom.js';
import { timeWords } from './words.js';
import { command } from '../server.js';

const paces = [1, 10, 60];
const stepMs = { usual: 1_000, fast: 100 };

/** Shows the clock and sets its pace. */
export class ClockControl {
  element;
  #clock;
  #attempt;
  #time = el('time', { class: 'clock-time', title: 'The playground’s clock' });
  /** @type {Map<number, HTMLInputElement>} */
  #radios = new Map();
  #timer = 0;

  /**
   * @param {import('./clock.js').BackstageClock} clock
   * @param {import('./controls.js').Attempt} attempt
   */
  constructor(clock, attempt) {
    this.#clock = clock;
    this.#attempt = attempt;
    const choices = paces.map((pace) => {
      const radio = el('input', { type: 'radio', name: 'pace', change: () => void this.#order(pace) });
      this.#radios.set(pace, radio);
      return el('label', {}, radio, el('span', {}, `×${pace}`));
    });
    this.element = el(
      'div',
      { class: 'clock-control' },
      this.#time,
      el(
        'fieldset',
        { class: 'segments' },
        el('legend', { class: 'unseen' }, 'Pace of the clock'),
        ...choices,
      ),
    );
    document.addEventListener('visibilitychange', () => this.#tick());
  }

  /** @param {{ at: number, pace: number }} told */
  show(told) {
    this.#clock.set(told);
    for (const [pace, radio] of this.#radios) radio.checked = pace === told.pace;
    this.#tick();
  }

  /** @param {number} pace */
  async #order(pace) {
    await this.#attempt(async () => this.show(await command('clock', { pace })));
    // A refused order leaves the clock as it was.
    for (const [own, radio] of this.#radios) radio.checked = own === this.#clock.pace;
  }

  /** Shows the time now and again when its last figure has changed. */
  #tick() {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    const { pace } = this.#clock;
    const now = this.#clock.now();
    const words = timeWords(now);
    if (this.#time.textContent !== words) this.#time.textContent = words;
    const restMs = pace === 1 ? stepMs.usual - (now % stepMs.usual) + 5 : stepMs.fast;
    this.#timer = setTimeout(() => this.#tick(), restMs);
  }
}
