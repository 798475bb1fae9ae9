// Work that is ready and waits for its turn, counted: whoever brings more of it can wait until it is little.

export class Backlog {
  readonly #little: number;
  #size = 0;
  readonly #waiting = new Set<() => void>();

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
    if (this.#size === this.#little) for (const goOn of this.#waiting) goOn();
  }

  /** Resolves when there is little, at once when there is now; rejects with `signal.reason`. */
  untilLittle({ signal }: { signal: AbortSignal }): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#size <= this.#little) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#waiting.delete(settle);
        signal.removeEventListener('abort', settle);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      this.#waiting.add(settle);
      signal.addEventListener('abort', settle, { once: true });
    });
  }
}
