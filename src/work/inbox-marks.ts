// What is to be written about updates: marks of one moment go together, one batch at a time, until they are written.

import { sleep } from '../async/sleep.ts';
import type { Note } from './inbox.ts';

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/** How an update leaves the hands of this process. */
export type End =
  | { as: 'done' }
  | { as: 'buried'; reason: string }
  | { as: 'released'; afterMs: number; hasFailed: boolean };

/** What is known of an update, and how it ends if it does. */
export interface Mark {
  readonly note?: Note;
  readonly end?: End;
}

export interface MarksOptions {
  /** Writes all of them or nothing, and rejects then. */
  write: (marks: ReadonlyMap<number, Mark>) => Promise<void>;
  /** Told of each batch that could not be written; it is tried again. */
  onTrouble: (error: unknown) => void;
}

/** Marks on their way to where they are kept. */
export class Marks implements AsyncDisposable {
  readonly #options: MarksOptions;
  readonly #closing = new AbortController();
  #waiting = new Map<number, Mark>();
  #told: (() => void)[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: MarksOptions) {
    this.#options = options;
  }

  /** Resolves when the mark is written, or when it never will be, since this was closed. */
  add(updateId: number, mark: Mark): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.resolve();
    this.#waiting.set(updateId, merge(this.#waiting.get(updateId), mark));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#told.push(resolve);
    this.#writing ??= this.#run();
    return promise;
  }

  /** Writes what waits, with one last try. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#writing;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let pauseMs = firstPauseMs;
    while (this.#waiting.size > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const isLastTry = signal.aborted;
      if (await this.#write()) {
        pauseMs = firstPauseMs;
      } else if (isLastTry) {
        break;
      } else {
        // Closing ends the pause, and the next try is the last.
        await sleep(pauseMs, { signal }).catch(() => {});
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
    for (const tell of this.#told) tell();
    this.#told = [];
    this.#writing = undefined;
  }

  /** Whether it succeeded; marks that it did not write go with those that have come meanwhile. */
  async #write(): Promise<boolean> {
    const marks = this.#waiting;
    const told = this.#told;
    this.#waiting = new Map();
    this.#told = [];
    try {
      await this.#options.write(marks);
    } catch (error) {
      this.#options.onTrouble(error);
      for (const [id, mark] of this.#waiting) marks.set(id, merge(marks.get(id), mark));
      this.#waiting = marks;
      this.#told = [...told, ...this.#told];
      return false;
    }
    for (const tell of told) tell();
    return true;
  }
}

function merge(earlier: Mark | undefined, { note, end }: Mark): Mark {
  return { note: { ...earlier?.note, ...note }, end: end ?? earlier?.end };
}
