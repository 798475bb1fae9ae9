// Whether updates really flow, judged by what the engine tells of itself.

import { now } from '../async/clock.ts';
import type { Events, Trouble } from '../events.ts';
import type { InboxState } from './inbox.ts';

/** Without a completed poll for so long, in milliseconds, updates do not flow. */
const deafAfterMs = 90_000;
/** While one of these lasts, nothing new can be taken in. */
const blocking: readonly Trouble[] = ['inbox', 'database'];

/** What `/readyz` answers. */
export interface Health {
  readonly ready: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Listens to the engine from now on; what is returned tells how it is at a moment. */
export function watchHealth(events: Events): {
  look(inbox: InboxState, stopping: AbortSignal): Health;
} {
  let heardAt = now();
  const troubles = new Set<Trouble>();
  events.on('polled', ({ at }) => (heardAt = at));
  events.on('trouble', ({ what, isOver }) => {
    if (isOver) troubles.delete(what);
    else troubles.add(what);
  });
  return {
    look({ open, oldest }, stopping) {
      const silentMs = now() - heardAt;
      const oldestMs = oldest === undefined ? 0 : now() - oldest;
      const isBlocked = blocking.some((what) => troubles.has(what));
      return {
        ready: silentMs < deafAfterMs && !isBlocked && !stopping.aborted,
        detail: { silentMs, unfinished: open, oldestMs, troubles: [...troubles], stopping: stopping.aborted },
      };
    },
  };
}
