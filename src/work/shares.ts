// The slots of this instance, given only while the person's share over all instances has room.
//
// A claim waits for a slot here first. With the slot in hand it is counted in the ledger that all instances share. If
// the others hold too much of the person's share, the slot goes back and the person gets none beyond what the share
// leaves to this instance; the claim waits where it stood. The ledger is looked at again when another instance
// tells that its count has fallen, and each second. While the ledger cannot be reached, nobody is granted more.
//
// Whoever frees room that another instance waits for leaves it to that one, as long as it has told of late that it
// waits: or one instance with a long line would go on taking back what it has just given.

import { later, uptime } from '../async/clock.ts';
import { FairSemaphore } from '../async/fair-semaphore.ts';
import type { Permit, SemaphoreLimits } from '../async/fair-semaphore.ts';
import { sleep } from '../async/sleep.ts';
import type { Claim } from '../async/waiting-lines.ts';
import type { Kind } from '../handler.ts';
import type { Channel } from '../postgres/channel.ts';
import type { Database } from '../postgres/database.ts';
import type { Instances } from '../postgres/instances.ts';
import type { Slots } from './job.ts';
import { decide, isEmpty, isWaiting, minus, openAccount, sum } from './share-account.ts';
import type { Account, Decision, Wish } from './share-account.ts';
import { ShareLedger, takeOverShares } from './share-ledger.ts';
import type { ShareNews } from './share-ledger.ts';

const lookEveryMs = 1_000;
/** What was left to others is free for all after so long. */
const leaveMs = 50;
/** For so long after it was told, another instance is taken to wait for room. */
const wantedMs = 1_500;
const firstPauseMs = 50;
const longestPauseMs = 1_000;

export interface SharesOptions {
  database: Database;
  channel: Channel;
  instances: Pick<Instances, 'id' | 'alive'>;
  limits: SemaphoreLimits<Kind>;
  /** Told of each time that the ledger could not be written. */
  onTrouble?: (error: unknown) => void;
}

/** Slots that hold a person's share over all instances. */
export class Shares implements Slots, Disposable {
  /** Gives back what a dead instance held. */
  readonly takeOver = takeOverShares;
  readonly #local: FairSemaphore<Kind>;
  readonly #ledger: ShareLedger;
  readonly #onTrouble: (error: unknown) => void;
  readonly #accounts = new Map<string, Account>();
  readonly #closing = new AbortController();
  /** Aborts when nothing is granted any more. */
  readonly #over: AbortSignal;
  readonly #listening: Disposable;

  constructor({ database, channel, instances, limits, onTrouble = () => {} }: SharesOptions) {
    this.#local = new FairSemaphore(limits);
    this.#ledger = new ShareLedger(database, channel, instances.id);
    this.#onTrouble = onTrouble;
    this.#over = AbortSignal.any([this.#closing.signal, instances.alive]);
    this.#listening = this.#ledger.onNews((news) => this.#hear(news));
  }

  /** Slots that are held here, those included that are just being counted. */
  get running(): number {
    return this.#local.running;
  }

  get waiting(): number {
    return this.#local.waiting;
  }

  get limits(): SemaphoreLimits<Kind> {
    return this.#local.limits;
  }

  /** Changes the limits for this instance. */
  setLimits(limits: SemaphoreLimits<Kind>): void {
    this.#local.setLimits(limits);
    for (const account of this.#accounts.values()) if (account.nextLook) this.#touch(account);
  }

  /**
   * Waits for a slot and for room in the person's share; `onWait` is called even if there are both. Rejects as
   * FairSemaphore does, and when this instance is declared dead or closes.
   */
  async acquire(
    claim: Claim<Kind>,
    { signal, onWait }: { signal?: AbortSignal; onWait?: (ahead: () => number) => void } = {},
  ): Promise<Permit> {
    const stop = signal ? AbortSignal.any([signal, this.#over]) : this.#over;
    stop.throwIfAborted();
    const arrival = this.#local.arrive();
    const account = this.#accountOf(claim.person);
    const wait = showOnce(onWait);
    account.waiting[claim.kind]++;
    try {
      for (let since: number | undefined; ; since = arrival) {
        using slot = new DisposableStack();
        const permit = slot.use(await this.#local.acquire(claim, { signal: stop, onWait: wait, since }));
        wait(() => 0);
        if (!(await this.#claim(account, claim.kind, stop))) continue;
        slot.move();
        return new SharedPermit(permit, () => this.#giveBack(account, claim.kind));
      }
    } finally {
      account.waiting[claim.kind]--;
      this.#tidy(account);
    }
  }

  /** Grants nothing more. What was written stays until this instance leaves the others. */
  [Symbol.dispose](): void {
    this.#closing.abort(new DOMException('Shares: closed', 'AbortError'));
    this.#listening[Symbol.dispose]();
    for (const { nextLook } of this.#accounts.values()) nextLook?.[Symbol.dispose]();
  }

  #accountOf(person: string): Account {
    return this.#accounts.getOrInsertComputed(person, openAccount);
  }

  /** Resolves with whether the ledger counts it; rejects with the signal's reason. */
  #claim(account: Account, kind: Kind, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        account.wishes.delete(wish);
        reject(signal.reason);
      };
      const settle = (isGranted: boolean) => {
        signal.removeEventListener('abort', leave);
        account.wishes.delete(wish);
        if (isGranted) account.held[kind]++;
        resolve(isGranted);
      };
      const wish: Wish = { kind, settle };
      account.wishes.add(wish);
      signal.addEventListener('abort', leave, { once: true });
      this.#touch(account);
    });
  }

  #giveBack(account: Account, kind: Kind): void {
    account.held[kind]--;
    this.#touch(account);
  }

  #hear(news: ShareNews | undefined): void {
    if (!news) return this.#accounts.forEach((account) => this.#mistrust(account));
    const account = this.#accounts.get(news.person);
    if (!account) return;
    if (news.wants) {
      account.wanted = news.wants;
      account.wantedUntil = uptime() + wantedMs;
    }
    if (news.hasFallen && account.nextLook) this.#touch(account);
  }

  /** A server that broke down has forgotten what it did not have to keep. */
  #mistrust(account: Account): void {
    account.isUnsure = true;
    this.#touch(account);
  }

  /** Brings the ledger and what is known of it up to date, one transaction of a person at a time. */
  #touch(account: Account): void {
    if (this.#over.aborted) return;
    account.isDue = true;
    account.settling ??= this.#settle(account);
  }

  async #settle(account: Account): Promise<void> {
    let pauseMs = firstPauseMs;
    while (account.isDue && !this.#over.aborted) {
      try {
        await this.#write(account);
        pauseMs = firstPauseMs;
      } catch (error) {
        if (this.#over.aborted) break;
        account.isDue = account.isUnsure = true;
        this.#onTrouble(error);
        // The end of it all ends the pause, and the loop with it.
        await sleep(pauseMs, { signal: this.#over }).catch(() => {});
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
    account.settling = undefined;
    this.#tidy(account);
  }

  async #write(account: Account): Promise<void> {
    let decision: Decision | undefined;
    await this.#ledger.write(account.person, (others) => {
      account.isDue = false;
      decision = decide(account, others, this.limits);
      return decision.entry;
    });
    if (!decision) return;
    account.written = decision.counts;
    account.isUnsure = false;
    account.wanted = minus(account.wanted, decision.left);
    this.#narrow(account, decision);
    for (const [wish, isGranted] of decision.wishes) {
      // A wish that was given up meanwhile is counted, and must not be.
      if (account.wishes.has(wish)) wish.settle(isGranted);
      else if (isGranted) account.isDue = true;
    }
  }

  /** Holds a person who waits to what the others leave, from the first time that this is too little. */
  #narrow(account: Account, { isShort, room, left }: Decision): void {
    const wasNarrow = account.nextLook !== undefined;
    account.nextLook?.[Symbol.dispose]();
    account.nextLook = undefined;
    if (!isShort && !(wasNarrow && isWaiting(account))) return this.#local.narrow(account.person, undefined);
    account.nextLook = later(sum(left) > 0 ? leaveMs : lookEveryMs, () => this.#touch(account));
    this.#local.narrow(account.person, room);
  }

  /** Forgets what is over. */
  #tidy(account: Account): void {
    if (isWaiting(account)) return;
    account.nextLook?.[Symbol.dispose]();
    account.nextLook = undefined;
    this.#local.narrow(account.person, undefined);
    if (isEmpty(account)) this.#accounts.delete(account.person);
  }
}

/** Calls `onWait` once, with a function that tells what the newest of all tells. */
function showOnce(onWait: ((ahead: () => number) => void) | undefined): (ahead: () => number) => void {
  let newest: (() => number) | undefined;
  return (ahead) => {
    const isFirst = !newest;
    newest = ahead;
    if (isFirst) onWait?.(() => newest?.() ?? 0);
  };
}

/** Gives back the slot and the part of the share. */
class SharedPermit implements Permit {
  readonly #permit: Permit;
  #giveBack: (() => void) | undefined;

  constructor(permit: Permit, giveBack: () => void) {
    this.#permit = permit;
    this.#giveBack = giveBack;
  }

  enterHost(host: string, options: { signal: AbortSignal }): Promise<void> {
    return this.#permit.enterHost(host, options);
  }

  [Symbol.dispose](): void {
    this.#permit[Symbol.dispose]();
    this.#giveBack?.();
    this.#giveBack = undefined;
  }
}
