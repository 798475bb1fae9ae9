// The list of the bot's commands that opens over the input when a message begins with a slash.

import { el } from '../dom.js';

/** @typedef {{ command: string, description: string }} Command */

let menus = 0;

/** Offers commands for what is being written; moved in by the arrow keys while the focus stays in the input. */
export class CommandMenu {
  element = el('ul', { class: 'menu', role: 'listbox', 'aria-label': 'Commands', hidden: true });
  #input;
  #onPick;
  /** @type {Command[]} */
  #commands = [];
  /** @type {Command[]} */
  #offered = [];
  #marked = 0;

  /**
   * @param {HTMLTextAreaElement} input
   * @param {(command: string, options: { isWhole: boolean }) => void} onPick called with a command, without its slash;
   *   unless it is whole, the writer goes on with it
   */
  constructor(input, onPick) {
    this.#input = input;
    this.#onPick = onPick;
    this.element.id = `menu-${++menus}`;
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-controls', this.element.id);
    input.setAttribute('aria-expanded', 'false');
    input.addEventListener('blur', () => this.close());
    // The input would lose the focus, and the menu close, before the click counts.
    this.element.addEventListener('pointerdown', (event) => event.preventDefault());
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** @param {Command[]} commands */
  set commands(commands) {
    this.#commands = commands;
    if (document.activeElement === this.#input) this.refresh();
  }

  /** Opens, narrows or closes the menu for what stands in the input. */
  refresh() {
    const typed = /^\/(\w*)$/.exec(this.#input.value)?.[1]?.toLowerCase();
    this.#offered =
      typed === undefined ? [] : this.#commands.filter(({ command }) => command.startsWith(typed));
    // Nothing is left to choose once the only match is written in full.
    if (this.#offered.length === 0 || (this.#offered.length === 1 && this.#offered[0]?.command === typed))
      return this.close();
    this.element.replaceChildren(
      ...this.#offered.map(({ command, description }, index) =>
        el(
          'li',
          {
            role: 'option',
            id: `${this.element.id}-${index}`,
            click: () => this.#onPick(command, { isWhole: true }),
          },
          el('b', {}, `/${command}`),
          el('span', {}, description),
        ),
      ),
    );
    this.element.hidden = false;
    this.#input.setAttribute('aria-expanded', 'true');
    this.#mark(0);
  }

  close() {
    this.element.hidden = true;
    this.#input.setAttribute('aria-expanded', 'false');
    this.#input.removeAttribute('aria-activedescendant');
  }

  /**
   * Takes the keys that belong to an open menu; tells whether it took this one.
   * @param {KeyboardEvent} event
   */
  takeKey({ key, shiftKey }) {
    if (!this.isOpen) return false;
    if (key === 'ArrowDown') this.#mark(this.#marked + 1);
    else if (key === 'ArrowUp') this.#mark(this.#marked - 1);
    else if (key === 'Escape') this.close();
    else if ((key === 'Enter' || key === 'Tab') && !shiftKey)
      this.#onPick(this.#offered[this.#marked]?.command ?? '', { isWhole: key === 'Enter' });
    else return false;
    return true;
  }

  /** @param {number} index */
  #mark(index) {
    const options = [...this.element.children];
    this.#marked = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute('aria-selected', String(at === this.#marked)));
    const marked = options[this.#marked];
    this.#input.setAttribute('aria-activedescendant', marked?.id ?? '');
    marked?.scrollIntoView({ block: 'nearest' });
  }
}
