// Work that is ready and waits for its turn, counted: whoever brings more of it can wait until it is little.

import { Bell } from './bell.ts';

export class Backlog {
  readonly #little: number;
  #size = 0;
  readonly #isLittle = new Bell();

  /** So many pieces of work, or fewer, are `little`. */
  constructor(little: number) {
    this.#little = little;
  }

  get size(): number {
    return this.#size;
  }

  add(): void {
    this.#size++;
  }

  remove(): void {
    this.#size--;
    if (this.#size === this.#little) this.#isLittle.ring();
  }

  /** Resolves when there is little, at once when there is now; rejects with `signal.reason`. */
  async untilLittle({ signal }: { signal: AbortSignal }): Promise<void> {
    signal.throwIfAborted();
    if (this.#size > this.#little) await this.#isLittle.rung({ signal });
  }
}
