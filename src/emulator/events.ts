// What happens in the local Bot API, as data: events, and the state that they change.

import type {
  BotCommand,
  BotCommandScope,
  ForceReply,
  InlineKeyboardMarkup,
  Message,
  MessageEntity,
  ReplyKeyboardMarkup,
  ReplyKeyboardRemove,
  Update,
  User,
} from 'grammy/types';

/** What may come with a message: buttons under it, or another keyboard under the input. */
export type ReplyMarkup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply;

/** What the person sees after a tap. */
export interface TapAnswer {
  text?: string;
  show_alert?: boolean;
  url?: string;
}

/** A topic of a forum. */
export interface Topic {
  readonly threadId: number;
  readonly name: string;
}

/** One finished call of the Bot API. */
export interface Call {
  /** Rising from 1. */
  readonly id: number;
  /** When it came, in milliseconds by the emulator's clock. */
  readonly at: number;
  readonly method: string;
  readonly chatId?: number;
  /** The arguments; a file is `{ name, size, type }`. */
  readonly payload: Record<string, unknown>;
  /** HTTP status; 0 when no answer was sent. */
  readonly status: number;
  readonly ok: boolean;
  readonly description?: string;
  readonly ms: number;
  /** The `result` that was sent. */
  readonly answer?: unknown;
}

/** The commands set for one scope and language. */
export interface CommandList {
  readonly scope: BotCommandScope;
  readonly language_code: string;
  readonly commands: readonly BotCommand[];
}

/** A person as a page shows them. */
export interface PersonView {
  readonly user: User;
  readonly chatId: number;
  readonly blocked: boolean;
}

/** A draft as a page shows it; `until` is in milliseconds. */
export interface DraftView {
  readonly draftId: number;
  readonly text: string;
  readonly entities?: MessageEntity[];
  readonly threadId?: number;
  readonly canStop: boolean;
  /** The preview stays when Stop is pressed. */
  readonly keepOnStop: boolean;
  readonly until: number;
}

/** A chat as a page shows it. */
export interface ChatView {
  readonly id: number;
  readonly type: 'private' | 'supergroup';
  readonly title: string;
  readonly isForum: boolean;
  readonly topics: readonly Topic[];
  readonly memberIds: readonly number[];
  readonly botStatus: 'member' | 'administrator' | 'left' | 'kicked';
  /** Set when the group has moved. */
  readonly migratedTo?: number;
  /** The reply keyboard or forced reply that is shown under the input. */
  readonly keyboard?: ReplyMarkup;
  readonly drafts: readonly DraftView[];
}

/** Everything that happened, in the order it happened; with all that a page needs to show it. */
export type EmulatorEvent = {
  /** Rising by one. */
  readonly seq: number;
  /** Milliseconds by the emulator's clock. */
  readonly at: number;
} & EventBody;

/** What an event says, by its kind. */
export type EventBody =
  | {
      readonly kind: 'message' | 'edited';
      readonly chatId: number;
      readonly message: Message;
      readonly keyboard?: ReplyMarkup;
    }
  | { readonly kind: 'deleted'; readonly chatId: number; readonly messageIds: readonly number[] }
  | {
      readonly kind: 'callback';
      readonly chatId: number;
      readonly messageId: number;
      readonly personId: number;
      readonly tapId: string;
      readonly data: string;
      readonly until: number;
    }
  | {
      readonly kind: 'callback-answered';
      readonly chatId: number;
      readonly personId: number;
      readonly tapId: string;
      /** Missing when the query expired unanswered. */
      readonly answer?: TapAnswer;
    }
  | {
      readonly kind: 'action';
      readonly chatId: number;
      readonly threadId?: number;
      readonly action: string;
      readonly until: number;
    }
  | { readonly kind: 'draft'; readonly chatId: number; readonly draft: DraftView }
  | { readonly kind: 'draft-gone'; readonly chatId: number; readonly draftId: number }
  | { readonly kind: 'commands'; readonly commands: readonly CommandList[] }
  | {
      readonly kind: 'update';
      readonly chatId?: number;
      /** Whose doing it is. */
      readonly personId?: number;
      readonly update: Update;
    }
  | { readonly kind: 'call'; readonly chatId?: number; readonly call: Call }
  | { readonly kind: 'person'; readonly person: PersonView }
  | { readonly kind: 'chat'; readonly chatId: number; readonly chat: ChatView };

/** The state of everything after the event `seq`. */
export interface Snapshot {
  readonly seq: number;
  readonly at: number;
  readonly bot: User;
  readonly people: readonly PersonView[];
  /** Each with its newest 200 messages. */
  readonly chats: readonly (ChatView & { readonly messages: readonly Message[] })[];
  readonly commands: readonly CommandList[];
}
