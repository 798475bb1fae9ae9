// What can be changed about the person of a column: who it is, their language, rights and whether they block the bot.

import { el, icon } from '../dom.js';
import { avatar } from './names.js';

/**
 * @typedef {import('../world.js').Person} Person
 * @typedef {object} PersonActions
 * @property {() => Person[]} others who may be shown instead
 * @property {(id: number) => number} colourOf
 * @property {() => boolean} canClose
 * @property {(id: number) => void} swap
 * @property {() => void} close
 * @property {(verb: string, details: object) => Promise<boolean>} order resolves to false when it was refused
 */

const gapPx = 6;

/** The menu of one column; it opens under the button that it belongs to. */
export class PersonMenu {
  element = el('div', { class: 'person-menu', popover: 'auto', role: 'dialog' });
  #world;
  #personId;
  #actions;
  /** @type {{ input: HTMLInputElement, isOn: (person: Person) => boolean }[]} */
  #controls = [];

  /**
   * @param {import('../world.js').World} world
   * @param {Person} person
   * @param {HTMLButtonElement} button
   * @param {PersonActions} actions
   */
  constructor(world, person, button, actions) {
    this.#world = world;
    this.#personId = person.user.id;
    this.#actions = actions;
    this.element.ariaLabel = `${person.user.first_name}: settings`;
    button.popoverTargetElement = this.element;
    button.ariaHasPopup = 'dialog';
    this.element.addEventListener('beforetoggle', (event) => {
      if (event.newState === 'open') this.#render();
    });
    this.element.addEventListener('toggle', (event) => {
      if (event.newState === 'open') this.#place(button);
    });
  }

  /** Shows what is known of the person now; the controls stay, a finger may be on one. */
  refresh() {
    const person = this.#world.people.get(this.#personId);
    if (person) for (const { input, isOn } of this.#controls) input.checked = isOn(person);
  }

  #render() {
    this.#controls = [];
    this.element.replaceChildren(
      this.#renderOthers(),
      this.#renderLanguages(),
      this.#renderSwitch(
        'Admin',
        'Is told when the bot has trouble',
        ({ isAdmin }) => isAdmin,
        (isAdmin) => this.#actions.order('admin', { isAdmin }),
      ),
      this.#renderSwitch(
        'Blocks the bot',
        `${this.#world.bot.first_name} can neither write to them nor hear them`,
        ({ blocked }) => blocked,
        (blocked) => this.#actions.order('block', { blocked }),
      ),
      el(
        'button',
        {
          type: 'button',
          class: 'row close',
          disabled: !this.#actions.canClose(),
          click: this.#actions.close,
        },
        icon('close'),
        'Close this column',
      ),
    );
    this.refresh();
  }

  #renderOthers() {
    const rows = this.#actions.others().map(({ user }) =>
      el(
        'button',
        {
          type: 'button',
          class: 'row',
          'data-colour': this.#actions.colourOf(user.id),
          click: () => this.#actions.swap(user.id),
        },
        avatar(user.first_name),
        el('bdi', {}, user.first_name),
        user.username && el('small', {}, `@${user.username}`),
      ),
    );
    if (rows.length === 0) return '';
    return el(
      'div',
      { class: 'others', role: 'group', 'aria-label': 'Show somebody else here' },
      el('p', { class: 'caption' }, 'Show somebody else here'),
      el('div', { class: 'scrolled' }, ...rows),
    );
  }

  #renderLanguages() {
    const choices = this.#world.languages.map((code) => {
      const input = this.#makeControl(
        { type: 'radio', name: `language-${this.#personId}` },
        ({ user }) => user.language_code === code,
        () => this.#actions.order('language', { code }),
      );
      return el('label', {}, input, el('span', { lang: code }, sayLanguage(code)));
    });
    return el('fieldset', { class: 'languages' }, el('legend', { class: 'caption' }, 'Language'), ...choices);
  }

  /**
   * @param {string} label
   * @param {string} description
   * @param {(person: Person) => boolean} isOn
   * @param {(isOn: boolean) => Promise<boolean>} change
   */
  #renderSwitch(label, description, isOn, change) {
    const input = this.#makeControl({ type: 'checkbox', role: 'switch', 'aria-label': label }, isOn, change);
    return el('label', { class: 'row' }, el('span', {}, label, el('small', {}, description)), input);
  }

  /**
   * @param {Record<string, string>} attributes
   * @param {(person: Person) => boolean} isOn
   * @param {(isOn: boolean) => Promise<boolean>} change
   */
  #makeControl(attributes, isOn, change) {
    const input = el('input', attributes);
    // Refused, it has to show again what is.
    const settle = (/** @type {boolean} */ isDone) => isDone || this.refresh();
    input.addEventListener('change', () => void change(input.checked).then(settle));
    this.#controls.push({ input, isOn });
    return input;
  }

  /** @param {HTMLElement} button */
  #place(button) {
    const { left, bottom } = button.getBoundingClientRect();
    const most = window.innerWidth - this.element.offsetWidth - gapPx;
    this.element.style.left = `${Math.max(gapPx, Math.min(left, most))}px`;
    this.element.style.top = `${bottom + gapPx}px`;
    this.element.style.maxHeight = `${window.innerHeight - bottom - 2 * gapPx}px`;
  }
}

/**
 * The name of a language in itself.
 * @param {string} code
 */
function sayLanguage(code) {
  const name = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}
