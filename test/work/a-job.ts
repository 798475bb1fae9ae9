// Jobs for tests: a request with a handler of one's own, and the slots it may wait for.

import { FairSemaphore } from '../../src/async/fair-semaphore.ts';
import type { SemaphoreLimits } from '../../src/async/fair-semaphore.ts';
import type { Handler, Kind, Request } from '../../src/handler.ts';
import { Job } from '../../src/work/job.ts';
import type { Slots } from '../../src/work/job.ts';
import { aRequest } from '../handlers/tools.ts';

/** A handler that replies with a word, or does what it is told. */
export function aHandler(part: Partial<Handler> = {}): Handler {
  return { name: 'test', work: 'lookup', run: async () => ({ words: { text: 'done' } }), ...part };
}

let count = 0;

/** A job of its own request, by default one of Ann's that has a minute. */
export function aJob({
  request = {},
  handler = {},
  deadlineMs = 60_000,
  onState,
}: {
  request?: Partial<Request>;
  handler?: Partial<Handler>;
  deadlineMs?: number;
  onState?: (state: 'waiting' | 'running') => void;
} = {}): Job {
  return new Job(aRequest({ id: `r${++count}`, ...request }), aHandler(handler), deadlineMs, onState);
}

/** Who asks, for a request. */
export const person = (id: number) => ({ person: { id }, chat: { id, isPrivate: true } });

/** Slots with room for everybody to wait. */
export function someSlots(limits: Partial<SemaphoreLimits<Kind>> = {}): Slots {
  const { slots = 64 } = limits;
  return new FairSemaphore<Kind>({
    slots,
    share: slots,
    kinds: { lookup: { slots, share: slots }, download: { slots, share: slots } },
    perHost: 0,
    waitingPerPerson: 100,
    waitingTotal: 100,
    ...limits,
  });
}

/** Settles when everything that is ready to go on has gone on. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
