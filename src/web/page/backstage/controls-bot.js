// The bot's process: whether it is up, and a button that kills it.

import { el } from '../dom.js';
import { command } from '../server.js';

/** @type {Record<string, string>} */
const words = { up: 'Bot is up', starting: 'Bot is starting', down: 'Bot is down', unknown: 'Bot: unknown' };

/** Shows the bot's state and kills it. */
export class BotControl {
  element;
  #state = el('span', { class: 'bot-state', role: 'status' });
  #kill;
  #known = 'starting';

  /** @param {import('./controls.js').Attempt} attempt */
  constructor(attempt) {
    const kill = () => attempt(() => command('bot/kill'));
    this.#kill = el(
      'button',
      {
        type: 'button',
        class: 'tool',
        title: 'SIGKILL, in the middle of its work; it is started again by itself and goes on',
        click: () => void kill(),
      },
      'Kill the bot',
    );
    this.element = el('div', { class: 'bot-control' }, this.#kill, this.#state);
  }

  /** It can't be seen what the bot does. */
  lose() {
    this.#mark('unknown');
  }

  /** It can be seen again. */
  regain() {
    this.#mark(this.#known);
  }

  /** @param {string} state */
  show(state) {
    this.#known = state;
    this.#mark(state);
  }

  /** @param {string} state */
  #mark(state) {
    const isNews = this.#state.dataset['state'] !== state;
    if (!isNews) return;
    this.#state.dataset['state'] = state;
    this.#state.textContent = words[state] ?? state;
    this.#kill.disabled = state !== 'up';
  }
}
