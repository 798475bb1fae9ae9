// How long a newcomer waits beside one person with 200 requests queued, counted in the time that a slot is held.

import { sleep } from '../src/async/sleep.ts';
import type { Person } from '../src/emulator/contract.ts';
import { createSemaphore } from './admission.ts';
import { FifoSemaphore } from './fifo-semaphore.ts';
import { makeLine, printLine } from './line.ts';
import type { Line } from './line.ts';
import { median, range, repeat } from './measure.ts';
import { startWorld } from './world.ts';

/** Slots, all held by one person who has so many more requests queued, and newcomers who come one after another. */
interface Crowd {
  slots: number;
  queued: number;
  newcomers: number;
  holdMs: number;
}

/** A place where requests wait and run. */
interface Place {
  /** Does a request; resolves, when it is over, with the milliseconds it waited for its slot. */
  ask(person: string, request: string): Promise<number>;
  /** Settles when all that was asked has begun to wait. */
  settled?(): Promise<void>;
  /** Lets what is left be over soon. */
  hurry?(): void;
}

/** Measures in the service, and with nothing but a semaphore: the fair one and a plain one. */
export async function fairness(options: Partial<Crowd> = {}): Promise<Line> {
  const crowd = { slots: 4, queued: 200, newcomers: 10, holdMs: 300, ...options };
  // Counted in slot times a wait is the same, however short they are.
  const brief = { ...crowd, holdMs: crowd.holdMs / 15 };
  const service = await inService(crowd);
  const fair = await waits(brief, fairPlace(brief));
  const plain = await waits(brief, plainPlace(brief));

  const what = `a newcomer's longest wait beside one person with ${crowd.queued} requests queued`;
  const unit = ' slot times';
  return makeLine(
    'fairness',
    [
      { figure: what, measured: Math.max(...service), unit, atMost: 2 },
      { figure: `${what}: the semaphore alone`, measured: Math.max(...fair), unit, atMost: 2 },
      { figure: `${what}: a plain semaphore`, measured: Math.max(...plain), unit },
    ],
    { serviceWaits: median(service), fairWaits: median(fair), plainWaits: median(plain) },
  );
}

/** The waits of the newcomers in slot times. */
async function waits({ slots, queued, newcomers, holdMs }: Crowd, place: Place): Promise<number[]> {
  const over = new AbortController();
  const goOn = async (i: number) => {
    for (let n = 0; !over.signal.aborted; n++) await place.ask('heavy', `heavy-${i}-${n}`);
  };
  const heavy = Promise.all(range(slots + queued).map(goOn));
  await place.settled?.();
  const waited = await repeat(newcomers, async (i) => {
    // They come at different moments of a slot time.
    await sleep((holdMs * i) / newcomers);
    return place.ask(`newcomer-${i}`, `newcomer-${i}`);
  });
  over.abort();
  place.hurry?.();
  await heavy;
  return waited.map((ms) => ms / holdMs);
}

async function inService(crowd: Crowd): Promise<number[]> {
  const { slots, queued, holdMs } = crowd;
  const settings = {
    SLOTS: `${slots}`,
    WAITING_PER_PERSON: `${slots + queued}`,
    LOOKUP_DEADLINE_MS: '600000',
  };
  await using world = await startWorld({ settings });
  const { site, emulator } = world;
  const people = new Map<string, Person>();
  const ask = async (name: string, request: string) => {
    const person = people.getOrInsertComputed(name, () => emulator.person());
    const sentAt = performance.now();
    await world.askFor(person, request);
    return (site.visits(request)[0] ?? NaN) - sentAt;
  };
  const settled = async () => {
    while (emulator.pending() > 0) await sleep(10);
  };
  await repeat(20, (i) => ask('early', `early-${i}`));
  site.holdMs = holdMs;
  const waited = await waits(crowd, { ask, settled, hurry: () => site.release() });
  await world.finish();
  return waited;
}

function fairPlace({ slots, holdMs }: Crowd): Place {
  const semaphore = createSemaphore(slots);
  const { signal } = new AbortController();
  return holding(holdMs, (person, request) =>
    semaphore.acquire({ person, request, kind: 'lookup' }, { signal }),
  );
}

function plainPlace({ slots, holdMs }: Crowd): Place {
  const semaphore = new FifoSemaphore(slots);
  return holding(holdMs, () => semaphore.acquire());
}

/** Where requests only hold a slot. */
function holding(holdMs: number, acquire: (person: string, request: string) => Promise<Disposable>): Place {
  return {
    async ask(person, request) {
      const askedAt = performance.now();
      using _slot = await acquire(person, request);
      const waitedMs = performance.now() - askedAt;
      await sleep(holdMs);
      return waitedMs;
    },
  };
}

if (import.meta.main) printLine(await fairness());
