// The playground's clock, reckoned on between two tellings of the server; it may run many times faster than ours.

/** Milliseconds of the playground's clock, and how many of them pass in one of ours. */
export class BackstageClock {
  pace = 1;
  #at = 0;
  #heardAt = 0;
  /** @type {number | undefined} */
  #stoppedAt;

  /**
   * Takes over what the server told.
   * @param {{ at: number, pace: number }} told
   */
  set({ at, pace }) {
    this.#at = at;
    this.#heardAt = performance.now();
    this.#stoppedAt = undefined;
    this.pace = pace;
  }

  /**
   * Something happened at `at`: it can't be earlier than that now.
   * @param {number} at
   */
  hear(at) {
    if (at > this.now()) this.set({ at, pace: this.pace });
  }

  /** Nothing is heard of it: it stands still. */
  stop() {
    this.#stoppedAt ??= performance.now();
  }

  /** It is heard of again: it has gone on in the meantime. */
  resume() {
    this.#stoppedAt = undefined;
  }

  now() {
    return this.#at + ((this.#stoppedAt ?? performance.now()) - this.#heardAt) * this.pace;
  }
}
