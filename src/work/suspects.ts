// Updates that may end the process are worked on beside few others, so that the next start knows more of who did.

import { FairSemaphore } from '../async/fair-semaphore.ts';
import { isSlow } from '../handler.ts';
import { suspectFrom } from './inbox.ts';
import type { Entry, Inbox } from './inbox.ts';
import type { Job } from './job.ts';

/** How many are worked on at once by how much they are suspected; what is over in a moment waits for nothing slow. */
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

  constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  isOne({ suspicion }: Entry): boolean {
    return suspicion >= suspectFrom;
  }

  /** Waits for room, and writes down that work begins. Rejects with the signal's reason, or when it cannot be written. */
  async enter({ update, suspicion }: Entry, { handler, signal }: Job): Promise<Disposable> {
    const id = `${update.update_id}`;
    const kind = isSlow(handler) ? companyOf(suspicion) : 'quick';
    using room = new DisposableStack();
    room.use(await this.#rooms.acquire({ person: id, kind, request: id }, { signal }));
    await this.#inbox.begin(update.update_id);
    return room.move();
  }
}

function among(slots: number) {
  return { slots, share: slots };
}

function companyOf(suspicion: number): Company {
  if (suspicion === suspectFrom) return 'little';
  return suspicion === suspectFrom + 1 ? 'more' : 'much';
}
