// Tells how full the engine is, often enough for a chart and no oftener.

import { later, now } from '../async/clock.ts';
import type { Events } from '../events.ts';
import type { Slots } from './job.ts';

const everyMs = 100;

/** Emits `load` when the slots in use or the waiting requests have changed, for as long as there are events. */
export function reportLoad(events: Events, slots: Pick<Slots, 'running' | 'waiting'>): void {
  let told = { running: 0, waiting: 0 };
  let isDue = false;
  const soon = () => {
    if (isDue) return;
    isDue = true;
    later(everyMs, look).unref();
  };
  const look = () => {
    isDue = false;
    const { running, waiting } = slots;
    if (running !== told.running || waiting !== told.waiting) {
      told = { running, waiting };
      events.emit('load', { ...told, at: now() });
    }
    // A slot is taken and given back without an event of its own.
    if (running + waiting > 0) soon();
  };
  for (const name of ['accepted', 'waiting', 'running', 'ended'] as const) events.on(name, soon);
}
