// As much of an inbox as an intake needs, in memory, and as slow, full or broken as a test wants it.

import { EventEmitter, once } from 'node:events';
import type { Update } from 'grammy/types';
import { Bell } from '../../src/async/bell.ts';
import type { Inbox } from '../../src/work/inbox.ts';

export class MemoryInbox implements Pick<Inbox, 'accept' | 'untilFew'> {
  /** The ids of what was to be accepted, batch by batch, failed ones included. */
  readonly batches: number[][] = [];
  readonly accepted = new Map<number, Update>();
  /** What accepting fails with. */
  failure: Error | undefined;
  /** What accepting waits for. */
  writable: Promise<void> = Promise.resolve();
  readonly #events = new EventEmitter();
  readonly #fewer = new Bell();
  #isFull = false;

  /** How many wait until it is less full. */
  waiting = 0;

  get isFull(): boolean {
    return this.#isFull;
  }

  set isFull(value: boolean) {
    this.#isFull = value;
    if (!value) this.#fewer.ring();
  }

  async accept(updates: readonly Update[]): Promise<number> {
    this.batches.push(updates.map(({ update_id }) => update_id));
    this.#events.emit('change');
    await this.writable;
    if (this.failure) throw this.failure;
    const known = this.accepted.size;
    for (const update of updates) this.accepted.set(update.update_id, update);
    return this.accepted.size - known;
  }

  async untilFew({ signal }: { signal: AbortSignal }): Promise<void> {
    signal.throwIfAborted();
    if (!this.#isFull) return;
    this.waiting++;
    this.#events.emit('change');
    try {
      await this.#fewer.rung({ signal });
    } finally {
      this.waiting--;
      this.#events.emit('change');
    }
  }

  /** Settles when `is` holds. */
  async until(is: () => boolean): Promise<void> {
    while (!is()) await once(this.#events, 'change');
  }
}
