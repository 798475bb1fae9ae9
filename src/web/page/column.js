// One person's column: who it is, a tab for each of their chats, and the chat that is open.

import { ChatView } from './chat-view.js';
import { el, icon } from './dom.js';
import { Notices } from './notices.js';

/**
 * @typedef {import('./world.js').World} World
 * @typedef {import('./world.js').Person} Person
 */

/** Everything one person sees. */
export class Column {
  /** @type {HTMLElement} */
  element;
  #world;
  #person;
  #colourOf;
  #notices;
  #tabs = el('div', { class: 'tabs', role: 'tablist' });
  #body = el('div', { class: 'body' });
  /** @type {Map<number, { view: ChatView, tab: HTMLElement }>} */
  #chats = new Map();
  #open;

  /**
   * @param {World} world
   * @param {Person} person
   * @param {(userId: number | undefined) => number} colourOf
   */
  constructor(world, person, colourOf) {
    this.#world = world;
    this.#person = person;
    this.#colourOf = colourOf;
    this.#open = person.chatId;
    const name = person.user.first_name;
    this.#notices = new Notices(name);
    this.#tabs.ariaLabel = `Chats of ${name}`;
    this.#tabs.addEventListener('keydown', (event) => this.#onKey(event));
    const username = person.user.username && el('small', {}, `@${person.user.username}`);
    this.element = el(
      'section',
      { class: 'column', 'aria-label': name, 'data-colour': colourOf(person.user.id) },
      el(
        'header',
        { class: 'person' },
        el('span', { class: 'avatar', 'aria-hidden': 'true' }, name.slice(0, 1)),
        el('h2', {}, el('bdi', {}, name), username),
        this.#tabs,
      ),
      this.#notices.element,
      this.#body,
    );
    this.#matchChats();
  }

  /** Shows the person's chats as the world knows them now. */
  refresh() {
    for (const { view } of this.#chats.values()) view.refresh();
    this.#matchChats();
  }

  /**
   * Takes in an event of the server.
   * @param {any} event
   */
  take(event) {
    if (event.kind === 'chat') this.#matchChats();
    if (event.kind === 'commands') for (const { view } of this.#chats.values()) view.loadMenu();
    const chat = this.#chats.get(event.chatId);
    if (!chat) return;
    chat.view.take(event);
    if (event.kind === 'message' && event.chatId !== this.#open) chat.tab.classList.add('unread');
  }

  #matchChats() {
    const chats = this.#world.chatsOf(this.#person);
    for (const chat of chats) {
      if (!this.#chats.has(chat.id)) this.#add(chat);
    }
    for (const [id, { view, tab }] of this.#chats) {
      if (chats.some((chat) => chat.id === id)) continue;
      this.#chats.delete(id);
      view.element.remove();
      tab.remove();
    }
    this.#show(this.#chats.has(this.#open) ? this.#open : this.#person.chatId);
  }

  /** @param {import('./world.js').Chat} chat */
  #add(chat) {
    const isPrivate = chat.id === this.#person.chatId;
    const name = isPrivate ? this.#world.bot.first_name : chat.title;
    const view = new ChatView(chat, {
      world: this.#world,
      person: this.#person,
      notices: this.#notices,
      colourOf: this.#colourOf,
    });
    const tab = el(
      'button',
      { type: 'button', role: 'tab', click: () => this.#show(chat.id, { focus: true }) },
      isPrivate && icon('mark'),
      el('bdi', {}, name),
    );
    this.#chats.set(chat.id, { view, tab });
    this.#tabs.append(tab);
    this.#body.append(view.element);
  }

  /**
   * @param {number} chatId
   * @param {{ focus?: boolean }} [options]
   */
  #show(chatId, { focus = false } = {}) {
    this.#open = chatId;
    for (const [id, { view, tab }] of this.#chats) {
      const isOpen = id === chatId;
      view.element.hidden = !isOpen;
      tab.ariaSelected = String(isOpen);
      tab.tabIndex = isOpen ? 0 : -1;
      if (!isOpen) continue;
      tab.classList.remove('unread');
      if (focus) view.focus();
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const ids = [...this.#chats.keys()];
    const next = ids[(ids.indexOf(this.#open) + step + ids.length) % ids.length] ?? this.#open;
    this.#show(next);
    this.#chats.get(next)?.tab.focus();
  }
}
