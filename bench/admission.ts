// What it costs the fair semaphore to admit somebody while many people wait.

import { FairSemaphore } from '../src/async/fair-semaphore.ts';
import type { Permit } from '../src/async/fair-semaphore.ts';
import { median, range, repeat, timeMs } from './measure.ts';

/** A semaphore with room for any number of people to wait, as the benchmarks use it. */
export function createSemaphore(slots: number): FairSemaphore<'lookup'> {
  const unlimited = { share: slots, perHost: 0, waitingPerPerson: Infinity, waitingTotal: Infinity };
  return new FairSemaphore({ slots, kinds: { lookup: { slots, share: slots } }, ...unlimited });
}

/** Medians for each number of people who wait, in microseconds; measured in turns. */
export async function admissionsUs(
  waiting: readonly number[],
  { rounds, cycles }: { rounds: number; cycles: number },
): Promise<number[]> {
  const measured = await repeat(rounds + 1, () =>
    repeat(waiting.length, (i) => admissionUs(waiting[i] ?? 0, cycles)),
  );
  // The first round is for warming up.
  return waiting.map((_, i) => median(measured.slice(1).map((round) => round[i] ?? NaN)));
}

/** Microseconds to give back a slot, admit the next and wait again, while so many people wait. */
async function admissionUs(waiting: number, cycles: number): Promise<number> {
  const semaphore = createSemaphore(1);
  const queue = range(waiting + 1).map((i) => new Regular(semaphore, `${i}`));
  const ms = await timeMs(() => repeat(cycles, async (i) => queue[i % queue.length]?.comeAgain()));
  if (semaphore.running !== 1 || semaphore.waiting !== waiting)
    throw new Error(`Wrong admissions: ${semaphore.running} run and ${semaphore.waiting} wait`);
  return (1000 * ms) / cycles;
}

/** Somebody who waits again as soon as they had a slot; as in the service, each has a signal of their own. */
class Regular {
  readonly #enter: () => Promise<Permit>;
  #entering: Promise<Permit>;

  constructor(semaphore: FairSemaphore<'lookup'>, name: string) {
    const { signal } = new AbortController();
    this.#enter = () => semaphore.acquire({ person: name, kind: 'lookup', request: name }, { signal });
    this.#entering = this.#enter();
  }

  async comeAgain(): Promise<void> {
    using _slot = await this.#entering;
    this.#entering = this.#enter();
  }
}
