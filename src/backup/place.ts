// The contract of a place where everything is kept: all of it can be read, and what is missing can be added.

import type { Item, Tally } from './items.ts';

/** An item and its line in the export, by which the operator finds it. */
export interface Numbered {
  readonly line: number;
  readonly item: Item;
}

export interface ReadOptions {
  signal: AbortSignal;
}

export interface AddOptions {
  /** Adds to what is there, which stays as it is; without it a place that holds something is refused. */
  merges: boolean;
  signal: AbortSignal;
}

/** Opened for each call, which rejects with an error in words for the operator or with the signal's reason. */
export interface Place {
  /** What the operator calls it. */
  readonly name: string;
  /**
   * Gives everything, as it is at one moment, a few items at a time; updates first. Left out is what is over: entries
   * that have expired, ended updates that nobody asks for any more.
   */
  read(put: (items: readonly Item[]) => Promise<void>, options: ReadOptions): Promise<void>;
  /** Adds what is not there; resolves with how many that were. Adds nothing when it or `batches` rejects. */
  add(batches: AsyncIterable<readonly Numbered[]>, options: AddOptions): Promise<Tally>;
}

/** What is said to who wants to add to a place that holds something. */
export function refuseFull(name: string): string {
  return `Cannot import into ${name}: it already holds something; with --merge what is missing is added, and what is there stays`;
}
