// One slot of the fair semaphore while it is held, and the host that it loads.

import type { HostRoom } from './host-room.ts';
import type { Claim } from './waiting-lines.ts';

/** Hears what becomes of the slots. */
export interface Counter<K extends string> {
  /** A host has been left; the slot is held on. */
  hostLeft(): void;
  /** The slot is free. */
  givenBack(claim: Claim<K>): void;
}

/** A slot that is held; disposing gives it back, twice is harmless. */
export class Slot<K extends string> implements Disposable {
  readonly #claim: Claim<K>;
  readonly #hosts: HostRoom;
  readonly #counter: Counter<K>;
  #host: string | undefined;
  #held = true;

  constructor(claim: Claim<K>, hosts: HostRoom, counter: Counter<K>) {
    this.#claim = claim;
    this.#hosts = hosts;
    this.#counter = counter;
    this.#host = claim.host;
  }

  /** Moves the load to another host, waiting for room there. Rejects with `signal.reason`. */
  async enterHost(next: string, { signal }: { signal: AbortSignal }): Promise<void> {
    if (!this.#held || next === this.#host) return;
    this.#leaveHost();
    this.#counter.hostLeft();
    const { person } = this.#claim;
    await this.#hosts.waitFor(next, person, { signal });
    if (this.#held) this.#host = next;
    else this.#hosts.leave(next, person);
  }

  [Symbol.dispose](): void {
    if (!this.#held) return;
    this.#held = false;
    this.#leaveHost();
    this.#counter.givenBack(this.#claim);
  }

  #leaveHost(): void {
    if (this.#host !== undefined) this.#hosts.leave(this.#host, this.#claim.person);
    this.#host = undefined;
  }
}
