// The entries of a store that were used lately, at hand: what is asked for with every update is not read every time.

import type { Keyv } from 'keyv';

/** Reads each entry once and writes through. Where another process may write too, `forget` is to be told of it. */
export class Recent<T> {
  readonly #store: Keyv<T>;
  readonly #most: number;
  readonly #onChange: (key: string) => void;
  /** What was read or written, the oldest first. */
  readonly #entries = new Map<string, Promise<T | undefined>>();

  /** Keeps up to `most` entries at hand. `onChange` hears of each entry that was, or may have been, written here. */
  constructor(store: Keyv<T>, most: number, onChange: (key: string) => void = () => {}) {
    this.#store = store;
    this.#most = most;
    this.#onChange = onChange;
  }

  /** Resolves with undefined when there is no such entry; rejects when it cannot be read, and then reads it anew. */
  get(key: string): Promise<T | undefined> {
    return this.#entries.get(key) ?? this.#remember(key, this.#store.get(key));
  }

  /** Rejects when it cannot be written. */
  async set(key: string, value: T): Promise<void> {
    try {
      await this.#store.set(key, value);
    } finally {
      // What was read meanwhile may be older than what is in the store now.
      this.forget(key);
      this.#onChange(key);
    }
  }

  /** Lets the next `get` read the entry anew. */
  forget(key: string): void {
    this.#entries.delete(key);
  }

  /** Lets every entry be read anew: somebody else may have changed any of them. */
  forgetAll(): void {
    this.#entries.clear();
  }

  #remember(key: string, value: Promise<T | undefined>): Promise<T | undefined> {
    this.#entries.set(key, value);
    value.catch(() => this.forget(key));
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most && oldest !== undefined) this.forget(oldest);
    return value;
  }
}
