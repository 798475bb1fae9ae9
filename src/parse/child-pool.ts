// A few warm child processes that take turns at jobs: each has one at a time, and one that fails or is worn is replaced.

import type { Serializable } from 'node:child_process';
import { type ChildOptions, WarmChild } from './warm-child.ts';

/** How many children there are, how they are started, and what happens to them. */
export interface PoolOptions extends ChildOptions {
  /** Children that are kept; while a worn one waits for its successor there is one more. */
  children: number;
  /** Jobs after which a child is worn: it goes on until a fresh one is warm, then makes room. */
  recycleAfter: number;
  /** Told when a child ended by itself or could not be started. */
  onCrash: (error: Error) => void;
}

const firstDelayMs = 100;
const longestDelayMs = 10_000;

/** How long to wait in ms before the next start, after `failures` starts in a row that led to nothing. */
export function restartDelayMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
}

/**
 * Jobs are done in the order of their arrival, each by a child that is doing nothing else; how many may wait is the caller's to bound.
 * A worn child works until its successor is warm. Successors are started one after another, each the one child above the number.
 * Disposing kills the children and waits until they are gone.
 */
export class ChildPool implements AsyncDisposable {
  readonly #options: PoolOptions;
  readonly #children = new Set<WarmChild>();
  readonly #idle: WarmChild[] = [];
  readonly #waiting = new Set<PromiseWithResolvers<WarmChild>>();
  readonly #restarts = new Set<NodeJS.Timeout>();
  #unfinished = 0;
  #failedStarts = 0;
  #closed = false;

  /** Starts the children in the background. */
  constructor(options: PoolOptions) {
    this.#options = options;
    for (let index = 0; index < options.children; index += 1) this.#start();
  }

  /** Children that are alive: ready, at work or starting. */
  get size(): number {
    return this.#children.size;
  }

  /** A child's answer to `job`; fails as `WarmChild.run` does. Waiting, too, ends on abort. */
  async run(job: Serializable, options: { signal: AbortSignal }): Promise<unknown> {
    this.#unfinished += 1;
    this.#keepParent();
    try {
      const child = await this.#take(options.signal);
      try {
        return await child.run(job, options);
      } finally {
        this.#giveBack(child);
      }
    } finally {
      this.#unfinished -= 1;
      this.#keepParent();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const timer of this.#restarts) clearTimeout(timer);
    for (const waiting of this.#waiting) waiting.reject(closedError());
    this.#waiting.clear();
    const children = [...this.#children];
    for (const child of children) {
      child.keepParent(true);
      child.kill();
    }
    await Promise.all(children.map((child) => child.ended));
  }

  async #take(signal: AbortSignal): Promise<WarmChild> {
    signal.throwIfAborted();
    if (this.#closed) throw closedError();
    const idle = this.#idle.pop();
    if (idle) return idle;
    const turn = Promise.withResolvers<WarmChild>();
    const leave = () => {
      this.#waiting.delete(turn);
      turn.reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.add(turn);
    try {
      return await turn.promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #giveBack(child: WarmChild): void {
    if (child.stopped) return;
    if (!this.#isWorn(child)) return this.#offer(child);
    if (this.#hasSuccessor()) return child.kill();
    this.#offer(child);
    if (this.#planned === this.#options.children) this.#startLater();
  }

  /** Gives work to a child that has become warm; where a worn one is idle, that makes room. */
  #welcome(child: WarmChild): void {
    const worn = this.#idle.find((idle) => this.#isWorn(idle));
    if (worn && this.#hasSuccessor()) {
      this.#withdraw(worn);
      worn.kill();
    }
    this.#offer(child);
  }

  #isWorn(child: WarmChild): boolean {
    return child.jobs >= this.#options.recycleAfter;
  }

  /** Whether there are enough warm children without one of them. */
  #hasSuccessor(): boolean {
    return [...this.#children].filter((child) => child.isWarm).length > this.#options.children;
  }

  /** Children that are there or about to be started. */
  get #planned(): number {
    return this.#children.size + this.#restarts.size;
  }

  #offer(child: WarmChild): void {
    const [next] = this.#waiting;
    if (!next) this.#idle.push(child);
    else {
      this.#waiting.delete(next);
      next.resolve(child);
    }
  }

  #start(): void {
    try {
      const child = new WarmChild(this.#options);
      this.#children.add(child);
      child.keepParent(this.#unfinished > 0);
      void child.ready.then((ready) => ready && this.#welcome(child));
      void child.ended.then((crash) => this.#replace(child, crash));
    } catch (error) {
      this.#options.onCrash(new Error('Cannot start parser: the system refused', { cause: error }));
      this.#failedStarts += 1;
      this.#startLater();
    }
  }

  #replace(child: WarmChild, crash: Error | undefined): void {
    this.#children.delete(child);
    this.#withdraw(child);
    if (this.#closed) return;
    if (crash) this.#options.onCrash(crash);
    this.#failedStarts = child.jobs > 0 ? 0 : this.#failedStarts + 1;
    if (this.#planned < this.#options.children) this.#startLater();
  }

  #withdraw(child: WarmChild): void {
    const place = this.#idle.indexOf(child);
    if (place >= 0) this.#idle.splice(place, 1);
  }

  /** After children that were of no use the next one waits, so that broken code doesn't burn the processor. */
  #startLater(): void {
    const timer = setTimeout(() => {
      this.#restarts.delete(timer);
      this.#start();
    }, restartDelayMs(this.#failedStarts));
    this.#restarts.add(timer);
    this.#keepParent();
  }

  #keepParent(): void {
    const alive = this.#unfinished > 0;
    for (const child of this.#children) child.keepParent(alive);
    for (const timer of this.#restarts) {
      if (alive) timer.ref();
      else timer.unref();
    }
  }
}

function closedError(): Error {
  return new Error('Cannot parse: the parsers are closed');
}
