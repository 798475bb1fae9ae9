// Where a person writes: text, replies, edits, commands and files.

import { CommandMenu } from './command-menu.js';
import { el, icon, iconButton } from './dom.js';
import { summarise } from './message-view.js';

/**
 * @typedef {import('grammy/types').Message} Message
 * @typedef {object} ComposerActions each resolves to false when it failed, and what was written stays
 * @property {(text: string, replyTo?: Message) => Promise<boolean>} send
 * @property {(message: Message, text: string) => Promise<boolean>} edit
 * @property {(file: File, replyTo?: Message) => Promise<boolean>} sendFile
 * @property {() => Message | undefined} lastOwn the newest message that could be edited
 */

/** The input of one chat. */
export class Composer {
  /** @type {HTMLElement} */
  element;
  #actions;
  #input;
  #about = el('div', { class: 'about', hidden: true });
  #send = el('button', { type: 'submit', class: 'send', 'aria-label': 'Send' }, icon('send'));
  #menu;
  /** @type {{ kind: 'reply' | 'edit', message: Message } | undefined} */
  #mode;

  /**
   * @param {string} label what the input is for, like “Message to Errand as Ann”
   * @param {string} placeholder
   * @param {ComposerActions} actions
   */
  constructor(label, placeholder, actions) {
    this.#actions = actions;
    this.#input = el('textarea', {
      rows: 1,
      maxlength: 4096,
      placeholder,
      'aria-label': label,
      enterkeyhint: 'send',
      dir: 'auto',
    });
    this.#menu = new CommandMenu(this.#input, (command) => this.#fill(`/${command} `));
    const picker = el('input', { type: 'file', multiple: true, hidden: true });
    picker.addEventListener('change', () => {
      void this.sendFiles(picker.files ?? []);
      picker.value = '';
    });
    const slash = el(
      'button',
      { type: 'button', class: 'icon-button', 'aria-label': 'Commands', title: 'Commands' },
      '/',
    );
    slash.addEventListener('pointerdown', (event) => event.preventDefault());
    slash.addEventListener('click', () => this.#fill('/'));
    const form = el(
      'form',
      { class: 'composer' },
      picker,
      iconButton('clip', 'Attach files', () => picker.click()),
      this.#input,
      slash,
      this.#send,
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.element = el('div', { class: 'writing' }, this.#menu.element, this.#about, form);
    this.#input.addEventListener('input', () => this.#menu.refresh());
    this.#input.addEventListener('keydown', (event) => this.#onKey(event));
    this.#input.addEventListener('paste', (event) => this.#onPaste(event));
  }

  /** @param {{ command: string, description: string }[]} commands */
  set commands(commands) {
    this.#menu.commands = commands;
  }

  focus() {
    this.#input.focus();
  }

  /** @param {Message} message */
  reply(message) {
    this.#setMode({ kind: 'reply', message });
  }

  /** @param {Message} message */
  edit(message) {
    this.#setMode({ kind: 'edit', message });
    this.#fill(message.text ?? '');
  }

  /**
   * A message is gone: neither answered nor edited any more.
   * @param {number} messageId
   */
  forget(messageId) {
    if (this.#mode?.message.message_id === messageId) this.#setMode(undefined);
  }

  /** @param {Iterable<File>} files */
  async sendFiles(files) {
    const replyTo = this.#mode?.kind === 'reply' ? this.#mode.message : undefined;
    if (replyTo) this.#setMode(undefined);
    for (const file of files) await this.#actions.sendFile(file, replyTo);
  }

  async #submit() {
    const text = this.#input.value.trim();
    const mode = this.#mode;
    if (text === '') return;
    this.#input.value = '';
    this.#menu.close();
    this.#setMode(undefined);
    const replyTo = mode?.kind === 'reply' ? mode.message : undefined;
    const isDone =
      mode?.kind === 'edit' ? this.#actions.edit(mode.message, text) : this.#actions.send(text, replyTo);
    if ((await isDone) || this.#input.value !== '') return;
    this.#setMode(mode);
    this.#input.value = text;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing) return;
    if (this.#menu.takeKey(event)) {
      event.preventDefault();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void this.#submit();
    } else if (event.key === 'Escape' && this.#mode) {
      if (this.#mode.kind === 'edit') this.#input.value = '';
      this.#setMode(undefined);
    } else if (event.key === 'ArrowUp' && this.#input.value === '') {
      const last = this.#actions.lastOwn();
      if (!last) return;
      event.preventDefault();
      this.edit(last);
    }
  }

  /** @param {ClipboardEvent} event */
  #onPaste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void this.sendFiles(files);
  }

  /** @param {string} text */
  #fill(text) {
    this.#input.value = text;
    this.#input.focus();
    this.#menu.refresh();
  }

  /** @param {{ kind: 'reply' | 'edit', message: Message } | undefined} mode */
  #setMode(mode) {
    const wasEditing = this.#mode?.kind === 'edit';
    this.#mode = mode;
    const isEditing = mode?.kind === 'edit';
    this.#about.hidden = !mode;
    this.#send.replaceChildren(icon(isEditing ? 'check' : 'send'));
    this.#send.setAttribute('aria-label', isEditing ? 'Save' : 'Send');
    if (!mode) return;
    const stop = () => {
      if (isEditing) this.#input.value = '';
      this.#setMode(undefined);
    };
    if (wasEditing && !isEditing) this.#input.value = '';
    this.#about.replaceChildren(
      icon(isEditing ? 'edit' : 'reply'),
      el('strong', {}, isEditing ? 'Edit' : `Reply to ${mode.message.from?.first_name ?? ''}`),
      el('span', { dir: 'auto' }, summarise(mode.message)),
      iconButton('close', isEditing ? 'Stop editing' : 'Don’t reply', stop),
    );
    this.#input.focus();
  }
}
