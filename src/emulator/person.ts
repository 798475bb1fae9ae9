// A person with a Telegram account: what they can do with the bot.

import type { BotCommand, Chat as TelegramChat, Message, Update, User } from 'grammy/types';
import { findCallbackData } from './buttons.ts';
import { ChatState } from './chat.ts';
import { anonymousAdmin, composeMessage, fileContent, textContent } from './compose-message.ts';
import type { Content } from './compose-message.ts';
import type { Chat, FileOptions, FileSpec, Person, PersonSpec, SendOptions, Tap } from './contract.ts';
import type { PersonView } from './events.ts';
import type { FileKind } from './file-store.ts';
import { countCharacters, finishText } from './formatted-text.ts';
import { readImageSize } from './image-size.ts';
import type { World } from './world.ts';

const maxTextCharacters = 4_096;

/** A person and their private chat with the bot. */
export class PersonState implements Person {
  readonly id: number;
  readonly chat: ChatState;
  readonly #world: World;
  #user: User;
  #blocked = false;
  /** Whether they have ever started the bot. */
  started: boolean;

  constructor(world: World, id: number, spec: PersonSpec) {
    const { first_name = `Person ${id}`, username, language_code = 'en' } = spec;
    this.id = id;
    this.started = spec.started ?? true;
    this.#world = world;
    this.#user = { id, is_bot: false, first_name, ...(username && { username }), language_code };
    const face: TelegramChat.PrivateChat = { id, first_name, ...(username && { username }), type: 'private' };
    this.chat = new ChatState(world, { id, face: () => face });
    this.chat.memberIds.add(id);
  }

  get user(): User {
    return this.#user;
  }

  get blocked(): boolean {
    return this.#blocked;
  }

  send(text: string, options: SendOptions = {}): Message {
    if (countCharacters(text) > maxTextCharacters) {
      throw new RangeError(`Cannot send the text: it has more than ${maxTextCharacters} characters`);
    }
    const content = textContent(finishText({ text, entities: options.entities ?? [] }));
    if (content.text === '') throw new RangeError('Cannot send the text: it is empty');
    return this.#post(content, options);
  }

  sendDocument(file: FileSpec, options: FileOptions = {}): Promise<Message> {
    return this.#sendFile('document', file, options);
  }

  sendPhoto(file: FileSpec, options: FileOptions = {}): Promise<Message> {
    return this.#sendFile('photo', file, options);
  }

  edit(message: Message, text: string): Message {
    const chat = this.#chatOf(message);
    const current = chat.box.get(message.message_id);
    if (!current) throw new Error(`Cannot edit message ${message.message_id}: it is not there`);
    const { entities: _, ...rest } = current;
    const content = textContent(finishText({ text, entities: [] }));
    const edited = { ...rest, ...content, edit_date: this.#world.clock.seconds() } as Message;
    chat.replace(edited);
    this.#world.tellMessage('edited_message', chat, edited);
    return edited;
  }

  delete(message: Message): void {
    this.#chatOf(message).remove([message.message_id]);
  }

  tap(button: string, options: { message?: Message; chat?: Chat } = {}): Tap {
    const chat = options.message ? this.#chatOf(options.message) : this.#enter(options.chat);
    const candidates = options.message
      ? [chat.box.get(options.message.message_id)]
      : chat.messages.toReversed();
    for (const message of candidates) {
      const data = findCallbackData(message, button);
      if (message && data !== undefined) return this.#tapData(chat, message, data);
    }
    throw new Error(`Cannot tap "${button}": no message of chat ${chat.id} has such a button`);
  }

  stopDraft(draftId: number): void {
    const draft = this.chat.drafts.find((one) => one.draftId === draftId);
    if (!draft?.canStop) throw new Error(`Cannot stop draft ${draftId}: there is none that can be stopped`);
    if (!draft.keepOnStop) this.chat.endDraft(draftId);
    const stopped = {
      chat: this.chat.face as TelegramChat.PrivateChat,
      ...(draft.threadId !== undefined && { message_thread_id: draft.threadId }),
      draft_id: draftId,
    };
    this.#world.tell({ stopped_message_generation: stopped }, this.chat.id);
  }

  block(): void {
    this.#setBlocked(true);
  }

  unblock(): void {
    this.#setBlocked(false);
  }

  setLanguage(code: string): void {
    this.#user = { ...this.#user, language_code: code };
    this.#world.events.add({ kind: 'person', person: this.view() });
  }

  menu(chat?: Chat): readonly BotCommand[] {
    return this.#world.commands.shownTo(this.id, this.#user.language_code ?? '', this.#enter(chat));
  }

  /** The person as a page shows them. */
  view(): PersonView {
    return { user: this.#user, chatId: this.chat.id, blocked: this.#blocked };
  }

  async #sendFile(kind: FileKind, file: FileSpec, options: FileOptions): Promise<Message> {
    const size = kind === 'photo' ? readImageSize(file.bytes) : undefined;
    if (kind === 'photo' && !size)
      throw new RangeError(`Cannot send "${file.name}" as a photo: it is no image`);
    const path = await this.#world.files.write(file.bytes);
    const facts = { kind, name: file.name, type: file.type, size: file.bytes.byteLength, path, ...size };
    const caption = finishText({ text: options.caption ?? '', entities: options.entities ?? [] });
    return this.#post(fileContent(this.#world.files.add(facts), caption), options);
  }

  #post(content: Content, options: SendOptions): Message {
    if (this.#blocked) throw new Error(`Cannot send: person ${this.id} has blocked the bot`);
    const chat = this.#enter(options.chat);
    const threadId = options.threadId ?? options.replyTo?.message_thread_id;
    if (threadId !== undefined && !chat.topics.some((topic) => topic.threadId === threadId)) {
      throw new RangeError(`Cannot send: chat ${chat.id} has no topic ${threadId}`);
    }
    const message = composeMessage(
      chat,
      {
        from: options.asChat ? anonymousAdmin : this.#user,
        senderChat: options.asChat ? chat.face : undefined,
        date: this.#world.clock.seconds(),
        threadId,
        replyTo: options.replyTo && chat.box.get(options.replyTo.message_id),
      },
      content,
    );
    this.started = true;
    chat.post(message);
    this.#world.tellMessage('message', chat, message);
    return message;
  }

  #tapData(chat: ChatState, message: Message, data: string): Tap {
    const place = { chatId: chat.id, messageId: message.message_id, personId: this.id, data };
    const tap = this.#world.taps.open(place);
    const query: NonNullable<Update['callback_query']> = {
      id: tap.id,
      from: this.#user,
      message,
      chat_instance: String(chat.id * 7_919),
      data,
    };
    this.#world.tell({ callback_query: query }, chat.id);
    return tap;
  }

  #setBlocked(blocked: boolean): void {
    if (this.#blocked === blocked) return;
    this.#blocked = blocked;
    this.#world.events.add({ kind: 'person', person: this.view() });
    const [before, after] = blocked ? (['member', 'kicked'] as const) : (['kicked', 'member'] as const);
    this.#world.tellStanding(this.chat, this.#user, before, after);
  }

  /** The chat, by default the private one; throws when the person is not in it. */
  #enter(chat: Chat | undefined): ChatState {
    const state = chat === undefined ? this.chat : this.#world.chats.get(chat.id);
    if (!state?.hasMember(this.#user)) {
      throw new Error(`Cannot act in chat ${chat?.id}: person ${this.id} is not in it`);
    }
    if (state.migratedTo !== undefined) {
      throw new Error(`Cannot act in chat ${state.id}: it has moved to ${state.migratedTo}`);
    }
    return state;
  }

  #chatOf(message: Message): ChatState {
    const state = this.#world.chats.get(message.chat.id);
    if (!state) throw new Error(`Cannot find chat ${message.chat.id}: there is none`);
    return state;
  }
}
