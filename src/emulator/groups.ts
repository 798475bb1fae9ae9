// Groups: how they come to be, who is what in them, how they move and how the bot has to leave.

import type { Chat as TelegramChat, ChatMember, Message, User } from 'grammy/types';
import { ChatState } from './chat.ts';
import { composeMessage } from './compose-message.ts';
import type { GroupSpec, Person } from './contract.ts';
import { administrator, botMember } from './standing.ts';
import type { World } from './world.ts';

/** The supergroups of a world. */
export class Groups {
  readonly #world: World;
  #lastId = -1_001_000_000_000;

  constructor(world: World) {
    this.#world = world;
  }

  /** Makes a group whose owner has just added the bot. */
  create(spec: GroupSpec): ChatState {
    const [owner] = spec.members;
    if (!owner) throw new RangeError(`Cannot make group "${spec.title}": it has no members`);
    const chat = this.#open(spec.title, spec.forum === true || spec.topics !== undefined);
    chat.ownerId = owner.id;
    for (const member of spec.members) chat.memberIds.add(member.id);
    for (const admin of spec.admins ?? []) chat.adminIds.add(admin.id);
    chat.botStatus = spec.botIsAdmin ? 'administrator' : 'member';
    this.#world.events.add({ kind: 'chat', chatId: chat.id, chat: chat.view() });
    this.#world.tellStanding(chat, owner.user, 'left', chat.botStatus);
    this.#postService(chat, owner.user, { new_chat_members: [this.#world.botUser] });
    for (const name of spec.topics ?? []) this.#addTopic(chat, owner.user, name);
    return chat;
  }

  /** Somebody joins the group; harmless when they are in it. */
  join(chat: ChatState, { id, user }: Person): void {
    if (chat.type === 'private') throw new TypeError(`Cannot join chat ${chat.id}: it is private`);
    if (chat.memberIds.has(id)) return;
    chat.memberIds.add(id);
    this.#world.events.add({ kind: 'chat', chatId: chat.id, chat: chat.view() });
    this.#postService(chat, user, { new_chat_members: [user] });
  }

  /** Moves the group to a new id, which it returns. */
  migrate(old: ChatState): number {
    if (old.type === 'private') throw new TypeError(`Cannot migrate chat ${old.id}: it is private`);
    const chat = this.#open(old.title ?? '', old.isForum);
    chat.ownerId = old.ownerId;
    for (const id of old.memberIds) chat.memberIds.add(id);
    for (const id of old.adminIds) chat.adminIds.add(id);
    chat.topics.push(...old.topics);
    chat.botStatus = old.botStatus;
    const from = this.#ownerOf(old);
    this.#postService(old, from, { migrate_to_chat_id: chat.id });
    old.migratedTo = chat.id;
    this.#world.events.add({ kind: 'chat', chatId: old.id, chat: old.view() });
    this.#world.events.add({ kind: 'chat', chatId: chat.id, chat: chat.view() });
    this.#postService(chat, from, { migrate_from_chat_id: old.id });
    return chat.id;
  }

  /** The owner throws the bot out. */
  kickBot(chat: ChatState): void {
    if (chat.type === 'private')
      throw new TypeError(`Cannot kick the bot from chat ${chat.id}: it is private`);
    const before = chat.botStatus;
    chat.botStatus = 'kicked';
    this.#world.events.add({ kind: 'chat', chatId: chat.id, chat: chat.view() });
    this.#world.tellStanding(chat, this.#ownerOf(chat), before, 'kicked');
  }

  /** The standing of a person or the bot in a group. */
  member(chat: ChatState, user: User): ChatMember {
    if (user.id === this.#world.bot.id) return botMember(user, chat.botStatus);
    if (user.id === chat.ownerId) return { status: 'creator', user, is_anonymous: false };
    if (chat.adminIds.has(user.id)) return administrator(user);
    return chat.memberIds.has(user.id) ? { status: 'member', user } : { status: 'left', user };
  }

  /** Owner, administrators, and the bot if it is one. */
  administrators(chat: ChatState): ChatMember[] {
    const ids = new Set([chat.ownerId, ...chat.adminIds]);
    const users = [...ids].flatMap((id) => this.#world.people.get(id ?? 0)?.user ?? []);
    const all = chat.botStatus === 'administrator' ? [...users, this.#world.botUser] : users;
    return all.map((user) => this.member(chat, user));
  }

  #open(title: string, forum: boolean): ChatState {
    const id = --this.#lastId;
    const face: TelegramChat.SupergroupChat = {
      id,
      title,
      type: 'supergroup',
      ...(forum && { is_forum: true }),
    };
    const chat = new ChatState(this.#world, { id, face: () => face, forum });
    this.#world.chats.set(id, chat);
    return chat;
  }

  #addTopic(chat: ChatState, from: User, name: string): void {
    const message = this.#postService(chat, from, { forum_topic_created: { name, icon_color: 7_322_096 } });
    chat.topics.push({ threadId: message.message_id, name });
    this.#world.events.add({ kind: 'chat', chatId: chat.id, chat: chat.view() });
  }

  #postService(chat: ChatState, from: User, content: Partial<Message>): Message {
    const message = composeMessage(chat, { from, date: this.#world.clock.seconds() }, content);
    chat.post(message);
    this.#world.tellMessage('message', chat, message);
    return message;
  }

  #ownerOf(chat: ChatState): User {
    const owner = this.#world.people.get(chat.ownerId ?? 0);
    if (!owner) throw new Error(`Cannot act in chat ${chat.id}: it has no owner`);
    return owner.user;
  }
}
