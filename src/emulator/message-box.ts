// The messages of one chat: what is in it now, what happened to it, and who waits for the bot's next word.

import type { Message } from 'grammy/types';
import type { HistoryEntry, ReplyHistory, WaitOptions } from './contract.ts';
import { Expectations } from './expectations.ts';

/** Whose messages, called what in errors, and how many of them are remembered. */
export interface BoxOptions {
  botId: number;
  name: string;
  kept: number;
}

/** A bounded list of messages. Messages are never changed, only replaced. */
export class MessageBox {
  readonly #options: BoxOptions;
  readonly #messages = new Map<number, Message>();
  readonly #unread = new Map<number, Message>();
  readonly #history: HistoryEntry[] = [];
  readonly #next = new Expectations<Message>();
  readonly #any = new Expectations<Message>();

  constructor(options: BoxOptions) {
    this.#options = options;
  }

  get messages(): Message[] {
    return [...this.#messages.values()];
  }

  get history(): readonly HistoryEntry[] {
    return this.#history;
  }

  get(messageId: number): Message | undefined {
    return this.#messages.get(messageId);
  }

  /** The bot's replies to a message, with all that happened to each. */
  repliesTo(messageId: number): ReplyHistory[] {
    const replies = this.#history.filter(({ kind, answers }) => kind === 'sent' && answers === messageId);
    return replies.map(({ message_id }) => ({
      message_id,
      entries: this.#history.filter((entry) => entry.message_id === message_id),
    }));
  }

  /** The newest `count` messages, newest last. */
  newest(count: number): Message[] {
    return this.messages.slice(-count);
  }

  add(message: Message, at: number): void {
    this.#messages.set(message.message_id, message);
    forgetOldest(this.#messages, this.#options.kept);
    this.#note(message, at, 'sent');
    if (!this.#isOfBot(message)) return;
    const seen = this.#any.offerAll(message);
    if (this.#next.offerOne(message) || seen) return;
    this.#unread.set(message.message_id, message);
    forgetOldest(this.#unread, this.#options.kept);
  }

  /** Puts `message` in the place of its older version. */
  replace(message: Message, at: number): void {
    this.#messages.set(message.message_id, message);
    this.#note(message, at, 'edited');
    if (!this.#isOfBot(message)) return;
    if (this.#unread.has(message.message_id)) this.#unread.set(message.message_id, message);
    if (this.#any.offerAll(message)) this.#unread.delete(message.message_id);
  }

  remove(messageId: number, at: number): void {
    this.#messages.delete(messageId);
    this.#push({ message_id: messageId, at, kind: 'deleted' });
  }

  /** The bot's next message that neither this nor `waitFor` has returned yet. */
  nextMessage(options: WaitOptions<Message> = {}): Promise<Message> {
    const { where = () => true } = options;
    const past = this.#unread.values().find(where);
    if (past === undefined) return this.#next.wait(() => this.#describe('the next message'), options);
    this.#unread.delete(past.message_id);
    return Promise.resolve(past);
  }

  /** The first message of the bot, present or to come, that satisfies `where`. */
  waitFor(
    where: (message: Message) => boolean,
    options: Omit<WaitOptions<Message>, 'where'> = {},
  ): Promise<Message> {
    const present = this.#messages.values().find((message) => this.#isOfBot(message) && where(message));
    if (present === undefined)
      return this.#any.wait(() => this.#describe('such a message'), { ...options, where });
    this.#unread.delete(present.message_id);
    return Promise.resolve(present);
  }

  /** Ends all waiting with `reason`. */
  close(reason: Error): void {
    this.#next.close(reason);
    this.#any.close(reason);
  }

  #isOfBot(message: Message): boolean {
    return message.from?.id === this.#options.botId;
  }

  #note(message: Message, at: number, kind: HistoryEntry['kind']): void {
    const text = message.text ?? message.caption;
    const answers = this.#isOfBot(message) ? message.reply_to_message?.message_id : undefined;
    this.#push({
      message_id: message.message_id,
      ...(text !== undefined && { text }),
      at,
      kind,
      ...(answers !== undefined && { answers }),
    });
  }

  #push(entry: HistoryEntry): void {
    this.#history.push(entry);
    // Cut rarely, in one go, so that a push stays cheap.
    if (this.#history.length > 2 * this.#options.kept) this.#history.splice(0, this.#options.kept);
  }

  #describe(what: string): string {
    const last = this.newest(1)[0];
    const newest = last
      ? `newest is ${JSON.stringify(last.text ?? last.caption ?? '(no text)')}`
      : 'it is empty';
    return `${what} of the bot in ${this.#options.name} (${newest})`;
  }
}

function forgetOldest<K>(map: Map<K, unknown>, kept: number): void {
  if (map.size <= kept) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
