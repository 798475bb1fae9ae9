// Updates that may end the process are worked on one at a time: then the next start knows which of them did.

import { FairSemaphore } from '../async/fair-semaphore.ts';
import { suspectAfter } from './inbox.ts';
import type { Entry, Inbox } from './inbox.ts';

export class Suspects {
  readonly #inbox: Inbox;
  readonly #alone = new FairSemaphore<'suspect'>({
    slots: 1,
    share: 1,
    kinds: { suspect: { slots: 1, share: 1 } },
    perHost: 0,
    waitingPerPerson: Infinity,
    waitingTotal: Infinity,
  });

  constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  isOne({ attempts }: Entry): boolean {
    return attempts >= suspectAfter;
  }

  /** Waits until no other suspect is worked on, and writes down that this one is. Rejects with the signal's reason. */
  async enter({ update }: Entry, { signal }: { signal: AbortSignal }): Promise<Disposable> {
    const id = `${update.update_id}`;
    const turn = await this.#alone.acquire({ person: id, kind: 'suspect', request: id }, { signal });
    try {
      await this.#inbox.begin(update.update_id);
      return turn;
    } catch (error) {
      turn[Symbol.dispose]();
      throw error;
    }
  }
}
