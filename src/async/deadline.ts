// A moment by which work has to be over, as an AbortSignal that reaches whatever the work waits for.

import { later } from './clock.ts';

/** A running deadline; disposing it stops the clock and lets go of the parent signal. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Aborts its signal with a TimeoutError `ms` milliseconds from now (at once when `ms` ≤ 0), or with the reason of
 * `signal` as soon as that aborts. Unlike `AbortSignal.timeout` it can be stopped, so a million short requests
 * leave no timers behind.
 */
export function deadline(ms: number, { signal }: { signal?: AbortSignal } = {}): Deadline {
  const controller = new AbortController();
  const expire = () => controller.abort(new DOMException(`Deadline of ${ms} ms: passed`, 'TimeoutError'));
  const follow = () => controller.abort(signal?.reason);
  const timer = later(ms, expire);
  if (signal?.aborted) follow();
  signal?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      timer[Symbol.dispose]();
      signal?.removeEventListener('abort', follow);
    },
  };
}
