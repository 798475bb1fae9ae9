// Whether updates really flow, judged by what the engine tells of itself.

import { now } from '../async/clock.ts';
import type { Events, Trouble } from '../events.ts';
import type { InboxState } from './inbox.ts';

/** How something is, and what that was judged by. */
export interface Readiness {
  readonly ready: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Listens to the engine from now on. */
export class Health {
  readonly #troubles = new Set<Trouble>();

  constructor(events: Events) {
    events.on('trouble', ({ what, isOver }) => {
      if (isOver) this.#troubles.delete(what);
      else this.#troubles.add(what);
    });
  }

  /** How it is now: while it stops, or while the database is away, nothing new can be taken. */
  look(intake: Readiness, { open, oldest }: InboxState, stopping: AbortSignal): Readiness {
    const oldestMs = oldest === undefined ? 0 : now() - oldest;
    const troubles = [...this.#troubles];
    return {
      ready: intake.ready && !this.#troubles.has('database') && !stopping.aborted,
      detail: { ...intake.detail, unfinished: open, oldestMs, troubles, stopping: stopping.aborted },
    };
  }
}
