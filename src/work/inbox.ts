// The contract of the inbox: the durable record of updates that were taken from Telegram and are not finished.
//
// An update is *accepted* before Telegram may count it as taken: it is written down, or nothing of its batch is. From
// then on it is *open*. It waits to be *taken* by a process that works on it, which *notes* what has to be known if
// another has to go on with it. It ends *done* (answered, or with nothing to answer) or *buried* (given up; the person
// was told), or it is *released* and waits again: at once after a clean stop, after a pause when a try has failed.
//
// When a process ends without a word, what it had taken waits again too, under *suspicion*: nobody knows which of many
// updates has ended it. After two such ends an update is a suspect: it is worked on beside few others, and that it
// *begins* is written first. When the process ends again, those that had begun are suspected more and worked on beside
// fewer, in the end alone. Whichever alone had begun when the process ended is the one.
//
// An update is given up for that, or when it has failed three times.
//
// Ended updates are remembered for as long as Telegram may deliver them again, so that none is worked on twice.

import type { Update } from 'grammy/types';

/** Tries that may fail before an update is given up. */
export const maxFailures = 3;
/** What only was in hand when processes ended is suspected so much; this suspicion makes a suspect. */
export const suspectFrom = 2;
/** So much suspicion is no doubt any more. */
export const noDoubt = 5;

/** Telegram keeps an undelivered update for 24 hours; those that are done are remembered a little longer. */
export const rememberMs = 26 * 60 * 60 * 1000;
/** How long buried ones are kept for a look, in milliseconds, and how many are listed. */
export const rememberBuriedMs = 30 * 24 * 60 * 60 * 1000;
export const listAtMost = 20;

/** What is known of an open update besides its content. */
export interface Note {
  /** The message that shows progress and becomes the answer. */
  progressId?: number;
  /** The message that was sent as the answer: only tidying up is left. */
  answerId?: number;
  /** An admin wants it tried again, however old it is. */
  isRetried?: boolean;
}

/** An update in the hands of this process. */
export interface Entry {
  readonly update: Update;
  /** When it was accepted, in milliseconds of the Unix clock. */
  readonly acceptedAt: number;
  /** How many tries on it have failed. */
  readonly failures: number;
  /** How much it is suspected of ending processes, from 0 to `noDoubt`. */
  readonly suspicion: number;
  /** Whether it was in somebody's hands before. */
  readonly isLeftOver: boolean;
  readonly note: Note;
  /** Aborts when the update is no longer this process's: nothing more may be sent for it. Absent: that cannot be. */
  readonly hold?: AbortSignal;
}

/** Whether nobody tries it again. */
export function isGivenUp({ failures, suspicion }: Pick<Entry, 'failures' | 'suspicion'>): boolean {
  return failures >= maxFailures || suspicion >= noDoubt;
}

/** An update that was given up. */
export interface Buried {
  readonly updateId: number;
  readonly acceptedAt: number;
  readonly reason: string;
}

export interface InboxState {
  /** Updates that are open, waiting ones included. */
  open: number;
  /** Since when the oldest of them is, in milliseconds of the Unix clock. */
  oldest: number | undefined;
}

export interface Inbox extends AsyncDisposable {
  /**
   * Writes a batch down; resolves with how many of it are new. Rejects when it cannot be written; then nothing of it is
   * accepted, and it must not be confirmed to Telegram.
   */
  accept(updates: readonly Update[]): Promise<number>;
  /** Resolves when only few accepted updates wait to be taken. Rejects with the signal's reason. */
  untilFew(options: { signal: AbortSignal }): Promise<void>;
  /** Takes the oldest that wait, `limit` at most, waiting until there is one. Rejects with the signal's reason. */
  take(limit: number, options: { signal: AbortSignal }): Promise<Entry[]>;
  /** Writes down that work on a suspect begins; rejects when that cannot be written. */
  begin(updateId: number): Promise<void>;
  /** Adds to what is known of an open update. */
  note(updateId: number, note: Note): Promise<void>;
  /** Whether what is sent now can be noted, and cannot be sent by another process too, as far as can be known. */
  readonly isSure: boolean;
  /** Resolves when it is. Rejects with the signal's reason. */
  untilSure(options: { signal: AbortSignal }): Promise<void>;
  done(updateId: number): Promise<void>;
  /** Lets an update wait again, for `afterMs` milliseconds at least; `hasFailed` counts a failure. */
  release(updateId: number, options?: { afterMs?: number; hasFailed?: boolean }): Promise<void>;
  /** Ends an update that cannot be worked on, keeping it for a look. */
  bury(updateId: number, reason: string): Promise<void>;
  /** The newest that were buried, `listAtMost` of them. */
  buried(): Promise<Buried[]>;
  /** Lets a buried update wait again as if it were new (`Note.isRetried`); false when there is no such one. */
  retry(updateId: number): Promise<boolean>;
  state(): InboxState;
}
