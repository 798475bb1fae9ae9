// The finished calls, the newest of them remembered.

import type { WaitOptions } from './contract.ts';
import type { Call } from './events.ts';
import { Expectations } from './expectations.ts';

/** A ring of calls. */
export class Recorder {
  readonly #size: number;
  readonly #ring: Call[] = [];
  readonly #taken = new WeakSet<Call>();
  readonly #expectations = new Expectations<Call>();
  #count = 0;

  /** Remembers the newest `size` calls. */
  constructor(size: number) {
    this.#size = Math.max(1, size);
  }

  /** Remembers a call under the next id. */
  add(body: Omit<Call, 'id'>): Call {
    const call: Call = { id: ++this.#count, ...body };
    this.#ring[this.#count % this.#size] = call;
    if (this.#expectations.offerOne(call)) this.#taken.add(call);
    return call;
  }

  /** The remembered calls, oldest first; of one method, if named. */
  calls(method?: string): Call[] {
    const calls: Call[] = [];
    for (let id = Math.max(1, this.#count - this.#size + 1); id <= this.#count; id++) {
      const call = this.#ring[id % this.#size];
      if (call && (method === undefined || call.method === method)) calls.push(call);
    }
    return calls;
  }

  /** The next call of `method` that was not returned before, remembered ones included. */
  next(method: string, options: WaitOptions<Call> = {}): Promise<Call> {
    const where = (call: Call) => call.method === method && (options.where?.(call) ?? true);
    const past = this.calls(method).find((call) => !this.#taken.has(call) && where(call));
    if (past === undefined)
      return this.#expectations.wait(() => `a call of ${method}`, { ...options, where });
    this.#taken.add(past);
    return Promise.resolve(past);
  }

  /** Ends all waiting with `reason`. */
  close(reason: Error): void {
    this.#expectations.close(reason);
  }
}
