// One place as one person sees it, a chat or a topic of it: its messages, what the bot is doing, samples, the input.

import { Composer } from './composer.js';
import { el } from '../dom.js';
import { takeDrops } from './drops.js';
import { EndKeeper } from './end-keeper.js';
import { walkByKeys } from './log-keys.js';
import { MessageList } from './message-list.js';
import { MessageView } from './message-view.js';
import { sayBytes } from './message-words.js';
import { isolate } from '../people/names.js';
import { renderSamples } from './samples.js';
import { fetchMenu, OrderError, post } from '../server.js';
import { Status } from './status.js';
import { Uploads } from './uploads.js';
import { renderWelcome } from './welcome.js';
import { threadOf } from '../world.js';

/**
 * @typedef {import('grammy/types').Message} Message
 * @typedef {import('../world.js').Chat} Chat
 * @typedef {import('../world.js').Person} Person
 * @typedef {{ world: import('../world.js').World, person: Person, notices: import('../notices.js').Notices,
 *   colourOf: (userId: number | undefined) => number }} ChatContext
 */

/** The place and everything that can be done in it. */
export class ChatView {
  /** @type {HTMLElement} */
  element;
  chatId;
  #threadId;
  #context;
  #list;
  #end;
  #status;
  #composer;
  #uploads;
  #blocked;
  /** @type {import('../world.js').OpenKeyboard | undefined} */
  #keyboard;

  /**
   * @param {Chat} chat
   * @param {number | undefined} threadId the topic; undefined is General, or a chat without topics
   * @param {ChatContext} context
   */
  constructor(chat, threadId, context) {
    this.chatId = chat.id;
    this.#threadId = threadId;
    this.#context = context;
    const { world, person, notices } = context;
    const isPrivate = chat.id === person.chatId;
    const name = isPrivate ? world.bot.first_name : chat.title;
    const label = `${person.user.first_name} and ${name}`;
    this.#status = new Status(world.bot.first_name, (draftId) => void this.#order('stop-draft', { draftId }));
    this.#list = new MessageList(renderWelcome(chat, context), this.#status.element, (message) =>
      this.#makeMessage(message),
    );
    const log = el(
      'div',
      {
        class: 'log',
        role: 'log',
        'aria-live': 'off',
        'aria-label': `Messages: ${label}`,
        'aria-description': 'Arrow keys walk over the messages, Escape leads to the input',
        tabindex: 0,
      },
      this.#list.element,
    );
    this.#end = new EndKeeper(log, () => this.#list.goBack(this.#messages));
    this.#uploads = new Uploads(
      person.user.id,
      () => world.maxFileBytes,
      (words) => notices.say(words),
    );
    this.#composer = new Composer(
      {
        label: `Message to ${name} as ${person.user.first_name}`,
        placeholder: `Write to ${isolate(name)} …`,
        attach: `Attach files, up to ${sayBytes(world.maxFileBytes)} each`,
        draftName: `draft ${person.user.id} ${chat.id} ${threadId ?? ''}`,
      },
      {
        send: (text, replyTo) => this.#send(text, replyTo),
        edit: (message, text) => this.#order('edit', { message: message.message_id, text }),
        sendFile: (file, replyTo) => this.#uploads.send(file, this.#address(replyTo)),
        lastOwn: () => this.#lastOwn(),
      },
    );
    this.#blocked = el(
      'div',
      { class: 'blocked', hidden: true },
      el('p', {}, el('bdi', {}, person.user.first_name), ' blocks ', el('bdi', {}, world.bot.first_name)),
      el(
        'button',
        { type: 'button', class: 'plain strong', click: () => void this.#order('block', { blocked: false }) },
        'Unblock',
      ),
    );
    this.element = el(
      'section',
      { class: isPrivate ? 'chat' : 'chat group', role: 'tabpanel', 'aria-label': label },
      this.#end.element,
      renderSamples(world.suggestions, (text) => {
        const addressed = isPrivate || text.startsWith('/') ? text : `@${world.bot.username} ${text}`;
        void this.#send(addressed);
      }),
      this.#uploads.element,
      this.#composer.element,
      this.#blocked,
    );
    walkByKeys(log, {
      onLeave: () => this.#composer.focus(),
      onSlash: () => this.#composer.startCommand(),
    });
    takeDrops(this.element, (files, folders) => this.#takeDrop(files, folders));
    this.refresh();
  }

  /** Shows everything anew, after the state was fetched or the person has changed. */
  refresh() {
    const { world, person } = this.#context;
    const { blocked = false } = world.people.get(person.user.id) ?? {};
    this.#blocked.hidden = !blocked;
    this.#composer.element.hidden = blocked;
    this.#status.clear();
    for (const draft of world.chats.get(this.chatId)?.drafts ?? []) this.#showDraft(draft, world.clock.at);
    this.loadMenu();
    if (!this.element.hidden) this.sync();
  }

  /** Brings on the screen what the world knows of this place now. */
  sync() {
    const { person } = this.#context;
    const added = this.#list.sync(this.#messages, this.#end.isAtEnd);
    this.#composer.forget((id) => this.#list.get(id) !== undefined);
    this.#syncKeyboard();
    if (added.some(({ from }) => from?.id === person.user.id)) this.#end.jump();
    else if (added.length > 0) this.#end.announce();
  }

  /** Fetches the commands that the bot offers here. */
  loadMenu() {
    fetchMenu(this.#context.person.user.id, this.chatId).then(
      (commands) => (this.#composer.commands = commands),
      (error) => this.#explain(error),
    );
  }

  focus() {
    this.#composer.focus();
  }

  dispose() {
    this.#list.dispose();
  }

  /**
   * Takes in an event of this chat that passes by; what stays is brought on the screen by `sync`.
   * @param {any} event
   */
  take(event) {
    const isHere = event.threadId === this.#threadId;
    if (event.kind === 'message') {
      if (event.message.from?.is_bot && threadOf(event.message) === this.#threadId) this.#status.clear();
    } else if (event.kind === 'action') {
      if (isHere) this.#status.showAction(event.action, this.#context.world.realMs(event.until, event.at));
    } else if (event.kind === 'draft') {
      this.#showDraft(event.draft, event.at);
    } else if (event.kind === 'draft-gone') {
      this.#status.hideDraft(event.draftId);
    } else if (event.personId === this.#context.person.user.id) {
      // The message of the tap may have come only just now.
      this.sync();
      if (event.kind === 'callback') this.#list.get(event.messageId)?.waitForTap(event.data, event.tapId);
      if (event.kind === 'callback-answered')
        for (const view of this.#list.views) view.settleTap(event.tapId);
    }
  }

  get #messages() {
    return this.#context.world.messagesOf(this.chatId, this.#threadId);
  }

  /**
   * @param {any} draft
   * @param {number} at
   */
  #showDraft(draft, at) {
    if (draft.threadId === this.#threadId)
      this.#status.showDraft(draft, this.#context.world.realMs(draft.until, at));
  }

  #syncKeyboard() {
    const { world, person } = this.#context;
    const keyboard = world.keyboardOf(this.chatId, person.user.id);
    if (keyboard === this.#keyboard) return;
    this.#keyboard = keyboard;
    this.#composer.showKeyboard(keyboard?.markup);
    const asking =
      keyboard?.markup.force_reply && this.#messages.find(({ message_id: id }) => id === keyboard.messageId);
    // Somebody may be writing in another column.
    const isFree = document.activeElement === document.body || this.element.contains(document.activeElement);
    if (asking) this.#composer.reply(asking, { focus: isFree });
  }

  /** @param {Message} message */
  #makeMessage(message) {
    const { world, person, notices } = this.#context;
    return new MessageView(message, {
      isMine: message.from?.id === person.user.id,
      isBots: message.from?.id === world.bot.id,
      colour: this.#context.colourOf(message.from?.id),
      actions: {
        command: (command) => void this.#send(command),
        reply: (answered) => this.#composer.reply(answered),
        edit: (edited) => this.#composer.edit(edited),
        remove: ({ message_id: id }) => void this.#order('delete', { message: id }),
        tap: ({ message_id: id }, data) => this.#order('tap', { message: id, button: data }),
        show: (id) => this.#show(id),
        copy: (text) =>
          void navigator.clipboard.writeText(text).then(
            () => notices.say('Copied'),
            () => notices.say(`Your browser copies nothing from here: ${text}`),
          ),
      },
    });
  }

  /** @param {number} id */
  #show(id) {
    if (!this.#list.get(id)) this.#list.goBack(this.#messages, id);
    const element = this.#list.get(id)?.element;
    element?.scrollIntoView({ block: 'center' });
    element?.querySelector('.bubble')?.animate([{ scale: 1.03 }, { scale: 1 }], 400);
  }

  #lastOwn() {
    const { user } = this.#context.person;
    return this.#messages.findLast(({ from, text }) => from?.id === user.id && text !== undefined);
  }

  /**
   * @param {File[]} files
   * @param {string[]} folders
   */
  #takeDrop(files, folders) {
    for (const name of folders)
      this.#context.notices.say(`${isolate(name)} is a folder: open it and drop the files that are in it`);
    void this.#composer.sendFiles(files);
  }

  /**
   * @param {string} text
   * @param {Message} [replyTo]
   */
  #send(text, replyTo) {
    return this.#order('send', { text, ...this.#address(replyTo) });
  }

  /** @param {Message} [replyTo] */
  #address(replyTo) {
    return { chat: this.chatId, threadId: this.#threadId, replyTo: replyTo?.message_id };
  }

  /**
   * @param {string} verb
   * @param {object} details
   */
  async #order(verb, details) {
    try {
      await post(this.#context.person.user.id, verb, { chat: this.chatId, ...details });
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
}
