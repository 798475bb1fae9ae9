// A fair semaphore to be looked at from outside, for tests.

import { FairSemaphore } from '../../src/async/fair-semaphore.ts';
import type { Permit, SemaphoreLimits } from '../../src/async/fair-semaphore.ts';

export type Kind = 'lookup' | 'download';
export type Limits = SemaphoreLimits<Kind>;

/** Limits that nothing here reaches unless a test lowers them. */
export const roomy: Limits = {
  slots: 64,
  share: 20,
  kinds: { lookup: { slots: 64, share: 20 }, download: { slots: 16, share: 3 } },
  perHost: 0,
  waitingPerPerson: 1_000,
  waitingTotal: 5_000,
};

/** A semaphore whose admissions are written down in order, and who can tell how many go before a claim that waits. */
export function watched(limits: Partial<Limits>) {
  const semaphore = new FairSemaphore<Kind>({ ...roomy, ...limits });
  const admitted: string[] = [];
  const permits = new Map<string, Permit>();
  const aheads = new Map<string, () => number>();
  const ask = (name: string, person: string, kind: Kind = 'lookup', host?: string) => {
    const controller = new AbortController();
    const done = semaphore
      .acquire(
        { person, kind, host, request: name },
        { signal: controller.signal, onWait: (tell) => aheads.set(name, tell) },
      )
      .then((permit) => {
        admitted.push(name);
        permits.set(name, permit);
      });
    done.catch(() => {});
    return { done, cancel: () => controller.abort(new Error('cancelled')) };
  };
  const free = async (name: string) => {
    permits.get(name)?.[Symbol.dispose]();
    await settled();
  };
  return { semaphore, admitted, permits, aheads, ask, free };
}

/** Settles when everything that is ready to go on has gone on. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
