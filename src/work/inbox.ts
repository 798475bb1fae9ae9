// The contract of the inbox: the durable record of updates that were taken from Telegram and are not finished.
//
// An update is *accepted* before Telegram may count it as taken: written down, or nothing of its batch is. From then
// on it is *open*: it is worked on now, or again after a crash, with what was *noted* about it meanwhile. It ends
// *done* (answered, or with nothing to answer) or *buried* (it failed on every attempt; the person was told). Ended
// updates are remembered for as long as Telegram may deliver them again, so that none is worked on twice.

import type { Update } from 'grammy/types';

/** What is known of an open update besides its content. */
export interface Note {
  /** The message that shows progress and becomes the answer. */
  progressId?: number;
  /** The message that was sent as the answer: only tidying up is left. */
  answerId?: number;
}

/** An open update. */
export interface Entry {
  readonly update: Update;
  /** When it was accepted, in milliseconds of the Unix clock. */
  readonly acceptedAt: number;
  /** How often work on it was started before this time. */
  readonly attempts: number;
  readonly note: Note;
}

export interface Inbox extends AsyncDisposable {
  /**
   * Writes a batch down and returns what is new in it. Rejects when it cannot be written; then nothing of it is
   * accepted, and it must not be confirmed to Telegram.
   */
  accept(updates: readonly Update[]): Promise<Entry[]>;
  /** What is unfinished from earlier runs, oldest first; counts an attempt for each. Called once, at the start. */
  open(): Promise<Entry[]>;
  /** Adds to what is known of an open update. */
  note(updateId: number, note: Note): Promise<void>;
  done(updateId: number): Promise<void>;
  /** Ends an update that cannot be worked on, keeping it for a look. */
  bury(updateId: number, reason: string): Promise<void>;
  /** How many updates are open, and since when the oldest is, in milliseconds of the Unix clock. */
  state(): { open: number; oldest: number | undefined };
}
