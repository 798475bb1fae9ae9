// Updates flowing from the inbox to the handler: the runner's source, sink and loop.

import { createConcurrentSink, createRunner, createSource } from '@grammyjs/runner';
import type { Logger } from 'pino';
import { isNotItsFault } from '../bot/call-failure.ts';
import { isAbort } from '../errors.ts';
import type { Entry, Inbox } from '../work/inbox.ts';

/** The most updates that are taken at once. */
const batch = 100;
/** Milliseconds until an update is tried again: after its first failure, after later ones, after an outage. */
const pausesMs = { first: 1_000, later: 5_000, outage: 15_000 };

export interface FlowOptions {
  inbox: Inbox;
  /** Works on an entry; after a rejection it is tried again. */
  handle: (entry: Entry) => Promise<void>;
  /** Updates under way at once; the others wait in the inbox. */
  concurrency: number;
  log: Logger;
}

export interface Flow {
  /** Resolves when the flow was stopped; rejects when the inbox gives out nothing more. */
  readonly task: Promise<void>;
  /** Takes no more from the inbox; what is under way goes on. */
  stop(): void;
  /** Settles when nothing is under way any more. */
  drained(): Promise<void>;
}

export function startFlow({ inbox, handle, concurrency, log }: FlowOptions): Flow {
  const stopping = new AbortController();
  const { signal } = stopping;
  const underway = new Set<Promise<void>>();

  /** A failure of Telegram's is not the update's; any other may be. */
  const giveBack = async ({ update, failures }: Entry, error: unknown): Promise<void> => {
    // What the stop has cut off has not failed: it stays open for the next start.
    if (signal.aborted && isAbort(error)) return;
    log.error({ err: error, update: update.update_id }, 'update is tried again');
    if (isNotItsFault(error)) return inbox.release(update.update_id, { afterMs: pausesMs.outage });
    const afterMs = failures === 0 ? pausesMs.first : pausesMs.later;
    return inbox.release(update.update_id, { afterMs, hasFailed: true });
  };
  const consume = (entry: Entry) => {
    const work = handle(entry)
      .catch((error: unknown) => giveBack(entry, error))
      .finally(() => underway.delete(work));
    underway.add(work);
    return work;
  };
  const onError = async (error: unknown) => log.error({ err: error }, 'inbox: not noted');
  const source = createSource<Entry>({
    supply: (room) => inbox.take(Math.min(room, concurrency, batch), { signal }),
  });
  const runner = createRunner(source, createConcurrentSink<Entry>({ consume }, onError, { concurrency }));
  runner.start();

  return {
    task: runner.task() ?? Promise.resolve(),
    stop() {
      stopping.abort(new DOMException('Flow: stopped', 'AbortError'));
      // The runner's own promise waits for room in a full sink; `drained` is what tells when all is over.
      runner.stop()?.catch((error: unknown) => log.debug({ err: error }, 'runner stopped'));
    },
    async drained() {
      await Promise.allSettled(underway);
    },
  };
}
