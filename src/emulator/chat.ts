// A chat as the emulator knows it: the one side of it is the public face, the other what methods and people do in it.

import { readFile } from 'node:fs/promises';
import type { Chat as TelegramChat, Message, User } from 'grammy/types';
import type { Chat, HistoryEntry, Person, ReplyHistory, WaitOptions } from './contract.ts';
import type { ChatView, DraftView, ReplyMarkup, Topic } from './events.ts';
import type { StoredFile } from './file-store.ts';
import { MessageBox } from './message-box.ts';
import type { BotStatus } from './standing.ts';
import type { World } from './world.ts';

/** What a chat is made of. */
export interface ChatInit {
  id: number;
  /** The chat as it appears in messages. */
  face: () => TelegramChat.PrivateChat | TelegramChat.SupergroupChat;
  forum?: boolean;
}

/** A private chat or a supergroup. */
export class ChatState implements Chat {
  readonly id: number;
  readonly isForum: boolean;
  readonly topics: Topic[] = [];
  /** Ids of the people in it. */
  readonly memberIds = new Set<number>();
  readonly adminIds = new Set<number>();
  ownerId: number | undefined;
  botStatus: BotStatus = 'member';
  migratedTo: number | undefined;
  keyboard: ReplyMarkup | undefined;
  readonly box: MessageBox;
  /** Messages that came with another keyboard than an inline one, and can't be edited therefore. */
  readonly #uneditable = new WeakSet<Message>();
  readonly #drafts = new Map<number, DraftView>();
  readonly #world: World;
  readonly #face: ChatInit['face'];
  #lastMessageId = 0;

  constructor(world: World, init: ChatInit) {
    this.id = init.id;
    this.isForum = init.forum ?? false;
    this.#world = world;
    this.#face = init.face;
    this.box = new MessageBox({ botId: world.bot.id, name: `chat ${init.id}`, kept: world.messagesKept });
  }

  get type(): 'private' | 'supergroup' {
    return this.face.type;
  }

  get title(): string | undefined {
    return this.face.title;
  }

  get face(): TelegramChat.PrivateChat | TelegramChat.SupergroupChat {
    return this.#face();
  }

  get messages(): Message[] {
    return this.box.messages;
  }

  get history(): readonly HistoryEntry[] {
    return this.box.history;
  }

  repliesTo(message: Message): ReplyHistory[] {
    return this.box.repliesTo(message.message_id);
  }

  get drafts(): DraftView[] {
    const now = this.#world.clock.now();
    return [...this.#drafts.values()].filter((draft) => draft.until > now);
  }

  nextMessage(options?: WaitOptions<Message>): Promise<Message> {
    return this.box.nextMessage(options);
  }

  waitFor(
    where: (message: Message) => boolean,
    options?: Omit<WaitOptions<Message>, 'where'>,
  ): Promise<Message> {
    return this.box.waitFor(where, options);
  }

  async file(message: Message): Promise<Buffer> {
    return readFile(this.stored(message).path);
  }

  stored(message: Message): StoredFile {
    const fileId = message.document?.file_id ?? message.photo?.at(-1)?.file_id;
    const file = fileId === undefined ? undefined : this.#world.files.byId(fileId);
    if (!file) throw new Error(`Cannot read the file of message ${message.message_id}: it has none`);
    return file;
  }

  join(person: Person): void {
    this.#world.groups.join(this, person);
  }

  migrate(): number {
    return this.#world.groups.migrate(this);
  }

  kickBot(): void {
    this.#world.groups.kickBot(this);
  }

  /** The id of the next message: private chats share one counter, a supergroup has its own. */
  nextMessageId(): number {
    return this.type === 'private' ? this.#world.nextPrivateMessageId() : ++this.#lastMessageId;
  }

  /** Shows a new message; one of the bot ends drafts and the typing line. */
  post(message: Message, markup?: ReplyMarkup): void {
    const keyboard = markup && !('inline_keyboard' in markup) ? markup : undefined;
    if (keyboard) {
      this.keyboard = 'remove_keyboard' in keyboard ? undefined : keyboard;
      if (!('remove_keyboard' in keyboard)) this.#uneditable.add(message);
    }
    if (message.from?.id === this.#world.bot.id) this.#endDrafts();
    this.box.add(message, this.#world.clock.now());
    this.#world.events.add({ kind: 'message', chatId: this.id, message, ...(keyboard && { keyboard }) });
  }

  replace(message: Message): void {
    this.box.replace(message, this.#world.clock.now());
    this.#world.events.add({ kind: 'edited', chatId: this.id, message });
  }

  remove(messageIds: number[]): void {
    for (const id of messageIds) this.box.remove(id, this.#world.clock.now());
    if (messageIds.length > 0) this.#world.events.add({ kind: 'deleted', chatId: this.id, messageIds });
  }

  /** Whether the message came with a reply keyboard or a forced reply. */
  isUneditable(message: Message): boolean {
    return this.#uneditable.has(message);
  }

  showDraft(draft: DraftView): void {
    this.#drafts.set(draft.draftId, draft);
    this.#world.events.add({ kind: 'draft', chatId: this.id, draft });
  }

  endDraft(draftId: number): void {
    if (this.#drafts.delete(draftId))
      this.#world.events.add({ kind: 'draft-gone', chatId: this.id, draftId });
  }

  hasMember(user: User): boolean {
    return this.memberIds.has(user.id);
  }

  /** The chat as a page shows it. */
  view(): ChatView {
    const face = this.face;
    return {
      id: this.id,
      type: face.type,
      title: face.type === 'private' ? face.first_name : face.title,
      isForum: this.isForum,
      topics: this.topics,
      memberIds: [...this.memberIds],
      botStatus: this.botStatus,
      ...(this.migratedTo !== undefined && { migratedTo: this.migratedTo }),
      ...(this.keyboard && { keyboard: this.keyboard }),
      drafts: this.drafts,
    };
  }

  #endDrafts(): void {
    for (const draftId of this.#drafts.keys()) this.endDraft(draftId);
  }
}
