// Updates that may end the process are worked on beside few others, so that the next start knows more of who did.

import { FairSemaphore } from '../async/fair-semaphore.ts';
import { isSlow } from '../handler.ts';
import { suspectFrom } from './inbox.ts';
import type { Entry, Inbox } from './inbox.ts';
import type { Job } from './job.ts';

/** How many are worked on at once by how much they are suspected; what is over in a moment waits for nothing slow, at first. */
const company = { quick: among(16), little: among(16), more: among(4), much: among(1) };

type Company = keyof typeof company;

export class Suspects {
  readonly #inbox: Inbox;
  readonly #rooms = new FairSemaphore<Company>({
    slots: Infinity,
    share: Infinity,
    kinds: company,
    perHost: 0,
    waitingPerPerson: Infinity,
    waitingTotal: Infinity,
  });

  readonly #entered = new Map<number, Disposable>();

  constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  isOne({ suspicion }: Entry): boolean {
    return suspicion >= suspectFrom;
  }

  /**
   * Waits for room, which is taken until `leave`, and writes down that work begins; harmless when repeated. Rejects with
   * the signal's reason, or when it cannot be written.
   */
  async enter({ update, suspicion }: Entry, { handler, signal }: Job): Promise<void> {
    if (this.#entered.has(update.update_id)) return;
    const id = `${update.update_id}`;
    const kind = companyOf(suspicion, isSlow(handler));
    const room = await this.#rooms.acquire({ person: id, kind, request: id }, { signal });
    this.#entered.set(update.update_id, room);
    await this.#inbox.begin(update.update_id);
  }

  /** Gives the room back, once it is noted what became of the work: until then it may be blamed. Harmless without one. */
  leave({ update }: Entry): void {
    this.#entered.get(update.update_id)?.[Symbol.dispose]();
    this.#entered.delete(update.update_id);
  }
}

function among(slots: number) {
  return { slots, share: slots };
}

function companyOf(suspicion: number, isSlow: boolean): Company {
  if (suspicion > suspectFrom + 1) return 'much';
  if (!isSlow) return 'quick';
  return suspicion === suspectFrom ? 'little' : 'more';
}
