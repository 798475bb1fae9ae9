// Runs one request to its end: the handler's reply, or an honest one in its place, of slow work by the deadline.

import { later } from '../async/clock.ts';
import type { Later } from '../async/clock.ts';
import { BusyError } from '../async/fair-semaphore.ts';
import { isAbort, isTimeout } from '../errors.ts';
import type { Ending } from '../events.ts';
import type { Button, Reply, Tools } from '../handler.ts';
import { isWorthAnotherTry } from './explain.ts';
import type { Job } from './job.ts';

/** What became of a request. Without a reply there is nobody to tell, or it will be worked on again. */
export interface Result {
  readonly ending: Ending | 'interrupted';
  readonly reply?: Reply;
}

/** How long a handler may take to end after its signal, in milliseconds, before it is answered without it. */
const graceMs = 250;

/**
 * Runs the job's handler. After its signal the handler has a moment to reply with what it has; then the fallback
 * goes out, and `onStray` is given the run that did not obey, so that somebody waits for it.
 */
export async function perform(
  job: Job,
  tools: Tools,
  onStray: (run: Promise<unknown>) => void,
): Promise<Result> {
  const run = (async () => job.handler.run(job.request, tools))();
  try {
    const reply = await settleSoonAfter(run, job.signal, onStray);
    // A reply that was ready when the person cancelled is not what they want any more.
    if (job.stopped) return stopped(job, tools);
    return { ending: job.signal.aborted ? 'timed out' : 'answered', reply };
  } catch (error) {
    // A wait of the platform ends with an AbortError of its own, whatever the signal's reason.
    return fallback(isAbort(error) && job.signal.aborted ? job.signal.reason : error, job, tools);
  }
}

/** Runs the job's handler, which waits for nothing, and so needs no deadline. */
export async function performAtOnce(job: Job, tools: Tools): Promise<Result> {
  try {
    const reply = await job.handler.run(job.request, tools);
    return job.stopped ? stopped(job, tools) : { ending: 'answered', reply };
  } catch (error) {
    return fallback(error, job, tools);
  }
}

function stopped(job: Job, { t }: Tools): Result {
  if (job.goesOn) return { ending: 'interrupted' };
  if (job.stopped === 'person') return { ending: 'cancelled', reply: { words: { text: t('cancelled') } } };
  return { ending: 'cancelled' };
}

/** What a person gets instead of an answer: what happened, and a way to try again where that may help. */
export function fallback(error: unknown, job: Job, tools: Tools): Result {
  if (job.stopped) return stopped(job, tools);
  const words = { text: tools.explain(error) };
  const again = againButton(job, tools);
  if (isTimeout(error)) return { ending: 'timed out', reply: { words, buttons: again } };
  if (error instanceof BusyError) return { ending: 'busy', reply: { words, buttons: again } };
  return { ending: 'failed', reply: isWorthAnotherTry(error) ? { words, buttons: again } : { words } };
}

/** What a person gets whose deadline passed while nobody was at work. */
export function tooLate(job: Job, tools: Tools): Result {
  const words = { text: tools.t('error-deadline-restarted') };
  return { ending: 'timed out', reply: { words, buttons: againButton(job, tools) } };
}

function againButton({ request }: Job, { t }: Tools): Button[][] {
  return [[{ label: t('button-again'), call: `again:${request.id}` }]];
}

/** Settles with `run`; but once `signal` has aborted, waits for it only a moment longer. */
function settleSoonAfter<T>(
  run: Promise<T>,
  signal: AbortSignal,
  onStray: (run: Promise<unknown>) => void,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let timer: Later | undefined;
  const giveUp = () => {
    onStray(run);
    reject(signal.reason);
  };
  const startClock = () => (timer = later(graceMs, giveUp));
  if (signal.aborted) startClock();
  else signal.addEventListener('abort', startClock, { once: true });
  run.then(resolve, reject).finally(() => {
    timer?.[Symbol.dispose]();
    signal.removeEventListener('abort', startClock);
  });
  return promise;
}
