// The toolbar's controls: the bot's process, faults, rush hour and the clock, and what they have to say.

import { OrderError } from '../server.js';
import { el } from '../dom.js';
import { BotControl } from './controls-bot.js';
import { ClockControl } from './controls-clock.js';
import { FaultControl } from './controls-faults.js';
import { RushControl } from './controls-rush.js';

/** @typedef {(doIt: () => Promise<void>) => Promise<void>} Attempt runs an order and shows why it failed, if it did */

const shownMs = 6_000;

/** All controls. */
export class Controls {
  /** @type {HTMLElement[]} */
  elements;
  #trouble = el('span', { class: 'stage-trouble', hidden: true });
  #timer = 0;
  #bot;
  #faults;
  #rush;
  #clock;

  /** @param {import('./clock.js').BackstageClock} clock */
  constructor(clock) {
    /** @type {Attempt} */
    const attempt = (doIt) => this.#attempt(doIt);
    this.#bot = new BotControl(attempt);
    this.#faults = new FaultControl(attempt);
    this.#rush = new RushControl(attempt);
    this.#clock = new ClockControl(clock, attempt);
    const words = el('div', { class: 'stage-words' }, this.#faults.badge, this.#rush.words, this.#trouble);
    this.elements = [this.#rush.element, this.#faults.element, this.#bot.element, words, this.#clock.element];
  }

  /** @param {any} state */
  load({ engine, faults, rush, clock }) {
    this.#bot.show(engine.state);
    this.#faults.show(faults);
    this.#rush.show(rush);
    this.#clock.show(clock);
  }

  /** @param {any} event */
  take(event) {
    if (event.kind === 'engine') this.#bot.show(event.state);
    else if (event.kind === 'faults') this.#faults.show(event.faults);
    else if (event.kind === 'rush') this.#rush.show(event.rush);
    else if (event.kind === 'clock') this.#clock.show(event.clock);
  }

  /** The server can't be heard: nothing is known of the bot, and of the clock only what it showed last. */
  lose() {
    this.#bot.lose();
  }

  /** The server is heard again. */
  regain() {
    this.#bot.regain();
  }

  /** @param {() => Promise<void>} doIt */
  async #attempt(doIt) {
    try {
      await doIt();
      this.#say('');
    } catch (error) {
      if (!(error instanceof OrderError)) throw error;
      this.#say(error.message);
    }
  }

  /** @param {string} words */
  #say(words) {
    clearTimeout(this.#timer);
    this.#trouble.textContent = words;
    this.#trouble.title = words;
    this.#trouble.hidden = words === '';
    if (words) this.#timer = setTimeout(() => this.#say(''), shownMs);
  }
}
