// The contract between the bot and what it can do: a handler takes a request and returns a reply, both plain data.
//
// Nothing of Telegram or of the process is in it, so the same handler runs live, again after a crash, and in a test.

import type { MessageEntity } from 'grammy/types';
import type { Vars } from './errors.ts';

/**
 * How a handler's work is carried out.
 * - `control` answers at once from what is known and waits for nothing: it overtakes everything.
 * - `turn` changes what is kept; requests of one chat take it one after another, in their order.
 * - `lookup` and `download` leave the machine: their tools wait for slots, and the reply has a deadline.
 */
export type Work = 'control' | 'turn' | Kind;

/** Slow work, as the semaphore knows it. */
export type Kind = 'lookup' | 'download';

/** One ability of the bot. `${name}-about` in `locales/` says in a line what it does. */
export interface Handler {
  /** The command without its slash, and the first part of its texts' keys and of its buttons' data. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly work: Work;
  /** What has to come with the command; without it the person is asked (`${name}-ask`). */
  readonly needs?: 'link';
  /** What the handler takes besides its command: messages with links, or whatever no other handler takes. */
  readonly takes?: 'links' | 'the rest';
  /** Shown as the argument in help, like `URL`. */
  readonly usage?: string;
  /** Who may use it; for everybody else it does not exist. By default everybody may. */
  readonly for?: 'admins';
  /** Whether help and the command menu leave it out. */
  readonly hidden?: boolean;
  run(request: Request, tools: Tools): Promise<Reply>;
}

/** Whether a handler's work leaves the machine, and so may take long. */
export function isSlow({ work }: Handler): boolean {
  return work === 'lookup' || work === 'download';
}

/** What a person asked. */
export interface Request {
  /** Short, unique, shown to people and written in logs. */
  readonly id: string;
  /** When the update was accepted, in milliseconds of the Unix clock. The deadline counts from here. */
  readonly acceptedAt: number;
  readonly handler: string;
  /** What followed the command, or the button's data after the handler's name; trimmed. */
  readonly input: string;
  /** Every link in order, each once: of the message, else of the message replied to. Not checked yet. */
  readonly links: readonly string[];
  readonly person: { readonly id: number; readonly languageCode?: string };
  readonly chat: { readonly id: number; readonly isPrivate: boolean; readonly threadId?: number };
  /** The message to answer. */
  readonly messageId: number;
  /** Set when a button was pressed: the id to answer the press with, and the message that has the button. */
  readonly tap?: { readonly id: string; readonly messageId: number };
}

/** A text with its entities (offsets in UTF-16 units); `FormattedString` of @grammyjs/parse-mode is one. */
export interface Words {
  readonly text: string;
  readonly entities?: MessageEntity[];
}

/** A button: it opens a link, or calls a handler (`handler:input`, at most 64 bytes). */
export type Button = { readonly label: string } & ({ readonly url: string } | { readonly call: string });

/** What the person gets. */
export interface Reply {
  readonly words?: Words;
  readonly buttons?: readonly (readonly Button[])[];
  readonly file?: FetchedFile;
  /** Shown over the chat to the person who pressed a button. */
  readonly toast?: string;
  /** Changes the message that has the pressed button instead of sending a new one. */
  readonly inPlace?: boolean;
  /** Opens the person's reply field for what was asked back. */
  readonly asks?: boolean;
}

/** A file to be sent: on disk, or known to Telegram from an earlier time. Given back after the reply was sent. */
export interface FetchedFile {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly type?: string;
  /** Names what was fetched (address and validator), to be sent by id next time. */
  readonly key?: string;
  readonly source: { readonly path: string } | { readonly fileId: string };
}

/** How far a download is; rates are measured since it started. */
export interface FileProgress {
  readonly haveBytes: number;
  readonly wantBytes?: number;
  readonly bytesPerSecond: number;
}

/** What a link leads to. Texts come from strangers and are plain: no control characters, bounded. */
export interface LinkCard {
  /** Where it led in the end. */
  readonly url: URL;
  /** The host as it may be shown: a look-alike is recognisable. */
  readonly host: string;
  readonly redirects: readonly { readonly host: string; readonly status: number }[];
  readonly status: number;
  readonly type?: string;
  /** In bytes, if the server told. */
  readonly size?: number;
  readonly elapsedMs: number;
  readonly certificateUntil?: Date;
  readonly title?: string;
  readonly description?: string;
  readonly site?: string;
}

/** The outcome of one of several pieces of work. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

/** A request that failed on every try and was given up. */
export interface BuriedView {
  readonly id: string;
  /** When it was asked. */
  readonly at: Date;
  readonly reason: string;
}

/** A request as `jobs` shows it. */
export interface JobView {
  readonly id: string;
  readonly handler: string;
  /** The host it works on, or what was asked. */
  readonly subject: string;
  readonly state: 'waiting' | 'running' | 'sending';
  /** How many go first, while it waits. */
  readonly ahead: number;
  /** Milliseconds until its deadline. */
  readonly leftMs: number;
}

/** What is kept about a person. */
export interface Person {
  readonly language?: string;
}

/** Writes a text of `locales/` in the person's language. Throws when the text does not exist. */
export type Translate = (key: string, vars?: Vars) => string;

/** All that a handler can reach. */
export interface Tools {
  /** Aborts at the deadline or when the person cancels. Every tool that waits obeys it already. */
  readonly signal: AbortSignal;
  readonly t: Translate;
  readonly language: string;
  readonly languages: readonly string[];
  readonly handlers: readonly Handler[];
  /** Writes in another language than the person's own, or in English where there is none. */
  speak(language: string | undefined): Translate;
  readonly limits: { readonly uploadBytes: number; readonly linksAtOnce: number };

  /** Says how far the work is; only the newest state is shown, and only if the work takes long. */
  progress(words: Words | string): void;
  /**
   * Starts `run` for all items at once, each failing alone. `onSettled` is shown, each time one has ended, how all
   * stand: undefined is what still runs.
   */
  gather<T, R>(
    items: readonly T[],
    run: (item: T, index: number) => Promise<R>,
    onSettled?: (sofar: readonly (Outcome<R> | undefined)[]) => void,
  ): Promise<Outcome<R>[]>;
  /** Whether the same request could succeed a little later, so that "Try again" makes sense. */
  mayPass(error: unknown): boolean;
  /** What went wrong, in a person's words. What is unexpected is logged and shown as an id. */
  explain(error: unknown): string;

  /** Looks at a link. Waits for a slot; throws UserError when there is nothing to show. */
  look(link: string): Promise<LinkCard>;
  /** Fetches the file behind a link. Waits for a slot, which is held until the reply was sent. */
  fetchFile(link: string, onProgress: (progress: FileProgress) => void): Promise<FetchedFile>;

  /** Keeps a link for the data of a button; `recall` finds it for 30 days. Undefined when it cannot be kept. */
  remember(link: string): Promise<string | undefined>;
  recall(id: string): Promise<string | undefined>;

  /** The person's requests that wait or run, except this one, oldest first. */
  jobs(): Promise<JobView[]>;
  /** Cancels one of them, or all; resolves with how many were there. */
  cancel(id?: string): Promise<number>;

  /** The newest requests that were given up, of everybody. */
  buried(): Promise<BuriedView[]>;
  /** Lets one of them be tried again as if it were new; false when there is no such one. */
  retry(id: string): Promise<boolean>;

  person(): Promise<Person>;
  changePerson(change: Person): Promise<void>;
}
