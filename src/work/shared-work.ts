// Slow work that several requests may want at the same time: it is done once, under one slot.
//
// A request joins work that runs already; otherwise it waits for a slot, and stops waiting when another request has
// begun the same work. It never joins work that only waits, so nobody ends up behind somebody else's queue.

import type { Permit } from '../async/fair-semaphore.ts';
import { Shared } from '../async/shared.ts';
import type { Lease, SharedTask } from '../async/shared.ts';
import type { Kind } from '../handler.ts';
import type { Job, Slots } from './job.ts';

/** What the work is called, and what it will load. */
export interface WorkOptions<P> {
  kind: Kind;
  host: string;
  onProgress?: (progress: P) => void;
}

export class SharedWork<T, P = never> {
  readonly #slots: Slots;
  readonly #shared: Shared<T, P>;
  readonly #starts = new Map<string, Set<() => void>>();

  /** `dispose` gives back a value that nobody needs any more. */
  constructor(slots: Slots, dispose?: (value: T) => Promise<void>) {
    this.#slots = slots;
    this.#shared = new Shared<T, P>(dispose);
  }

  /** How many pieces of work run or are held. */
  get size(): number {
    return this.#shared.size;
  }

  /**
   * Joins or starts the work called `key`. `start` owns the permit it is given.
   * Rejects with BusyError, with the work's failure, or with the reason of the job's signal.
   */
  async lease(
    job: Job,
    key: string,
    start: (task: SharedTask<P>, permit: Permit) => Promise<T>,
    { kind, host, onProgress }: WorkOptions<P>,
  ): Promise<Lease<T>> {
    let permit: Permit | undefined;
    while (!permit && !this.#shared.has(key)) permit = await this.#takeSlot(job, key, kind, host);
    if (permit && (this.#shared.has(key) || job.signal.aborted)) permit[Symbol.dispose]();
    const begin = (task: SharedTask<P>) => {
      for (const tell of this.#starts.get(key) ?? []) tell();
      return start(task, permit as Permit);
    };
    using _running = job.run();
    return await this.#shared.lease(key, begin, { signal: job.signal, onProgress });
  }

  /** A slot, or undefined when the work has been started by another request meanwhile. */
  async #takeSlot(job: Job, key: string, kind: Kind, host: string): Promise<Permit | undefined> {
    const started = new AbortController();
    const tell = () => started.abort();
    const waiters = this.#starts.get(key) ?? new Set();
    this.#starts.set(key, waiters.add(tell));
    try {
      return await job.takeSlot(this.#slots, { kind, host, unless: started.signal });
    } catch (error) {
      if (started.signal.aborted && !job.signal.aborted) return undefined;
      throw error;
    } finally {
      waiters.delete(tell);
      if (waiters.size === 0) this.#starts.delete(key);
    }
  }
}
