// Answers that a site holds back until the test lets them go: shows who came, in which order, and how many at once.

import { EventEmitter, once } from 'node:events';
import type { Respond } from './world.ts';

export class Gate {
  /** Paths with their queries, in the order they were asked for. */
  readonly came: string[] = [];
  /** The most visitors that were held at once. */
  peak = 0;
  readonly #answer: Respond;
  readonly #held = new Map<object, { url: string; admit: () => void }>();
  readonly #changes = new EventEmitter();
  #isOpen = false;

  /** `answer` is what a visitor gets who is let go. */
  constructor(answer: Respond) {
    this.#answer = answer;
  }

  /** The way in, for `Site.on`. */
  get respond(): Respond {
    return (request, response) => {
      const url = request.url ?? '';
      this.came.push(url);
      if (this.#isOpen) this.#answer(request, response);
      else {
        this.#held.set(response, { url, admit: () => this.#answer(request, response) });
        response.once('close', () => this.#remove(response));
      }
      this.peak = Math.max(this.peak, this.#held.size);
      this.#changes.emit('change');
    };
  }

  /** Visitors that are held. */
  get held(): number {
    return this.#held.size;
  }

  /** Settles when so many have come in all. */
  async arrived(count: number): Promise<void> {
    while (this.came.length < count) await once(this.#changes, 'change');
  }

  /** Settles when exactly so many are held. */
  async holds(count: number): Promise<void> {
    while (this.#held.size !== count) await once(this.#changes, 'change');
  }

  /** Lets the one go who was held first, or the first of `url`. */
  admit(url?: string): void {
    for (const [key, one] of this.#held) {
      if (url !== undefined && one.url !== url) continue;
      this.#remove(key);
      return one.admit();
    }
    throw new Error(`Cannot admit ${url ?? 'anybody'}: not there`);
  }

  /** Lets everybody go, and whoever comes from now on. */
  open(): void {
    this.#isOpen = true;
    while (this.#held.size > 0) this.admit();
  }

  #remove(key: object): void {
    if (this.#held.delete(key)) this.#changes.emit('change');
  }
}
