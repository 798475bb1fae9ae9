// Those who wait for something to happen: a message, a call.

import type { WaitOptions } from './contract.ts';

interface Waiting<T> {
  where: (item: T) => boolean;
  settle: (item: T) => void;
  fail: (reason: unknown) => void;
}

const defaultTimeoutMs = 10_000;

/** A list of waiters, in the order they came. */
export class Expectations<T> {
  readonly #waiting = new Set<Waiting<T>>();

  /**
   * Waits until an item that satisfies `where` is offered. Rejects with an error that says "Cannot see " and `what`
   * after `timeoutMs`, or with the signal's reason.
   */
  wait(
    what: () => string,
    { where = () => true, timeoutMs = defaultTimeoutMs, signal }: WaitOptions<T>,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const leave = () => {
      clearTimeout(timer);
      this.#waiting.delete(waiting);
      signal?.removeEventListener('abort', abort);
    };
    const waiting: Waiting<T> = {
      where,
      settle: (item) => (leave(), resolve(item)),
      fail: (reason) => (leave(), reject(reason)),
    };
    const abort = () => waiting.fail(signal?.reason);
    const timer = setTimeout(
      () => waiting.fail(new Error(`Cannot see ${what()}: none within ${timeoutMs} ms`)),
      timeoutMs,
    );
    signal?.addEventListener('abort', abort);
    this.#waiting.add(waiting);
    return promise;
  }

  /** Gives `item` to the first who waits for such; false when nobody does. */
  offerOne(item: T): boolean {
    for (const waiting of this.#waiting) {
      if (!this.#wants(waiting, item)) continue;
      waiting.settle(item);
      return true;
    }
    return false;
  }

  /** Gives `item` to everybody who waits for such; false when nobody does. */
  offerAll(item: T): boolean {
    let wanted = false;
    for (const waiting of this.#waiting) {
      if (!this.#wants(waiting, item)) continue;
      waiting.settle(item);
      wanted = true;
    }
    return wanted;
  }

  /** Ends all waiting with `reason`. */
  close(reason: Error): void {
    for (const waiting of this.#waiting) waiting.fail(reason);
  }

  #wants(waiting: Waiting<T>, item: T): boolean {
    try {
      return waiting.where(item);
    } catch (error) {
      waiting.fail(error);
      return false;
    }
  }
}
