// What the engine tells about its work: logs, figures and the timeline are fed by these events and nothing else.

import { EventEmitter } from 'node:events';

/** How a request ended. */
export type Ending = 'answered' | 'timed out' | 'cancelled' | 'failed' | 'busy';

/**
 * What the owners have to know: the inbox cannot be written, another process polls with this token, the database is
 * away, or a file was damaged.
 */
export type Trouble = 'inbox' | 'conflict' | 'database' | 'damage';

/** All events with what they carry; ids are request ids, times are milliseconds. */
export interface EventMap {
  accepted: [
    { id: string; person: number; chat: number; handler: string; languageCode?: string; at: number },
  ];
  waiting: [{ id: string; at: number }];
  running: [{ id: string; at: number }];
  ended: [{ id: string; handler: string; ending: Ending; waitMs: number; totalMs: number; at: number }];
  trouble: [{ what: Trouble; isOver: boolean; at: number }];
  /** A getUpdates call that came back whole. */
  polled: [{ updates: number; at: number }];
  /** Slots in use and requests that wait for one; told when they have changed, at most every 100 ms. */
  load: [{ running: number; waiting: number; at: number }];
}

/** Where the engine's events pass; a listener must not throw. */
export type Events = EventEmitter<EventMap>;

export function createEvents(): Events {
  return new EventEmitter<EventMap>();
}
