// One piece of work for everybody who asks for the same thing at the same time.

/** What the shared work is given: a signal that aborts when nobody waits any more, and a way to tell all how far it is. */
export interface SharedTask<P> {
  signal: AbortSignal;
  report: (progress: P) => void;
}

/** A hold on a shared value; the value is disposed of when the last hold is given back. */
export interface Lease<T> extends AsyncDisposable {
  readonly value: T;
}

interface Work<T, P> {
  controller: AbortController;
  result: Promise<T>;
  holders: Set<object>;
  audience: Audience<P>;
}

interface Audience<P> {
  listeners: Set<(progress: P) => void>;
  latest: P | undefined;
}

/**
 * Runs work once per key while anybody holds it: later callers join the running work, or share its value.
 * A caller whose signal aborts leaves alone; the work itself is aborted when the last one has left.
 * A failure reaches all who wait, and the next caller starts afresh.
 */
export class Shared<T, P = never> {
  readonly #works = new Map<string, Work<T, P>>();
  readonly #dispose: (value: T) => Promise<void> | void;

  constructor(dispose: (value: T) => Promise<void> | void = () => {}) {
    this.#dispose = dispose;
  }

  /** How many keys are being worked on or held. */
  get size(): number {
    return this.#works.size;
  }

  /** Whether the work of `key` runs or its value is held, so that `lease` would join it. */
  has(key: string): boolean {
    return this.#works.has(key);
  }

  /** Joins or starts the work of `key`. Rejects with the work's error, or with `signal.reason`. */
  async lease(
    key: string,
    start: (task: SharedTask<P>) => Promise<T>,
    { signal, onProgress }: { signal: AbortSignal; onProgress?: (progress: P) => void },
  ): Promise<Lease<T>> {
    signal.throwIfAborted();
    const work = this.#works.get(key) ?? this.#start(key, start);
    const holder = {};
    work.holders.add(holder);
    if (onProgress) {
      work.audience.listeners.add(onProgress);
      if (work.audience.latest !== undefined) onProgress(work.audience.latest);
    }
    const leave = async () => {
      if (onProgress) work.audience.listeners.delete(onProgress);
      if (work.holders.delete(holder) && work.holders.size === 0) await this.#end(key, work, signal.reason);
    };
    try {
      const value = await orAbort(work.result, signal);
      return { value, [Symbol.asyncDispose]: leave };
    } catch (error) {
      await leave();
      throw error;
    }
  }

  #start(key: string, start: (task: SharedTask<P>) => Promise<T>): Work<T, P> {
    const controller = new AbortController();
    const audience: Audience<P> = { listeners: new Set(), latest: undefined };
    const report = (progress: P) => {
      audience.latest = progress;
      for (const listener of audience.listeners) listener(progress);
    };
    const result = start({ signal: controller.signal, report });
    const work: Work<T, P> = { controller, result, holders: new Set(), audience };
    this.#works.set(key, work);
    result.catch(() => this.#forget(key, work));
    return work;
  }

  /** Nobody holds the work any more: it is stopped, waited for, and its value given back. */
  async #end(key: string, work: Work<T, P>, reason: unknown): Promise<void> {
    this.#forget(key, work);
    work.controller.abort(reason ?? new DOMException('Shared work: nobody waits for it', 'AbortError'));
    const outcome = await Promise.allSettled([work.result]);
    if (outcome[0].status === 'fulfilled') await this.#dispose(outcome[0].value);
  }

  #forget(key: string, work: Work<T, P>): void {
    if (this.#works.get(key) === work) this.#works.delete(key);
  }
}

/** Settles with `promise`, or rejects with `signal.reason` first; the work itself is stopped by who owns it. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
