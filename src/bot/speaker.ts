// Speaks to whoever asked in the language that they chose, else in that of their Telegram.

import type { Vars } from '../errors.ts';
import type { Request, Translate } from '../handler.ts';
import type { Texts } from '../i18n.ts';
import type { Stores } from '../store/stores.ts';

export class Speaker {
  readonly #texts: Texts;
  readonly #people: Stores['people'];

  constructor(texts: Texts, people: Stores['people']) {
    this.#texts = texts;
    this.#people = people;
  }

  /** The language for a request. */
  async languageFor({ person }: Request): Promise<string> {
    // What cannot be read keeps nobody from an answer.
    const kept = await this.#people.get(`${person.id}`).catch(() => undefined);
    return this.#texts.choose(kept?.language, person.languageCode);
  }

  /** Writes texts for whoever asked. */
  async translateFor(request: Request): Promise<Translate> {
    const language = await this.languageFor(request);
    return (key, vars) => this.#texts.write(language, key, vars);
  }

  /** A text of `locales/` for whoever asked. */
  async say(request: Request, key: string, vars?: Vars): Promise<string> {
    return this.#texts.write(await this.languageFor(request), key, vars);
  }
}
