// What one instance knows of a person's share, and what it may take of it.

import { uptime } from '../async/clock.ts';
import type { Later } from '../async/clock.ts';
import type { PersonLimits } from '../async/fair-semaphore.ts';
import type { Kind } from '../handler.ts';
import type { Counts, Entry } from './share-ledger.ts';

const kinds = ['lookup', 'download'] as const satisfies readonly Kind[];

/** A claim that has a slot here and waits to be counted. */
export interface Wish {
  readonly kind: Kind;
  settle(isGranted: boolean): void;
}

/** What is known here of a person's share. */
export interface Account {
  readonly person: string;
  readonly held: Record<Kind, number>;
  /** What the ledger says that this instance holds. */
  written: Counts;
  /** Whether the ledger may say something else. */
  isUnsure: boolean;
  /** Claims without a permit, wherever they wait. */
  readonly waiting: Record<Kind, number>;
  readonly wishes: Set<Wish>;
  /** How many claims wait elsewhere for room that a kind frees, as was told last. */
  wanted: Counts;
  /** For how long that is believed, in milliseconds of uptime. */
  wantedUntil: number;
  /** Looks again in a while: there is one while the person is held to what the others leave. */
  nextLook: Later | undefined;
  isDue: boolean;
  settling: Promise<void> | undefined;
}

/** An account that nothing is known of. */
export function openAccount(person: string): Account {
  return {
    person,
    held: map(() => 0),
    written: map(() => 0),
    isUnsure: false,
    waiting: map(() => 0),
    wishes: new Set(),
    wanted: map(() => 0),
    wantedUntil: 0,
    nextLook: undefined,
    isDue: false,
    settling: undefined,
  };
}

/** Whether anybody waits for a permit. */
export function isWaiting({ waiting }: Account): boolean {
  return sum(waiting) > 0;
}

/** Whether nothing is held, written or under way. */
export function isEmpty({ held, written, waiting, isUnsure, settling }: Account): boolean {
  return sum(held) + sum(written) + sum(waiting) === 0 && !isUnsure && !settling;
}

/** Slots of all kinds. */
export function sum({ lookup, download }: Counts): number {
  return lookup + download;
}

/** What is left of counts when others are taken from them: of each kind, nothing at least. */
export function minus(counts: Counts, taken: Counts): Counts {
  return map((kind) => Math.max(0, counts[kind] - taken[kind]));
}

/** What becomes of an account. */
export interface Decision {
  readonly counts: Counts;
  readonly entry: Entry;
  readonly wishes: ReadonlyMap<Wish, boolean>;
  /** What the others leave to this instance. */
  readonly room: PersonLimits<Kind>;
  /** What is left to others that wait for it. */
  readonly left: Counts;
  /** Whether somebody here waits for room that others take. */
  readonly isShort: boolean;
}

/** Grants, in their order, the wishes that there is room for beside the others. */
export function decide(account: Account, others: Counts, limits: PersonLimits<Kind>): Decision {
  const { person, held, written, waiting } = account;
  const wanted = account.wantedUntil > uptime() ? account.wanted : map(() => 0);
  const left = map((kind) => Math.min(wanted[kind], Math.max(0, written[kind] - held[kind])));
  const taken = map((kind) => others[kind] + left[kind]);
  const room = roomBeside(taken, limits);
  const counts = { ...held };
  const isFull = () => sum(counts) >= room.share;
  const fits = (kind: Kind) => !isFull() && counts[kind] < room.kinds[kind].share;
  const wishes = new Map<Wish, boolean>();
  for (const wish of account.wishes) {
    const isGranted = fits(wish.kind);
    wishes.set(wish, isGranted);
    if (isGranted) counts[wish.kind]++;
  }
  const short = map((kind) => (fits(kind) ? 0 : waiting[kind] - (counts[kind] - held[kind])));
  const isShort = sum(short) > 0 && sum(taken) > 0;
  const before = map((kind) => others[kind] + written[kind]);
  const wasFull = (kind: Kind) => sum(before) >= limits.share || before[kind] >= limits.kinds[kind].share;
  const hasFallen = kinds.some((kind) => counts[kind] < written[kind] && (wanted[kind] > 0 || wasFull(kind)));
  const isNew = account.isUnsure || kinds.some((kind) => counts[kind] !== written[kind]);
  // Whoever waits for the whole share can use what either kind frees.
  const wants = isShort ? map((kind) => (isFull() ? sum(short) : short[kind])) : undefined;
  const entry = {
    counts: isNew ? counts : undefined,
    news: hasFallen || isShort ? { person, hasFallen, wants } : undefined,
  };
  return { counts, entry, wishes, room, left, isShort };
}

function roomBeside(taken: Counts, { share, kinds: of }: PersonLimits<Kind>): PersonLimits<Kind> {
  return {
    share: share - sum(taken),
    kinds: map((kind) => ({ share: of[kind].share - taken[kind] })),
  };
}

function map<T>(make: (kind: Kind) => T): Record<Kind, T> {
  return { lookup: make('lookup'), download: make('download') };
}
