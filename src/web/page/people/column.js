// One person's column: who it is, a tab for each of their chats and topics, and the place that is open.

import { ChatView } from '../chat/chat-view.js';
import { el, icon } from '../dom.js';
import { isSaid } from '../chat/message-words.js';
import { keep, recall } from '../memory.js';
import { avatar } from './names.js';
import { Notices } from '../notices.js';
import { PersonMenu } from './person-menu.js';
import { OrderError, post } from '../server.js';
import { Tabs } from './tabs.js';
import { threadOf } from '../world.js';

/**
 * @typedef {import('../world.js').World} World
 * @typedef {import('../world.js').Person} Person
 * @typedef {Omit<import('./person-menu.js').PersonActions, 'order' | 'colourOf'> & {
 *   colourOf: (userId: number | undefined) => number }} ColumnActions
 */

/** General, the topic without an id, as the key of its tab. */
const general = 0;

/** Everything one person sees. */
export class Column {
  /** @type {HTMLElement} */
  element;
  personId;
  #world;
  #person;
  #colourOf;
  #notices;
  #who = el('button', { type: 'button', class: 'who' });
  #menu;
  #chats;
  #topics;
  #body = el('div', { class: 'body' });
  /** @type {Map<string, ChatView>} by their place */
  #views = new Map();
  /** @type {Set<string>} places */
  #unread = new Set();
  /** @type {{ chat: number, topics: Record<string, number> }} the open chat, and the open topic of each forum */
  #open;

  /**
   * @param {World} world
   * @param {Person} person
   * @param {ColumnActions} actions
   */
  constructor(world, person, actions) {
    this.#world = world;
    this.#person = person;
    this.personId = person.user.id;
    this.#colourOf = actions.colourOf;
    this.#open = recall(`open ${this.personId}`) ?? { chat: person.chatId, topics: {} };
    const name = person.user.first_name;
    this.#notices = new Notices(name);
    const order = (/** @type {string} */ verb, /** @type {object} */ details) => this.#order(verb, details);
    this.#menu = new PersonMenu(world, person, this.#who, { ...actions, order });
    this.#chats = new Tabs('tabs', `Chats of ${name}`, (key, byKeys) => this.#show(key, undefined, !byKeys));
    this.#topics = new Tabs('topics', `Topics, for ${name}`, (key, byKeys) =>
      this.#show(this.#open.chat, key, !byKeys),
    );
    this.element = el(
      'section',
      { class: 'column', 'aria-label': name, 'data-colour': this.#colourOf(this.personId) },
      el('header', { class: 'person' }, el('h2', {}, this.#who), this.#chats.element),
      this.#topics.element,
      this.#notices.element,
      this.#body,
      this.#menu.element,
    );
    this.refresh();
  }

  /** Shows the person and their chats as the world knows them now. */
  refresh() {
    this.#person = this.#world.people.get(this.personId) ?? this.#person;
    this.#renderWho();
    this.#matchChats();
    for (const view of this.#views.values()) view.refresh();
  }

  /**
   * Takes in an event of the server.
   * @param {any} event
   */
  take(event) {
    if (event.kind === 'chat') this.#matchChats();
    if (event.kind === 'person' && event.person.user.id === this.personId) this.refresh();
    if (event.kind === 'commands') for (const view of this.#views.values()) view.loadMenu();
    if (event.kind === 'message') this.#noteUnread(event);
    if (event.kind === 'callback-answered' && event.personId === this.personId) this.#sayAnswer(event);
    for (const view of this.#views.values()) if (view.chatId === event.chatId) view.take(event);
  }

  /** Brings on the screen what the events since the last time have changed. */
  sync() {
    this.#views.get(this.#openPlace)?.sync();
    this.#markUnread();
  }

  /**
   * Whether what the event tells of is seen here.
   * @param {any} event
   */
  shows(event) {
    return event.message !== undefined && this.#placeOf(event) === this.#openPlace;
  }

  focus() {
    this.#views.get(this.#openPlace)?.focus();
  }

  dispose() {
    for (const view of this.#views.values()) view.dispose();
  }

  get #openPlace() {
    return place(this.#open.chat, this.#openTopic(this.#open.chat));
  }

  /** @param {number} chatId */
  #openTopic(chatId) {
    const chat = this.#world.chats.get(chatId);
    const known = this.#open.topics[chatId];
    return chat?.topics.find(({ threadId }) => threadId === known)?.threadId ?? general;
  }

  /** @param {any} event */
  #placeOf({ chatId, message }) {
    const isForum = this.#world.chats.get(chatId)?.isForum;
    return place(chatId, (isForum && threadOf(message)) || general);
  }

  #renderWho() {
    const { user, isAdmin, blocked } = this.#person;
    const about = [user.username && `@${user.username}`, isAdmin && 'admin', blocked && 'blocks the bot'];
    this.#who.replaceChildren(
      avatar(user.first_name),
      el(
        'span',
        { class: 'name' },
        el('bdi', {}, user.first_name),
        el('small', {}, about.filter(Boolean).join(' · ')),
      ),
      icon('chevron'),
    );
    this.#menu.refresh();
  }

  #matchChats() {
    const chats = this.#world.chatsOf(this.#person);
    this.#chats.set(
      chats.map(({ id, title }) =>
        id === this.#person.chatId
          ? { key: id, name: this.#world.bot.first_name, icon: 'mark' }
          : { key: id, name: title },
      ),
    );
    const isThere = chats.some(({ id }) => id === this.#open.chat);
    this.#show(isThere ? this.#open.chat : this.#person.chatId);
  }

  /**
   * @param {number} chatId
   * @param {number} [topic]
   * @param {boolean} [isFocused] whether the writing goes on there
   */
  #show(chatId, topic = this.#openTopic(chatId), isFocused = false) {
    const chat = this.#world.chats.get(chatId);
    if (!chat) return;
    this.#open = { chat: chatId, topics: { ...this.#open.topics, [chatId]: topic } };
    keep(`open ${this.personId}`, this.#open);
    this.#chats.open(chatId);
    this.#topics.element.hidden = !chat.isForum;
    const topics = chat.topics.map(({ threadId, name }) => ({ key: threadId, name }));
    this.#topics.set(chat.isForum ? [{ key: general, name: 'General' }, ...topics] : []);
    this.#topics.open(topic);
    const opened = this.#openPlace;
    this.#unread.delete(opened);
    const view = this.#views.get(opened) ?? this.#makeView(chat, topic);
    for (const other of this.#views.values()) other.element.hidden = other !== view;
    view.sync();
    this.#markUnread();
    if (isFocused) view.focus();
  }

  /**
   * @param {import('../world.js').Chat} chat
   * @param {number} topic
   */
  #makeView(chat, topic) {
    const view = new ChatView(chat, topic || undefined, {
      world: this.#world,
      person: this.#person,
      notices: this.#notices,
      colourOf: this.#colourOf,
    });
    this.#views.set(place(chat.id, topic), view);
    this.#body.append(view.element);
    return view;
  }

  /** @param {any} event */
  #noteUnread(event) {
    const at = this.#placeOf(event);
    const isMine = event.message.from?.id === this.personId;
    if (at !== this.#openPlace && !isMine && isSaid(event.message)) this.#unread.add(at);
  }

  #markUnread() {
    const unread = [...this.#unread];
    this.#chats.mark((chat) => unread.some((at) => at.startsWith(place(chat, ''))));
    this.#topics.mark((topic) => this.#unread.has(place(this.#open.chat, topic)));
  }

  /** @param {any} event */
  #sayAnswer({ answer }) {
    if (!answer) this.#notices.say('The bot did not answer this tap');
    else if (answer.text && answer.show_alert) this.#notices.alert(answer.text);
    else if (answer.text || answer.url) this.#notices.say(answer.text || answer.url);
  }

  /**
   * @param {string} verb
   * @param {object} details
   */
  async #order(verb, details) {
    try {
      await post(this.personId, verb, details);
      return true;
    } catch (error) {
      if (!(error instanceof OrderError)) throw error;
      this.#notices.say(error.message);
      return false;
    }
  }
}

/**
 * @param {number} chatId
 * @param {number | string} topic
 */
function place(chatId, topic) {
  return `${chatId}/${topic}`;
}
