// A backstage with nothing on it: the local Bot API alone, without the bot's process, a rush hour or faults.

import { currentPace, now } from '../async/clock.ts';
import type { Emulator } from '../emulator/contract.ts';
import type { Backstage } from './backstage.ts';

/** What the page shows of `emulator` when nothing else stands behind it; orders to what is not there are refused. */
export function createBareBackstage(emulator: Emulator): Backstage {
  const missing = () => {
    throw new Error('This playground has nothing behind it to order');
  };
  const clock = () => ({ at: now(), pace: currentPace().pace });
  const load = { at: now(), running: 0, waiting: 0 };
  const limits = { slots: 64, downloadSlots: 16, share: 20, waitingPerPerson: 60, waitingTotal: 5_000 };
  return {
    journal: {
      get seq() {
        return emulator.snapshot().seq;
      },
      after: (since, most) =>
        emulator
          .events(since)
          ?.slice(0, most)
          .map((event) => ({ seq: event.seq, json: JSON.stringify(event) })),
      listen: (listener) => emulator.listen(() => listener()),
    },
    state() {
      const snapshot = emulator.snapshot();
      return {
        ...snapshot,
        people: snapshot.people.map((person) => ({ ...person, isAdmin: false, isCrowd: false })),
        clock: clock(),
        engine: { state: 'up', limits, load, loads: [load], requests: [] },
        raw: [],
        faults: [],
        rush: null,
      };
    },
    addPerson: (first_name) => emulator.person({ first_name }).id,
    setAdmin: missing,
    startRush: missing,
    addFault: missing,
    clearFaults: () => [],
    killBot: missing,
    setPace: clock,
  };
}
