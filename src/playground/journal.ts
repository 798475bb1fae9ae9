// The one numbered log of what the page is told, long enough to be read on after a cut.

import { now } from '../async/clock.ts';
import type { EmulatorEvent } from '../emulator/contract.ts';
import type { BackstageBody, Journal, Line } from '../web/backstage.ts';

/** How much is kept: events, and characters of their JSON. */
export interface JournalLimits {
  readonly maxEvents: number;
  readonly maxCharacters: number;
}

/** An event before it has its number; `at` is now unless it says so. */
export type Happening = (EmulatorEvent | BackstageBody) & { readonly at?: number };

// A rush hour comes to some 3,000 events of half a kilobyte; a character takes one byte, or two beyond Latin-1.
const usual: JournalLimits = { maxEvents: 20_000, maxCharacters: 32_000_000 };

/** The newest events as they are sent; the oldest go when there are too many or they are too long. */
export class EventJournal implements Journal {
  readonly #limits: JournalLimits;
  readonly #ring: string[] = [];
  readonly #listeners = new Set<() => void>();
  #seq = 0;
  #kept = 0;
  #characters = 0;

  constructor(limits: JournalLimits = usual) {
    this.#limits = limits;
  }

  get seq(): number {
    return this.#seq;
  }

  add(happening: Happening): void {
    const seq = ++this.#seq;
    const json = JSON.stringify({ at: now(), ...happening, seq });
    while (this.#kept > 0 && !this.#hasRoomFor(json)) this.#dropOldest();
    this.#ring[seq % this.#limits.maxEvents] = json;
    this.#kept += 1;
    this.#characters += json.length;
    for (const listener of this.#listeners) listener();
  }

  after(since: number, most: number): Line[] | undefined {
    if (since > this.#seq || since < this.#seq - this.#kept) return undefined;
    const lines: Line[] = [];
    for (let seq = since + 1; seq <= Math.min(this.#seq, since + most); seq++) {
      lines.push({ seq, json: this.#ring[seq % this.#limits.maxEvents] ?? '' });
    }
    return lines;
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #hasRoomFor(json: string): boolean {
    const { maxEvents, maxCharacters } = this.#limits;
    return this.#kept < maxEvents && this.#characters + json.length <= maxCharacters;
  }

  #dropOldest(): void {
    const place = (this.#seq - this.#kept) % this.#limits.maxEvents;
    this.#characters -= this.#ring[place]?.length ?? 0;
    this.#ring[place] = '';
    this.#kept -= 1;
  }
}
