// How full the engine is, told when it has changed and not oftener.

import { expect, it } from 'vitest';
import { createEvents } from '../../src/events.ts';
import { reportLoad } from '../../src/work/report-load.ts';

it('reportLoad tells each change once, the last one when everything is given back', async () => {
  const events = createEvents();
  const slots = { running: 3, waiting: 1 };
  const told: object[] = [];
  const loads = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  events.on('load', ({ running, waiting }) => {
    told.push({ running, waiting });
    loads[told.length - 1]?.resolve();
  });
  reportLoad(events, slots);
  for (let i = 0; i < 20; i += 1) events.emit('running', { id: `${i}`, at: i });
  expect(told).toEqual([]);
  // Its timers keep no process alive; something has to.
  const alive = setInterval(() => {}, 1_000);
  await loads[0]?.promise;
  slots.waiting = 0;
  await loads[1]?.promise;
  slots.running = 0;
  await loads[2]?.promise;
  clearInterval(alive);
  events.emit('ended', { id: 'x', handler: 'x', ending: 'answered', waitMs: 0, totalMs: 0, at: 0 });
  expect(told).toEqual([
    { running: 3, waiting: 1 },
    { running: 3, waiting: 0 },
    { running: 0, waiting: 0 },
  ]);
});
