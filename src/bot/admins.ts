// Who looks after the bot: the owners named in the settings, and whoever was appointed while it runs.

/** The one list of admins; ids are Telegram user ids. */
export class Admins {
  readonly #ids: Set<number>;

  constructor(ids: Iterable<number>) {
    this.#ids = new Set(ids);
  }

  /** The admins of now. */
  get ids(): number[] {
    return [...this.#ids];
  }

  has(id: number): boolean {
    return this.#ids.has(id);
  }

  set(id: number, isAdmin: boolean): void {
    if (isAdmin) this.#ids.add(id);
    else this.#ids.delete(id);
  }
}
