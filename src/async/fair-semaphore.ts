// The global semaphore: who may do slow work now, so that one person's load never slows another.
//
// A free slot goes to the claim that may be admitted and whose person holds the fewest slots (max-min fair), the
// longest waiting first among equals. A claim may be admitted when its kind, its host, its person's share and the person's
// share of the host have room. A claim that has to wait for its host holds no slot meanwhile and keeps back nobody who could run
// (work-conserving).

import { HostRoom } from './host-room.ts';
import { Slot } from './slot.ts';
import type { Counter } from './slot.ts';
import { WaitingLines } from './waiting-lines.ts';
import type { Claim, Waiting } from './waiting-lines.ts';

/** Limits of one kind of work: slots for everybody together and for one person. */
export interface KindLimits {
  slots: number;
  share: number;
}

/** Slots that one person may hold, in all and of each kind. */
export interface PersonLimits<K extends string> {
  share: number;
  kinds: Record<K, Pick<KindLimits, 'share'>>;
}

/** All limits; they may be changed while claims wait and run. */
export interface SemaphoreLimits<K extends string> extends PersonLimits<K> {
  /** Slots in all. */
  slots: number;
  kinds: Record<K, KindLimits>;
  /** Slots that may be busy with one host, all but one of which may be one person's; 0 means no limit. */
  perHost: number;
  /** Requests of one person that may wait. */
  waitingPerPerson: number;
  /** Requests that may wait in all. */
  waitingTotal: number;
}

/** A slot that is held; disposing gives it back, twice is harmless. */
export interface Permit extends Disposable {
  /** Moves the load from the permit's host to another one, waiting for room there. Rejects with `signal.reason`. */
  enterHost(host: string, options: { signal: AbortSignal }): Promise<void>;
}

/** No room to wait: for this person, or for anybody. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  readonly full: 'person' | 'total';
  readonly waiting: number;

  constructor(full: 'person' | 'total', waiting: number) {
    super(`Cannot wait for a slot: ${waiting} requests wait already (limit: ${full})`);
    this.full = full;
    this.waiting = waiting;
  }
}

/** What one person holds. */
interface Holding<K extends string> {
  all: number;
  readonly byKind: Record<K, number>;
}

export class FairSemaphore<K extends string> {
  #limits: SemaphoreLimits<K>;
  #running = 0;
  readonly #nothing: Readonly<Record<K, number>>;
  readonly #used: Record<K, number>;
  readonly #people = new Map<string, Holding<K>>();
  #narrowed: Map<string, PersonLimits<K>> | undefined;
  readonly #hosts: HostRoom;
  readonly #lines: WaitingLines<K>;
  readonly #admitters = new Map<Waiting<K>, (permit: Permit) => void>();
  readonly #counter: Counter<K> = {
    hostLeft: () => this.#admit(),
    givenBack: (claim) => {
      this.#count(claim, -1);
      this.#admit();
    },
  };

  constructor(limits: SemaphoreLimits<K>) {
    this.#limits = limits;
    const kinds = Object.keys(limits.kinds) as K[];
    this.#nothing = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<K, number>;
    this.#used = { ...this.#nothing };
    this.#hosts = new HostRoom(
      () => this.#limits.perHost || Infinity,
      (host, person) => this.#lines.hostChanged(host, person),
    );
    this.#lines = new WaitingLines<K>(kinds, {
      held: (person) => this.#people.get(person)?.all ?? 0,
      atShare: (person, kind) => this.#atShare(person, kind),
      kindFull: (kind) => this.#kindFull(kind),
      hostFull: (host) => this.#hosts.isFull(host),
      atHostShare: (host, person) => this.#hosts.isAtShare(host, person),
    });
  }

  /** Slots that are held. */
  get running(): number {
    return this.#running;
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#lines.requests;
  }

  get limits(): SemaphoreLimits<K> {
    return this.#limits;
  }

  /** Changes the limits: what holds a slot keeps it, what may run now is admitted at once. */
  setLimits(limits: SemaphoreLimits<K>): void {
    this.#limits = limits;
    this.#lines.limitsChanged();
    this.#hosts.limitChanged();
    this.#admit();
  }

  /** Sets limits for one person that go before those for everybody, or takes them away. */
  narrow(person: string, limits: PersonLimits<K> | undefined): void {
    this.#narrowed ??= new Map();
    if (limits) this.#narrowed.set(person, limits);
    else if (!this.#narrowed.delete(person)) return;
    this.#lines.personChanged(person);
    this.#admit();
  }

  /** The place in the order of arrival of a claim that comes now: with it, the claim may come back. */
  arrive(): number {
    return this.#lines.arrive();
  }

  /** A slot if there is one right now. Whoever waits already may not be admitted now, so nobody is overtaken. */
  take(claim: Claim<K>): Permit | undefined {
    return this.#hasRoomFor(claim) ? this.#grant(claim) : undefined;
  }

  /**
   * Waits for a slot. When there is none now, `onWait` is called at once with a function that tells how many claims
   * go first. Rejects with BusyError when the waiting room is full, with `signal.reason` when that aborts. A claim that
   * came before and has given its slot back tells `since` when, and waits where it stood, however full the room is.
   */
  acquire(
    claim: Claim<K>,
    {
      signal,
      onWait,
      since,
    }: { signal?: AbortSignal; onWait?: (ahead: () => number) => void; since?: number },
  ): Promise<Permit> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const permit = this.take(claim);
    if (permit) return Promise.resolve(permit);
    const full = since === undefined ? this.#fullFor(claim) : undefined;
    if (full) return Promise.reject(full);
    return new Promise((resolve, reject) => {
      const waiting = this.#lines.add(claim, since);
      const leave = () => {
        this.#forget(waiting);
        reject(signal?.reason);
      };
      this.#admitters.set(waiting, (permit) => {
        signal?.removeEventListener('abort', leave);
        resolve(permit);
      });
      signal?.addEventListener('abort', leave, { once: true });
      onWait?.(() => this.#lines.ahead(waiting));
    });
  }

  #hasRoomFor({ person, kind, host }: Claim<K>): boolean {
    return (
      this.#running < this.#limits.slots &&
      !this.#kindFull(kind) &&
      !this.#atShare(person, kind) &&
      (host === undefined || this.#hosts.hasRoomFor(host, person))
    );
  }

  /** Why a further request could not wait now, if it had to. */
  #fullFor({ person, request }: Claim<K>): BusyError | undefined {
    if (this.#lines.isWaiting(request, person)) return undefined;
    const own = this.#lines.requestsOf(person);
    if (own >= this.#limits.waitingPerPerson) return new BusyError('person', own);
    const all = this.#lines.requests;
    return all >= this.#limits.waitingTotal ? new BusyError('total', all) : undefined;
  }

  #forget(waiting: Waiting<K>): void {
    this.#admitters.delete(waiting);
    this.#lines.remove(waiting);
  }

  /** Gives free slots away until nobody who waits may have one. */
  #admit(): void {
    while (this.#running < this.#limits.slots) {
      const next = this.#lines.next();
      if (!next) return;
      const admit = this.#admitters.get(next);
      this.#forget(next);
      admit?.(this.#grant(next.claim));
    }
  }

  #grant(claim: Claim<K>): Permit {
    this.#count(claim, 1);
    if (claim.host !== undefined) this.#hosts.enter(claim.host, claim.person);
    return new Slot(claim, this.#hosts, this.#counter);
  }

  #count({ person, kind }: Claim<K>, change: 1 | -1): void {
    const holding = this.#people.get(person) ?? { all: 0, byKind: { ...this.#nothing } };
    this.#running += change;
    this.#used[kind] += change;
    holding.all += change;
    holding.byKind[kind] += change;
    if (holding.all > 0) this.#people.set(person, holding);
    else this.#people.delete(person);
    this.#lines.personChanged(person);
  }

  #kindFull(kind: K): boolean {
    return this.#used[kind] >= this.#limits.kinds[kind].slots;
  }

  #atShare(person: string, kind: K): boolean {
    const holding = this.#people.get(person);
    const narrowed = this.#narrowed?.get(person);
    if (!holding && !narrowed) return false;
    const { share, kinds } = narrowed ?? this.#limits;
    return (holding?.all ?? 0) >= share || (holding?.byKind[kind] ?? 0) >= kinds[kind].share;
  }
}
