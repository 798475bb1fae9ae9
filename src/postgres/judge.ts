// Says which of the others are dead, by their beats and one's own clock alone.

interface Seen {
  beat: number;
  /** When this beat was seen first, in milliseconds of one's own uptime. */
  since: number;
}

/**
 * Whoever's beat stays the same for `deadAfterMs`, while one looks at least each `gapMs`, is dead. Two looks that are
 * further apart say nothing about the time between: the database was away, or this process stood still. Then all
 * that was seen is forgotten, so an outage kills nobody.
 */
export class Judge {
  readonly #deadAfterMs: number;
  readonly #gapMs: number;
  #seen = new Map<string, Seen>();
  #lookedAt = -Infinity;

  constructor({ deadAfterMs, gapMs }: { deadAfterMs: number; gapMs: number }) {
    this.#deadAfterMs = deadAfterMs;
    this.#gapMs = gapMs;
  }

  /** Looks at everybody's beat at a moment of one's own uptime; returns who is dead. */
  look(beats: Iterable<{ id: string; beat: number }>, at: number): { id: string; beat: number }[] {
    const before = at - this.#lookedAt > this.#gapMs ? new Map<string, Seen>() : this.#seen;
    this.#seen = new Map();
    this.#lookedAt = at;
    const dead = [];
    for (const { id, beat } of beats) {
      const known = before.get(id);
      const seen = known?.beat === beat ? known : { beat, since: at };
      this.#seen.set(id, seen);
      if (at - seen.since >= this.#deadAfterMs) dead.push({ id, beat });
    }
    return dead;
  }
}
