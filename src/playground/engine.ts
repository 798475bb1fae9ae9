// The bot as the playground deals with it: what it tells, and the few orders that it takes.

import type { Pace } from '../async/clock.ts';
import type { Events } from '../events.ts';
import type { EngineState } from '../web/backstage.ts';

/** A bot that may go away and come back. */
export interface Engine {
  readonly state: EngineState;
  /** What its engine tells, whichever of its processes it runs in. */
  readonly events: Events;
  /** Calls `listener` whenever the state has changed. */
  onState(listener: (state: EngineState) => void): void;
  setAdmin(personId: number, isAdmin: boolean): void;
  setPace(pace: Pace): void;
  /** Ends its process at once; another one is started by itself. Throws when there is none. */
  kill(): void;
}
