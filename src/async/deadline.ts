// A moment by which work has to be over, as an AbortSignal that reaches whatever the work waits for.

import { later } from './clock.ts';
import type { Later } from './clock.ts';

/** A running deadline; disposing it stops the clock and lets go of the parent signal. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  /** Aborts the signal before its time. */
  abort(reason: unknown): void;
}

/**
 * Aborts its signal with a TimeoutError `ms` milliseconds from now (at once when `ms` ≤ 0), or with the reason of
 * `signal` as soon as that aborts. Unlike `AbortSignal.timeout` it can be stopped, so a million short requests
 * leave no timers behind.
 */
export function deadline(ms: number, { signal }: { signal?: AbortSignal } = {}): Deadline {
  return new RunningDeadline(ms, signal);
}

class RunningDeadline implements Deadline {
  readonly #controller = new AbortController();
  readonly #timer: Later;
  readonly #parent: AbortSignal | undefined;

  constructor(ms: number, parent: AbortSignal | undefined) {
    this.#timer = later(ms, () =>
      this.abort(new DOMException(`Deadline of ${ms} ms: passed`, 'TimeoutError')),
    );
    this.#parent = parent;
    if (parent?.aborted) this.abort(parent.reason);
    parent?.addEventListener('abort', this, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#timer[Symbol.dispose]();
    this.#controller.abort(reason);
  }

  /** Called by the parent signal. */
  handleEvent(): void {
    this.abort(this.#parent?.reason);
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
    this.#parent?.removeEventListener('abort', this);
  }
}
