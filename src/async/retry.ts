// Trying again, a bounded number of times, with growing pauses that can be stopped.

import { sleep } from './sleep.ts';

export interface RetryOptions {
  signal?: AbortSignal;
  /** Tries in all. */
  tries: number;
  /** The pause before the second try, in milliseconds; it doubles up to `maxPauseMs`. */
  pauseMs: number;
  maxPauseMs?: number;
  /** Whether this failure is worth another try, or how many milliseconds to wait before it. */
  again: (error: unknown) => boolean | number;
}

/** Runs `attempt` until it succeeds; rejects with its last error, or with `signal.reason` during a pause. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, tries, again, maxPauseMs = 30_000 } = options;
  let { pauseMs } = options;
  for (let left = tries - 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      const verdict = left > 0 && !signal?.aborted && again(error);
      if (verdict === false) throw error;
      // Up to a fifth more, so that many who failed together do not come back together.
      const pause = verdict === true ? pauseMs * (1 + Math.random() / 5) : verdict;
      await sleep(pause, { signal });
      pauseMs = Math.min(pauseMs * 2, maxPauseMs);
    }
  }
}
