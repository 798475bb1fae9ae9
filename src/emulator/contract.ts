// What the local Bot API offers in-process to the playground, the tests and the benchmarks.

import type { BotCommand, Message, MessageEntity, User, UserFromGetMe } from 'grammy/types';
import type { Call, EmulatorEvent, Snapshot, TapAnswer, Topic } from './events.ts';

export type { Call, EmulatorEvent, Snapshot } from './events.ts';

/** How strictly calls are limited: not at all, about as Telegram does, or so that every mistake shows. */
export type RateProfile = 'off' | 'typical' | 'harsh';

/** What `startEmulator` may be told. */
export interface EmulatorOptions {
  /** Port on 127.0.0.1; 0, the default, picks a free one. */
  port?: number;
  /** The only token that is accepted; default `1000001:EMULATOR-TOKEN`. */
  token?: string;
  bot?: { first_name?: string; username?: string };
  profile?: RateProfile;
  /** How many calls are remembered; default 5,000. */
  recorded?: number;
  /** How many messages each chat remembers; default 500. */
  messagesKept?: number;
  /** How long a tapped button can be answered; default 30,000. */
  callbackLifetimeMs?: number;
  /** How long a webhook may take to answer; default 60,000. */
  webhookTimeoutMs?: number;
}

/** A running local Bot API. Disposing it is the same as `close()`. */
export interface Emulator extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly apiRoot: string;
  readonly token: string;
  readonly bot: UserFromGetMe;
  readonly clock: Clock;
  readonly faults: Faults;
  profile: RateProfile;
  /** The person with this id, made if there is none; without an id a new one, from 5001 up. Throws for a wrong id. */
  person(spec?: PersonSpec): Person;
  /** Makes a supergroup; its first member owns it. The bot learns that it was added. */
  group(spec: GroupSpec): Chat;
  people(): Person[];
  chats(): Chat[];
  /** The remembered calls, oldest first; of one method, if named. */
  calls(method?: string): Call[];
  /**
   * The next finished call of `method` that no `nextCall` has returned yet, earlier ones included.
   * Rejects when there is none in `timeoutMs` (default 10,000).
   */
  nextCall(method: string, options?: WaitOptions<Call>): Promise<Call>;
  /** Waits until a getUpdates of the bot waits, which means that it has taken all updates. */
  polling(options?: Omit<WaitOptions<unknown>, 'where'>): Promise<void>;
  /** Ends a waiting getUpdates with 409, as one of another instance does. */
  interruptPoll(): void;
  /** How many updates are queued and not yet confirmed by the bot. */
  pending(): number;
  /** Waits until the bot has confirmed every update, by getUpdates or by answering to its webhook. */
  confirmed(options?: Omit<WaitOptions<unknown>, 'where'>): Promise<void>;
  /** Queues `update` as it is, whatever the bot allows; keeps its `update_id` if it has one. Returns the id. */
  deliver(update: object): number;
  /** Calls `listener` with every event from now on; the result stops that. */
  listen(listener: (event: EmulatorEvent) => void): () => void;
  /** The events after `since` (an event's `seq`); undefined when some of them are forgotten: take a `snapshot()`. */
  events(since: number): EmulatorEvent[] | undefined;
  snapshot(options?: SnapshotOptions): Snapshot;
  /** Ends long polls, requests to the webhook and sockets, and removes the files. */
  close(): Promise<void>;
}

/** How much a snapshot shows. */
export interface SnapshotOptions {
  /** How many of the newest messages of a chat; 200 where it says nothing. */
  shown?: (chatId: number) => number | undefined;
}

/** The emulator's clock: the real one with an offset. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves the clock forward. */
  advance(ms: number): void;
}

/** Scripted misbehaviour. */
export interface Faults {
  /** Adds a fault; disposing the result removes it. */
  add(fault: Fault): ScriptedFault;
  /** The next `times` updates come twice: right behind each other, and a second later once more. */
  repeatUpdates(times: number): ScriptedFault;
  /** Calls `listener` whenever a fault was met or removed; the result stops that. */
  listen(listener: () => void): () => void;
}

/** A fault that was added. */
export interface ScriptedFault extends Disposable {
  /** How often it is still to come. */
  readonly left: number;
}

/** Which calls go wrong, how often, and how. */
export interface Fault {
  /** Name or pattern of the method; default any. */
  method?: string | RegExp;
  /** Only calls for this chat. */
  chat?: number;
  /** How often; default once. */
  times?: number;
  /** The call is carried out before it goes wrong: it may or may not have arrived. */
  after?: boolean;
  outcome: FaultOutcome;
}

/**
 * What the bot sees: an error in JSON, a page as a proxy sends it, no answer until it leaves (`hang`), a broken
 * connection (`drop`), or the right answer late.
 */
export type FaultOutcome =
  | { status: number; description?: string; retryAfter?: number }
  | { html: string; status: number }
  | { delayMs: number }
  | 'hang'
  | 'drop';

/** For what, and how long, to wait. */
export interface WaitOptions<T> {
  where?: (item: T) => boolean;
  /** Default 10,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Who to make. */
export interface PersonSpec {
  id?: number;
  first_name?: string;
  username?: string;
  language_code?: string;
  /** False: the person never started the bot, which therefore can't write to them. Default true. */
  started?: boolean;
}

/** Which group to make. */
export interface GroupSpec {
  title: string;
  members: Person[];
  /** Members who are administrators besides the owner. */
  admins?: Person[];
  forum?: boolean;
  /** Names of the topics; makes it a forum. */
  topics?: string[];
  botIsAdmin?: boolean;
}

/** A file as a person sends it. */
export interface FileSpec {
  name: string;
  bytes: Uint8Array;
  /** MIME type; default by the name. */
  type?: string;
}

/** Where and how a person sends something. The chat is by default the private one with the bot. */
export interface SendOptions {
  chat?: Chat;
  threadId?: number;
  replyTo?: Message;
  /** Added to the detected ones, as a client does with a `text_link`. */
  entities?: MessageEntity[];
  /** As an anonymous administrator of the group. */
  asChat?: boolean;
}

/** How a person sends a file. */
export interface FileOptions extends SendOptions {
  caption?: string;
}

/** A person with a Telegram account. */
export interface Person {
  readonly id: number;
  readonly user: User;
  /** The private chat with the bot. */
  readonly chat: Chat;
  readonly blocked: boolean;
  send(text: string, options?: SendOptions): Message;
  sendDocument(file: FileSpec, options?: FileOptions): Promise<Message>;
  sendPhoto(file: FileSpec, options?: FileOptions): Promise<Message>;
  edit(message: Message, text: string): Message;
  delete(message: Message): void;
  /**
   * Taps a callback button, given by its text or callback data, of `message` or of the newest message that has it.
   * Throws when there is none.
   */
  tap(button: string, options?: { message?: Message; chat?: Chat }): Tap;
  /** Presses Stop on a draft that offers it. Throws when there is none. */
  stopDraft(draftId: number): void;
  block(): void;
  unblock(): void;
  setLanguage(code: string): void;
  /** The commands that a client would show this person in `chat`. */
  menu(chat?: Chat): readonly BotCommand[];
}

/** A tapped button. */
export interface Tap {
  readonly id: string;
  /** What the bot answered; rejects when it did not within the lifetime of a callback query, or the emulator closed. */
  readonly answered: Promise<TapAnswer>;
}

/** One line of a chat's history. `at` is in milliseconds. */
export interface HistoryEntry {
  readonly message_id: number;
  readonly text?: string;
  readonly at: number;
  readonly kind: 'sent' | 'edited' | 'deleted';
  /** On a message of the bot: the id of the message that it replies to. */
  readonly answers?: number;
}

/** A message of the bot that replies to another: everything it ever said, oldest first, and its end if it has one. */
export interface ReplyHistory {
  readonly message_id: number;
  readonly entries: readonly HistoryEntry[];
}

/** A private chat with the bot, or a group that it was added to. */
export interface Chat {
  readonly id: number;
  readonly type: 'private' | 'supergroup';
  readonly title?: string;
  readonly topics: readonly Topic[];
  /** The remembered messages as they are now, newest last. */
  readonly messages: readonly Message[];
  /** What happened to the chat's messages, oldest first, the bot's and the people's. */
  readonly history: readonly HistoryEntry[];
  /** The bot's replies to `message` as far as the history is remembered, oldest first, those since deleted too. */
  repliesTo(message: Message): ReplyHistory[];
  /** The bot's next message that neither this nor `waitFor` has returned yet, earlier ones included. */
  nextMessage(options?: WaitOptions<Message>): Promise<Message>;
  /** The first message of the bot, present or to come (sent or edited), that satisfies `where`. */
  waitFor(
    where: (message: Message) => boolean,
    options?: Omit<WaitOptions<Message>, 'where'>,
  ): Promise<Message>;
  /** The content of the message's document or photo. Rejects when it has none or the file is gone. */
  file(message: Message): Promise<Buffer>;
  /** Where on disk that content is, and its size in bytes. Throws when it has none or the file is gone. */
  stored(message: Message): { readonly path: string; readonly size: number };
  /** The person joins the group; harmless when they are in it. */
  join(person: Person): void;
  /** Moves the group to a new id, which it returns; the old one answers with `migrate_to_chat_id`. */
  migrate(): number;
  kickBot(): void;
}
