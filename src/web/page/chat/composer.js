// Where a person writes: text, replies, edits, commands and files.

import { CommandMenu } from './command-menu.js';
import { el, icon, iconButton } from '../dom.js';
import { keep, recall } from '../memory.js';
import { ModeBar } from './mode-bar.js';
import { ReplyKeys } from './reply-keys.js';

/**
 * @typedef {import('grammy/types').Message} Message
 * @typedef {object} ComposerActions each resolves to false when it failed, and what was written stays
 * @property {(text: string, replyTo?: Message) => Promise<boolean>} send
 * @property {(message: Message, text: string) => Promise<boolean>} edit
 * @property {(file: File, replyTo?: Message) => Promise<boolean>} sendFile
 * @property {() => Message | undefined} lastOwn the newest message that could be edited
 */

/** Telegram's longest message, and from where on the rest is counted. */
const mostCharacters = 4_096;
const countedFrom = 3_800;

/** The input of one place. */
export class Composer {
  /** @type {HTMLElement} */
  element;
  #actions;
  #draftName;
  #placeholder;
  #input;
  #bar = new ModeBar(() => this.#stopMode());
  #send = el('button', { type: 'submit', class: 'send', 'aria-label': 'Send' }, icon('send'));
  #count = el('span', { class: 'count', role: 'status', hidden: true });
  #menu;
  #keys;

  /**
   * @param {{ label: string, placeholder: string, attach: string, draftName: string }} words what the input is for, like
   *   “Message to Errand as Ann”; the name under which unsent words are remembered
   * @param {ComposerActions} actions
   */
  constructor({ label, placeholder, attach, draftName }, actions) {
    this.#actions = actions;
    this.#draftName = draftName;
    this.#placeholder = placeholder;
    this.#input = el('textarea', {
      rows: 1,
      placeholder,
      'aria-label': label,
      enterkeyhint: 'send',
      dir: 'auto',
    });
    this.#input.value = recall(draftName) ?? '';
    this.#menu = new CommandMenu(this.#input, (command, { isWhole }) => {
      this.#fill(`/${command} `);
      if (isWhole && !this.#bar.isEditing) void this.#submit();
    });
    this.#keys = new ReplyKeys((text) => this.#sendKey(text), icon('keys'));
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
      iconButton('clip', attach, () => picker.click()),
      this.#input,
      this.#count,
      this.#keys.toggle,
      slash,
      this.#send,
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.element = el(
      'div',
      { class: 'writing' },
      this.#menu.element,
      this.#bar.element,
      form,
      this.#keys.element,
    );
    this.#input.addEventListener('input', () => this.#onInput());
    this.#input.addEventListener('keydown', (event) => this.#onKey(event));
    this.#input.addEventListener('paste', (event) => this.#onPaste(event));
    this.#measure();
  }

  /** @param {{ command: string, description: string }[]} commands */
  set commands(commands) {
    this.#menu.commands = commands;
  }

  focus() {
    this.#input.focus();
  }

  /** Begins a command, unless something is being written already. */
  startCommand() {
    if (this.#input.value === '') this.#fill('/');
    else this.focus();
  }

  /**
   * Shows what the bot put under the input; nothing for undefined.
   * @param {any} markup
   */
  showKeyboard(markup) {
    this.#keys.show(markup);
    this.#input.placeholder = markup?.input_field_placeholder || this.#placeholder;
  }

  /**
   * @param {Message} message
   * @param {{ focus?: boolean }} [options]
   */
  reply(message, { focus = true } = {}) {
    if (this.#bar.isEditing) this.#write(recall(this.#draftName) ?? '');
    this.#setMode({ kind: 'reply', message });
    if (focus) this.focus();
  }

  /** @param {Message} message */
  edit(message) {
    this.#setMode({ kind: 'edit', message });
    this.#fill(message.text ?? '');
  }

  /**
   * Lets go of a message that is neither answered nor edited any more, because it is gone.
   * @param {(messageId: number) => boolean} isThere
   */
  forget(isThere) {
    const id = this.#bar.mode?.message.message_id;
    if (id !== undefined && !isThere(id)) this.#setMode(undefined);
  }

  /** @param {Iterable<File>} files */
  async sendFiles(files) {
    const { replyTo } = this.#bar;
    if (replyTo) this.#setMode(undefined);
    for (const file of files) await this.#actions.sendFile(file, replyTo);
  }

  async #submit() {
    const text = this.#input.value.trim();
    const { mode, replyTo } = this.#bar;
    if (text === '' || text.length > mostCharacters) return;
    this.#menu.close();
    this.#setMode(undefined);
    this.#write(mode?.kind === 'edit' ? (recall(this.#draftName) ?? '') : '');
    const isDone =
      mode?.kind === 'edit' ? this.#actions.edit(mode.message, text) : this.#actions.send(text, replyTo);
    if ((await isDone) || this.#input.value !== '') return;
    this.#setMode(mode);
    this.#write(text);
  }

  /** @param {string} text */
  #sendKey(text) {
    const { replyTo } = this.#bar;
    if (replyTo) this.#setMode(undefined);
    return this.#actions.send(text, replyTo);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing) return;
    if (this.#menu.takeKey(event)) {
      event.preventDefault();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void this.#submit();
    } else if (event.key === 'Escape' && this.#bar.mode) {
      this.#stopMode();
    } else if (event.key === 'ArrowUp' && this.#input.value === '') {
      const last = this.#actions.lastOwn();
      if (!last) return;
      event.preventDefault();
      this.edit(last);
    }
  }

  #onInput() {
    this.#menu.refresh();
    this.#measure();
    if (!this.#bar.isEditing) keep(this.#draftName, this.#input.value || undefined);
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
    this.#write(text);
    this.#input.focus();
    this.#menu.refresh();
  }

  /** @param {string} text */
  #write(text) {
    this.#input.value = text;
    this.#measure();
    if (!this.#bar.isEditing) keep(this.#draftName, text || undefined);
  }

  #measure() {
    const { length } = this.#input.value.trim();
    this.#count.hidden = length < countedFrom;
    this.#count.textContent = String(mostCharacters - length);
    this.#count.title = `A message has ${mostCharacters} characters at most`;
    this.#count.classList.toggle('over', length > mostCharacters);
    this.#send.disabled = length > mostCharacters;
  }

  #stopMode() {
    const wasEditing = this.#bar.isEditing;
    this.#setMode(undefined);
    if (wasEditing) this.#write(recall(this.#draftName) ?? '');
    this.focus();
  }

  /** @param {import('./mode-bar.js').Mode | undefined} mode */
  #setMode(mode) {
    this.#bar.set(mode);
    this.#send.replaceChildren(icon(this.#bar.isEditing ? 'check' : 'send'));
    this.#send.ariaLabel = this.#bar.isEditing ? 'Save' : 'Send';
  }
}
