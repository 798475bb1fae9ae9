// The waiting room of the fair semaphore: who waits for what, and who is next.
//
// Claims of one kind to one host stand in one *line*; in a line each person has one *place* with their claims in order
// of arrival. Lines of a kind are kept in a heap and so are the places of a line, what can be admitted before what
// cannot: `next` looks at one line of each kind. When what a person holds changes, their places move, one for each
// line in which they wait; when a host's load changes, its lines move, and in them the places of whoever changed it. Each move costs O(log).

import { Heap } from './heap.ts';
import { Turns } from './turns.ts';

/** One wish for a slot. */
export interface Claim<K extends string> {
  person: string;
  kind: K;
  /** The host that the work will load, if any. */
  host?: string;
  /** The request this claim belongs to: the waiting room counts requests, not claims. */
  request: string;
}

/** What the waiting room has to know of the slots that are held. */
export interface Occupancy<K extends string> {
  /** Slots that the person holds. */
  held(person: string): number;
  /** Whether the person may hold no more of this kind. */
  atShare(person: string, kind: K): boolean;
  kindFull(kind: K): boolean;
  hostFull(host: string): boolean;
  /** Whether the person may load the host no further. */
  atHostShare(host: string, person: string): boolean;
}

/** A claim in its place. */
export interface Waiting<K extends string> {
  readonly claim: Claim<K>;
  readonly order: number;
  readonly place: Place<K>;
}

interface Place<K extends string> {
  readonly line: Line<K>;
  readonly person: string;
  /** In order of arrival. */
  readonly claims: Set<Waiting<K>>;
}

interface Line<K extends string> {
  readonly kind: K;
  readonly host: string | undefined;
  readonly places: Heap<Place<K>, Rank>;
  readonly byPerson: Map<string, Place<K>>;
}

/** What orders places and lines: those that can be admitted first, then fewest slots held, then longest waiting. */
interface Rank {
  barred: boolean;
  held: number;
  order: number;
}

/** Who waits for one kind. */
interface Room<K extends string> {
  readonly kind: K;
  readonly heap: Heap<Line<K>, Rank>;
  readonly turns: Turns;
}

interface Waiter<K extends string> {
  places: Set<Place<K>>;
  /** How many claims of each request wait. */
  requests: Map<string, number>;
}

export class WaitingLines<K extends string> {
  readonly #occupancy: Occupancy<K>;
  readonly #kinds: Room<K>[];
  /** Lines by host, then by kind; claims without a host are under undefined. */
  readonly #hosts = new Map<string | undefined, Map<K, Line<K>>>();
  readonly #waiters = new Map<string, Waiter<K>>();
  #order = 0;
  #claims = 0;
  #requests = 0;

  constructor(kinds: readonly K[], occupancy: Occupancy<K>) {
    this.#occupancy = occupancy;
    const held = (person: string) => occupancy.held(person);
    this.#kinds = kinds.map((kind) => ({ kind, heap: new Heap(goesBefore), turns: new Turns(held) }));
  }

  /** Claims that wait. */
  get claims(): number {
    return this.#claims;
  }

  /** Requests of which at least one claim waits. */
  get requests(): number {
    return this.#requests;
  }

  /** Requests of this person of which at least one claim waits. */
  requestsOf(person: string): number {
    return this.#waiters.get(person)?.requests.size ?? 0;
  }

  isWaiting(request: string, person: string): boolean {
    return this.#waiters.get(person)?.requests.has(request) ?? false;
  }

  /** The place in the order of arrival of somebody who comes now. */
  arrive(): number {
    return this.#order++;
  }

  /** Adds a claim that comes now, or one that comes back, to where it stood by its place in the order of arrival. */
  add(claim: Claim<K>, since?: number): Waiting<K> {
    const line = this.#lineOf(claim);
    let waiter = this.#waiters.get(claim.person);
    if (!waiter) this.#waiters.set(claim.person, (waiter = { places: new Set(), requests: new Map() }));
    let place = line.byPerson.get(claim.person);
    if (!place) {
      place = { line, person: claim.person, claims: new Set() };
      line.byPerson.set(claim.person, place);
      waiter.places.add(place);
    }
    const waiting: Waiting<K> = { claim, order: since ?? this.arrive(), place };
    place.claims.add(waiting);
    if (since !== undefined) moveBehind(waiting);
    this.#roomOf(claim.kind).turns.add(claim.person, waiting.order);
    const siblings = waiter.requests.get(claim.request) ?? 0;
    waiter.requests.set(claim.request, siblings + 1);
    this.#claims++;
    if (siblings === 0) this.#requests++;
    this.#move(place);
    return waiting;
  }

  /** Takes a claim out, because it is admitted or leaves; false when it is out already. */
  remove(waiting: Waiting<K>): boolean {
    const { claim, place } = waiting;
    const waiter = this.#waiters.get(claim.person);
    if (!waiter || !place.claims.delete(waiting)) return false;
    this.#claims--;
    this.#roomOf(claim.kind).turns.delete(claim.person, waiting.order);
    const siblings = (waiter.requests.get(claim.request) ?? 0) - 1;
    if (siblings > 0) waiter.requests.set(claim.request, siblings);
    else {
      waiter.requests.delete(claim.request);
      this.#requests--;
    }
    if (place.claims.size > 0) this.#move(place);
    else this.#close(place, waiter);
    return true;
  }

  /** The claim to be admitted next, if one may be admitted at all. */
  next(): Waiting<K> | undefined {
    if (this.#claims === 0) return undefined;
    let best: { item: Line<K>; rank: Rank } | undefined;
    for (const { kind, heap } of this.#kinds) {
      const line = this.#occupancy.kindFull(kind) ? undefined : heap.peek();
      if (line && !line.rank.barred && (!best || goesBefore(line.rank, best.rank))) best = line;
    }
    const place = best?.item.places.peek()?.item;
    return place && first(place);
  }

  /** Puts a person's places where they belong after what the person holds has changed. */
  personChanged(person: string): void {
    const waiter = this.#waiters.get(person);
    if (!waiter) return;
    for (const place of waiter.places) this.#move(place);
  }

  /** Puts a host's lines where they belong after the person has changed its load. */
  hostChanged(host: string, person: string): void {
    for (const line of this.#hosts.get(host)?.values() ?? []) {
      const place = line.byPerson.get(person);
      if (place) this.#move(place);
      else this.#moveLine(line);
    }
  }

  /** Puts everything where it belongs after the limits have changed. */
  limitsChanged(): void {
    for (const person of this.#waiters.keys()) this.personChanged(person);
  }

  /** How many claims of this kind go before this one if nothing else happens. Costs O(people who wait). */
  ahead({ claim: { person, kind }, order }: Waiting<K>): number {
    return this.#roomOf(kind).turns.ahead(person, order);
  }

  #lineOf({ kind, host }: Claim<K>): Line<K> {
    let lines = this.#hosts.get(host);
    if (!lines) this.#hosts.set(host, (lines = new Map()));
    let line = lines.get(kind);
    if (!line) {
      line = { kind, host, places: new Heap(goesBefore), byPerson: new Map() };
      lines.set(kind, line);
    }
    return line;
  }

  #move(place: Place<K>): void {
    const { line, person } = place;
    const barred =
      this.#occupancy.atShare(person, line.kind) ||
      (line.host !== undefined && this.#occupancy.atHostShare(line.host, person));
    line.places.put(place, { barred, held: this.#occupancy.held(person), order: first(place).order });
    this.#moveLine(line);
  }

  #moveLine(line: Line<K>): void {
    const best = line.places.peek();
    if (!best) return;
    const hostFull = line.host !== undefined && this.#occupancy.hostFull(line.host);
    this.#roomOf(line.kind).heap.put(line, { ...best.rank, barred: best.rank.barred || hostFull });
  }

  /** Forgets an empty place, and with it an empty line and a person who waits no more. */
  #close(place: Place<K>, waiter: Waiter<K>): void {
    const { line, person } = place;
    line.places.delete(place);
    line.byPerson.delete(person);
    waiter.places.delete(place);
    if (waiter.places.size === 0) this.#waiters.delete(person);
    if (line.places.size > 0) return this.#moveLine(line);
    this.#roomOf(line.kind).heap.delete(line);
    const lines = this.#hosts.get(line.host);
    lines?.delete(line.kind);
    if (lines?.size === 0) this.#hosts.delete(line.host);
  }

  #roomOf(kind: K): Room<K> {
    return this.#kinds.find((one) => one.kind === kind) as Room<K>;
  }
}

function goesBefore(a: Rank, b: Rank): boolean {
  if (a.barred !== b.barred) return b.barred;
  return a.held === b.held ? a.order < b.order : a.held < b.held;
}

/** The oldest claim of a place; a place that is kept has one. */
function first<K extends string>(place: Place<K>): Waiting<K> {
  return place.claims.values().next().value as Waiting<K>;
}

/** Moves those of its place that came after a claim behind it. */
function moveBehind<K extends string>({ place: { claims }, order }: Waiting<K>): void {
  const later = [...claims].filter((other) => other.order > order);
  for (const other of later) {
    claims.delete(other);
    claims.add(other);
  }
}
