// What happened, for those who watch: the newest events and their listeners.

import type { EmulatorEvent, EventBody } from './events.ts';
import type { MovableClock } from './clock.ts';

const kept = 4_096;

/** A bounded list of events, numbered from 1. */
export class EventLog {
  readonly #clock: MovableClock;
  readonly #ring: EmulatorEvent[] = [];
  readonly #listeners = new Set<(event: EmulatorEvent) => void>();
  #seq = 0;

  constructor(clock: MovableClock) {
    this.#clock = clock;
  }

  /** Number of the newest event, 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  add(body: EventBody): void {
    const event = { ...body, seq: ++this.#seq, at: this.#clock.now() };
    this.#ring[this.#seq % kept] = event;
    for (const listener of this.#listeners) listener(event);
  }

  /** The events after number `since`; undefined when some of them are forgotten. */
  after(since: number): EmulatorEvent[] | undefined {
    if (since > this.#seq || since < this.#seq - kept) return undefined;
    const events: EmulatorEvent[] = [];
    for (let seq = since + 1; seq <= this.#seq; seq++) {
      const event = this.#ring[seq % kept];
      if (event) events.push(event);
    }
    return events;
  }

  /** Calls `listener` with every event from now on; the result stops that. */
  listen(listener: (event: EmulatorEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
