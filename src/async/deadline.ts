// A moment by which work has to be over, as an AbortSignal that reaches whatever the work waits for.

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
  // A timer holds at most 2^31 - 1 ms; a longer one would fire at once.
  const timer = setTimeout(expire, Math.min(Math.max(ms, 0), 2 ** 31 - 1));
  if (signal?.aborted) follow();
  signal?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', follow);
    },
  };
}
