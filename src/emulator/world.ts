// Everything that one bot's local Telegram consists of.

import { randomInt } from 'node:crypto';
import type { Message, Update, User, UserFromGetMe } from 'grammy/types';
import { later } from '../async/clock.ts';
import { defaultKinds } from './allowed-updates.ts';
import { botSees } from './audience.ts';
import type { ChatState } from './chat.ts';
import { MovableClock } from './clock.ts';
import { CommandBook } from './command-book.ts';
import type { EmulatorOptions, PersonSpec, SnapshotOptions } from './contract.ts';
import type { Snapshot } from './events.ts';
import { EventLog } from './event-log.ts';
import { FaultList } from './faults.ts';
import { FileStore } from './file-store.ts';
import { Groups } from './groups.ts';
import { LongPoll } from './long-poll.ts';
import { PersonState } from './person.ts';
import { botMember } from './standing.ts';
import type { BotStatus } from './standing.ts';
import { Taps } from './taps.ts';
import { personOf } from './update-person.ts';
import { UpdateQueue } from './update-queue.ts';
import { Webhook } from './webhook.ts';

const firstPersonId = 5_001;
const shownMessages = 200;
/** Milliseconds after which an update that comes twice comes once more. */
const repeatedAfterMs = 1_000;

/** The bot, the people, the chats, the files, and what the bot has not heard of yet. */
export class World {
  readonly clock = new MovableClock();
  readonly events = new EventLog(this.clock);
  readonly queue = new UpdateQueue(this.clock, randomInt(100_000_000, 900_000_000));
  readonly longPoll = new LongPoll(this.queue, this.clock);
  readonly files = new FileStore();
  readonly faults = new FaultList();
  readonly commands = new CommandBook();
  readonly groups = new Groups(this);
  readonly people = new Map<number, PersonState>();
  readonly chats = new Map<number, ChatState>();
  readonly taps: Taps;
  readonly webhook: Webhook;
  readonly bot: UserFromGetMe;
  /** The bot as it appears in messages. */
  readonly botUser: User;
  readonly messagesKept: number;
  /** The kinds of updates that are queued when they happen. */
  allowed: ReadonlySet<string> = defaultKinds;
  #lastPrivateMessageId = 0;
  #lastPersonId = firstPersonId - 1;

  constructor(token: string, options: EmulatorOptions) {
    const { first_name = 'Errand', username = 'errand_bot' } = options.bot ?? {};
    this.botUser = { id: Number.parseInt(token, 10), is_bot: true, first_name, username };
    this.bot = {
      ...this.botUser,
      is_bot: true,
      username,
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_guest_queries: false,
      supports_inline_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
      has_topics_enabled: false,
      allows_users_to_create_topics: false,
      can_manage_bots: false,
      supports_join_request_queries: false,
    };
    this.messagesKept = options.messagesKept ?? 500;
    this.taps = new Taps(this.clock, this.events, options.callbackLifetimeMs ?? 30_000);
    this.webhook = new Webhook(this, options.webhookTimeoutMs ?? 60_000);
  }

  /** The person with this id, made if there is none. */
  person(spec: PersonSpec = {}): PersonState {
    const known = spec.id === undefined ? undefined : this.people.get(spec.id);
    if (known) return known;
    const id = spec.id ?? this.#nextPersonId();
    if (!Number.isSafeInteger(id) || id <= 0 || id === this.bot.id) {
      throw new RangeError(`Cannot make person ${id}: this is no id for a person`);
    }
    const person = new PersonState(this, id, spec);
    this.people.set(id, person);
    this.chats.set(id, person.chat);
    this.events.add({ kind: 'person', person: person.view() });
    this.events.add({ kind: 'chat', chatId: id, chat: person.chat.view() });
    return person;
  }

  nextPrivateMessageId(): number {
    return ++this.#lastPrivateMessageId;
  }

  /** Queues an update if the bot asked for such. */
  tell(body: Omit<Update, 'update_id'>, chatId: number): void {
    if (!Object.keys(body).every((kind) => this.allowed.has(kind))) return;
    const update = this.queue.push(body);
    if (!update) return;
    this.#showUpdate(update, chatId);
    if (this.faults.takeRepeat()) this.#repeat(update, chatId);
  }

  /** Queues an update as it is, whatever the bot asked for; returns its id. */
  deliver(raw: object): number {
    const update = this.queue.pushRaw(raw);
    this.#showUpdate(update);
    return update.update_id;
  }

  /** Queues a message or an edit if the bot is shown it. */
  tellMessage(kind: 'message' | 'edited_message', chat: ChatState, message: Message): void {
    if (botSees(chat, message, this.botUser)) this.tell({ [kind]: message }, chat.id);
  }

  /** Tells the bot that its standing in a chat has changed, by whom. */
  tellStanding(chat: ChatState, from: User, before: BotStatus, after: BotStatus): void {
    const change: NonNullable<Update['my_chat_member']> = {
      chat: chat.face,
      from,
      date: this.clock.seconds(),
      old_chat_member: botMember(this.botUser, before),
      new_chat_member: botMember(this.botUser, after),
    };
    this.tell({ my_chat_member: change }, chat.id);
  }

  /** The state of everything, for a page that was just opened. */
  snapshot({ shown }: SnapshotOptions = {}): Snapshot {
    return {
      seq: this.events.seq,
      at: this.clock.now(),
      bot: this.botUser,
      people: [...this.people.values()].map((person) => person.view()),
      chats: [...this.chats.values()].map((chat) => ({
        ...chat.view(),
        messages: chat.box.newest(shown?.(chat.id) ?? shownMessages),
      })),
      commands: this.commands.all(),
    };
  }

  /** Ends all waiting and removes the files. */
  async close(): Promise<void> {
    const reason = new Error('Cannot wait any longer: the emulator closed');
    this.longPoll.close(reason);
    this.queue.close(reason);
    this.taps.close(reason);
    for (const chat of this.chats.values()) chat.box.close(reason);
    await this.webhook.close();
    await this.files.close();
  }

  #showUpdate(update: Update, chatId?: number): void {
    const personId = personOf(update);
    this.events.add({
      kind: 'update',
      ...(chatId !== undefined && { chatId }),
      ...(personId !== undefined && { personId }),
      update,
    });
  }

  /** Hands an update out again: in the same batch, and when the bot has confirmed it long since. */
  #repeat(update: Update, chatId: number): void {
    const again = () => {
      this.queue.pushRaw(update);
      this.#showUpdate(update, chatId);
    };
    again();
    later(repeatedAfterMs, again).unref();
  }

  #nextPersonId(): number {
    do this.#lastPersonId += 1;
    while (this.people.has(this.#lastPersonId));
    return this.#lastPersonId;
  }
}
