// One chat as one person sees it: its messages, what the bot is doing, samples, the input.

import { Composer } from './composer.js';
import { el, icon } from './dom.js';
import { takeDrops } from './drops.js';
import { EndKeeper } from './end-keeper.js';
import { walkByKeys } from './log-keys.js';
import { MessageView, sayBytes } from './message-view.js';
import { renderSamples } from './samples.js';
import { fetchMenu, OrderError, post, postFile } from './server.js';
import { Status } from './status.js';
import { keptMessages } from './world.js';

/**
 * @typedef {import('grammy/types').Message} Message
 * @typedef {import('./world.js').Chat} Chat
 * @typedef {import('./world.js').Person} Person
 * @typedef {{ world: import('./world.js').World, person: Person, notices: import('./notices.js').Notices,
 *   colourOf: (userId: number | undefined) => number }} ChatContext
 */

/** The chat and everything that can be done in it. */
export class ChatView {
  /** @type {HTMLElement} */
  element;
  #chatId;
  #context;
  /** @type {Map<number, MessageView>} */
  #views = new Map();
  #list = el('div', { class: 'list' });
  #end;
  #status;
  #composer;

  /**
   * @param {Chat} chat
   * @param {ChatContext} context
   */
  constructor(chat, context) {
    this.#chatId = chat.id;
    this.#context = context;
    const { world, person } = context;
    const isPrivate = chat.id === person.chatId;
    const name = isPrivate ? world.bot.first_name : chat.title;
    const label = `${person.user.first_name} and ${name}`;
    const log = el(
      'div',
      { class: 'log', role: 'log', 'aria-label': `Messages: ${label}`, tabindex: 0 },
      this.#list,
    );
    this.#end = new EndKeeper(log);
    this.#status = new Status(world.bot.first_name, (draftId) => void this.#order('stop-draft', { draftId }));
    this.#composer = new Composer(`Message to ${name} as ${person.user.first_name}`, `Write to ${name} …`, {
      send: (text, replyTo) => this.#order('send', { text, replyTo: replyTo?.message_id }),
      edit: (message, text) => this.#order('edit', { message: message.message_id, text }),
      sendFile: (file, replyTo) => this.#sendFile(file, replyTo),
      lastOwn: () => this.#lastOwn(),
    });
    this.element = el(
      'section',
      { class: isPrivate ? 'chat' : 'chat group', role: 'tabpanel', 'aria-label': label },
      this.#end.element,
      renderSamples(world.suggestions, (text) => {
        const addressed = isPrivate || text.startsWith('/') ? text : `@${world.bot.username} ${text}`;
        void this.#order('send', { text: addressed });
      }),
      this.#composer.element,
    );
    walkByKeys(log);
    takeDrops(this.element, (files) => void this.#composer.sendFiles(files));
    this.refresh();
  }

  /** Shows the chat as the world knows it now. */
  refresh() {
    this.#views.clear();
    this.#list.replaceChildren(this.#renderWelcome(), this.#status.element);
    const { chats, at } = this.#context.world;
    const chat = chats.get(this.#chatId);
    for (const message of chat?.messages.values() ?? []) this.#put(message);
    this.#status.clear();
    for (const draft of chat?.drafts ?? []) this.#status.showDraft(draft, draft.until - at);
    this.loadMenu();
  }

  /** Fetches the commands that the bot offers here. */
  loadMenu() {
    fetchMenu(this.#context.person.user.id, this.#chatId).then(
      (commands) => (this.#composer.commands = commands),
      (error) => this.#explain(error),
    );
  }

  focus() {
    this.#composer.focus();
  }

  /**
   * Takes in an event of this chat.
   * @param {any} event
   */
  take(event) {
    if (event.kind === 'message') {
      this.#put(event.message);
      if (event.message.from?.is_bot) this.#status.clear();
    } else if (event.kind === 'edited') {
      this.#views.get(event.message.message_id)?.update(event.message);
    } else if (event.kind === 'deleted') {
      for (const id of event.messageIds) this.#drop(id);
    } else if (event.kind === 'action') {
      this.#status.showAction(event.action, event.until - event.at);
    } else if (event.kind === 'draft') {
      this.#status.showDraft(event.draft, event.draft.until - event.at);
    } else if (event.kind === 'draft-gone') {
      this.#status.hideDraft(event.draftId);
    } else if (event.personId === this.#context.person.user.id) {
      this.#takeTap(event);
    }
  }

  /** @param {any} event */
  #takeTap({ kind, messageId, data, tapId, answer }) {
    if (kind === 'callback') this.#views.get(messageId)?.waitForTap(data, tapId);
    if (kind !== 'callback-answered') return;
    for (const view of this.#views.values()) view.settleTap(tapId);
    const { notices } = this.#context;
    if (!answer) notices.say('The bot did not answer this tap');
    else if (answer.text && answer.show_alert) notices.alert(answer.text);
    else if (answer.text || answer.url) notices.say(answer.text || answer.url);
  }

  /** @param {Message} message */
  #put(message) {
    const { world, person } = this.#context;
    const isMine = message.from?.id === person.user.id;
    const view = new MessageView(message, {
      isMine,
      isBots: message.from?.id === world.bot.id,
      colour: this.#context.colourOf(message.from?.id),
      actions: {
        command: (command) => void this.#order('send', { text: command }),
        reply: (answered) => this.#composer.reply(answered),
        edit: (edited) => this.#composer.edit(edited),
        remove: ({ message_id: id }) => void this.#order('delete', { message: id }),
        tap: ({ message_id: id }, data) => this.#order('tap', { message: id, button: data }),
        show: (id) => this.#show(id),
      },
    });
    this.#views.set(message.message_id, view);
    this.#status.element.before(view.element);
    joinLines(view.element);
    if (isMine) this.#end.jump();
    else this.#end.announce();
    for (const id of this.#views.keys()) {
      if (this.#views.size <= keptMessages) break;
      this.#drop(id);
    }
  }

  /** @param {number} id */
  #drop(id) {
    const view = this.#views.get(id);
    const next = view?.element.nextElementSibling;
    this.#views.delete(id);
    view?.element.remove();
    this.#composer.forget(id);
    if (next) joinLines(next);
  }

  /** @param {number} id */
  #show(id) {
    const element = this.#views.get(id)?.element;
    element?.scrollIntoView({ block: 'center' });
    element?.querySelector('.bubble')?.animate([{ scale: 1.03 }, { scale: 1 }], 400);
  }

  #lastOwn() {
    const { user } = this.#context.person;
    const messages = [...this.#views.values()].map(({ message }) => message);
    return messages.findLast(({ from, text }) => from?.id === user.id && text !== undefined);
  }

  /**
   * @param {string} verb
   * @param {object} order
   */
  async #order(verb, order) {
    try {
      await post(this.#context.person.user.id, verb, { chat: this.#chatId, ...order });
      return true;
    } catch (error) {
      return this.#explain(error);
    }
  }

  /**
   * @param {File} file
   * @param {Message} [replyTo]
   */
  async #sendFile(file, replyTo) {
    const { world, person, notices } = this.#context;
    if (file.size > world.maxFileBytes) {
      notices.say(
        `${file.name} is ${sayBytes(file.size)}; the playground takes ${sayBytes(world.maxFileBytes)} at most`,
      );
      return false;
    }
    try {
      await postFile(person.user.id, file, { chat: this.#chatId, replyTo: replyTo?.message_id });
      return true;
    } catch (error) {
      return this.#explain(error);
    }
  }

  /** @param {unknown} error */
  #explain(error) {
    if (!(error instanceof OrderError)) throw error;
    this.#context.notices.say(error.message);
    return false;
  }

  #renderWelcome() {
    const { world, person } = this.#context;
    const [title, words] =
      this.#chatId === person.chatId
        ? [
            `${person.user.first_name} and ${world.bot.first_name}`,
            'Paste a link, drop a file, or pick a sample.',
          ]
        : [
            'Everybody is here',
            `In a group the bot only answers commands, replies and @${world.bot.username}.`,
          ];
    return el('div', { class: 'welcome' }, icon('mark'), el('strong', {}, title), el('p', {}, words));
  }
}

/**
 * Marks a message that follows another one of the same sender.
 * @param {Element} element
 */
function joinLines(element) {
  const before = element.previousElementSibling;
  const isSame =
    element instanceof HTMLElement &&
    before instanceof HTMLElement &&
    before.dataset.from === element.dataset.from;
  element.classList.toggle('joined', isSame && element.dataset.from !== undefined);
}
