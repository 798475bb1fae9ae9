// The inbox of many instances, in the Postgres that they share: each takes a few updates at a time.
//
// A row says what is known of an update and who holds it; its job in the queue says whether it may be taken. Both
// change in one transaction, and only in the name of an instance that lives. Whoever changes what may be taken tells
// the others; what nobody was told is found by looking once a second. What an instance holds waits again as soon as
// it closes, or as the others have declared it dead.

import type { Update } from 'grammy/types';
import { Bell } from '../async/bell.ts';
import { later } from '../async/clock.ts';
import type { Later } from '../async/clock.ts';
import type { TakeOver } from '../postgres/instances.ts';
import { part } from '../postgres/part.ts';
import type { Ticket } from '../postgres/travel.ts';
import type { Buried, Entry, Inbox, InboxState, Note } from './inbox.ts';
import { openCensus } from './inbox-census.ts';
import type { Census } from './inbox-census.ts';
import { Ledger, topic } from './inbox-ledger.ts';
import type { LedgerOptions, Taken } from './inbox-ledger.ts';
import { Marks } from './inbox-marks.ts';
import type { Mark } from './inbox-marks.ts';

/** Few at a time, so that the instances share a burst; more of a long line, where each look costs more. */
const takeAtMost = { usually: 20, ever: 100 };
const lookEveryMs = 1_000;
const countEveryMs = 2_000;

export interface PostgresInboxOptions extends LedgerOptions {
  /** Told of each statement that failed; whatever can be tried again is. */
  onTrouble?: (error: unknown) => void;
  /** How often one looks for what nobody was told of, in milliseconds. */
  lookEveryMs?: number;
  /** How often one counts what is open, in milliseconds. */
  countEveryMs?: number;
  /** Told of each update whose record is damaged; it is buried. */
  onDamaged?: (updateId: number) => void;
}

/** The inbox of one instance among many. */
export interface PostgresInbox extends Inbox {
  /** Lets wait again what a dead instance held, under suspicion: for `Instances.watch`. */
  readonly takeOver: TakeOver;
}

/** Opens the inbox in a database with its tables (`prepareSchema`). Rejects when they cannot be read. */
export async function openPostgresInbox(options: PostgresInboxOptions): Promise<PostgresInbox> {
  const chosen = { lookEveryMs, countEveryMs, onTrouble: () => {}, onDamaged: () => {}, ...options };
  const ledger = new Ledger(options);
  const census = await openCensus(ledger, { everyMs: chosen.countEveryMs, onTrouble: chosen.onTrouble });
  return new SharedInbox(ledger, census, chosen);
}

/** An update in the hands of this instance. */
interface Held {
  readonly ticket: Ticket;
  readonly hold: AbortController;
}

class SharedInbox implements PostgresInbox {
  readonly takeOver: TakeOver;
  readonly #ledger: Ledger;
  readonly #census: Census;
  readonly #options: Required<PostgresInboxOptions>;
  readonly #marks: Marks;
  readonly #held = new Map<number, Held>();
  readonly #ready: Entry[] = [];
  readonly #bell = new Bell();
  readonly #over = new AbortController();
  readonly #resources = new DisposableStack();
  #taking: Promise<void> | undefined;
  /** Nothing is left to take, as far as was told. */
  #isDry = false;
  /** What was taken may be held here without being known: the answer was lost on the way. */
  #isUncertain = false;
  #nextLook: Later | undefined;
  #closed: Promise<void> | undefined;

  constructor(ledger: Ledger, census: Census, options: Required<PostgresInboxOptions>) {
    this.#ledger = ledger;
    this.#census = census;
    this.#options = options;
    this.takeOver = (tx, deadId) => ledger.giveUp(tx, deadId);
    this.#marks = new Marks({
      write: (marks) => this.#write(marks),
      onTrouble: (error) => this.#fail(error),
    });
    this.#resources.use(options.channel.on(topic, () => this.#look()));
    this.#obey(options.instances.alive);
  }

  async accept(updates: readonly Update[]): Promise<number> {
    if (updates.length === 0) return 0;
    const fresh = await this.#doubting(this.#ledger.accept(updates));
    this.#census.addWaiting(fresh);
    return fresh;
  }

  untilFew(options: { signal: AbortSignal }): Promise<void> {
    return this.#census.untilFew(options);
  }

  async take(limit: number, { signal }: { signal: AbortSignal }): Promise<Entry[]> {
    signal.throwIfAborted();
    for (;;) {
      this.#over.signal.throwIfAborted();
      if (this.#ready.length > 0) return this.#ready.splice(0, limit);
      if (!this.#isDry) this.#taking ??= this.#takeSome(Math.min(limit, this.#fairPart()));
      await this.#bell.rung({ signal });
    }
  }

  async begin(updateId: number): Promise<void> {
    if (await this.#doubting(this.#ledger.begin(updateId))) return;
    throw new Error(`Cannot begin update ${updateId}: it is not in this instance's hands`);
  }

  note(updateId: number, note: Note): Promise<void> {
    return this.#mark(updateId, { note });
  }

  get isSure(): boolean {
    return this.#options.instances.isSure;
  }

  untilSure(options: { signal: AbortSignal }): Promise<void> {
    return this.#options.instances.untilSure(options);
  }

  done(updateId: number): Promise<void> {
    return this.#mark(updateId, { end: { as: 'done' } });
  }

  release(updateId: number, { afterMs = 0, hasFailed = false } = {}): Promise<void> {
    return this.#mark(updateId, { end: { as: 'released', afterMs, hasFailed } });
  }

  bury(updateId: number, reason: string): Promise<void> {
    return this.#mark(updateId, { end: { as: 'buried', reason } });
  }

  buried(): Promise<Buried[]> {
    return this.#ledger.buried();
  }

  retry(updateId: number): Promise<boolean> {
    return this.#ledger.retry(updateId);
  }

  state(): InboxState {
    const { open, oldest } = this.#census.latest;
    return { open, oldest };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return (this.#closed ??= part(this.#close()));
  }

  /** A database that does not answer is left as it is; the others find what is held there. */
  async #close(): Promise<void> {
    this.#over.abort(new DOMException('Inbox: closed', 'AbortError'));
    this.#bell.ring();
    await Promise.all([
      this.#taking,
      this.#census[Symbol.asyncDispose](),
      this.#marks[Symbol.asyncDispose](),
    ]);
    this.#resources.dispose();
    this.#nextLook?.[Symbol.dispose]();
    const { database, instances, onTrouble } = this.#options;
    await database.transaction((tx) => this.takeOver(tx, instances.id)).catch(onTrouble);
  }

  /** When the others have declared this instance dead, nothing is in its hands any more. */
  #obey(alive: AbortSignal): void {
    const lose = () => {
      this.#over.abort(alive.reason);
      for (const { hold } of this.#held.values()) hold.abort(alive.reason);
      this.#bell.ring();
    };
    if (alive.aborted) lose();
    alive.addEventListener('abort', lose, { once: true });
    this.#resources.defer(() => alive.removeEventListener('abort', lose));
  }

  /** Rings when something has come, or when it is time to try again. */
  async #takeSome(limit: number): Promise<void> {
    this.#isDry = true;
    const known = this.#isUncertain ? [...this.#held.keys()] : undefined;
    try {
      this.#isUncertain = true;
      const { hands, damaged } = await this.#ledger.take(limit, { known });
      this.#isUncertain = false;
      for (const hand of hands) this.#ready.push(this.#hold(hand));
      for (const id of damaged) this.#options.onDamaged(id);
      this.#census.addWaiting(-hands.length);
      if (hands.length + damaged.length === limit) this.#isDry = false;
    } catch (error) {
      this.#fail(error);
    }
    this.#taking = undefined;
    this.#nextLook?.[Symbol.dispose]();
    this.#nextLook = later(this.#options.lookEveryMs, () => this.#look());
    this.#bell.ring();
  }

  #fairPart(): number {
    const part = Math.ceil(this.#census.latest.waiting / this.#options.instances.size / 4);
    return Math.min(Math.max(part, takeAtMost.usually), takeAtMost.ever);
  }

  /** There may be something to take. */
  #look(): void {
    this.#isDry = false;
    this.#bell.ring();
  }

  #hold({ entry, ticket }: Taken['hands'][number]): Entry {
    const hold = new AbortController();
    this.#held.get(ticket.updateId)?.hold.abort(voided());
    this.#held.set(ticket.updateId, { ticket, hold });
    return { ...entry, hold: hold.signal };
  }

  /** What is said of an update that is not in one's hands is nothing. */
  #mark(updateId: number, mark: Mark): Promise<void> {
    return this.#held.has(updateId) ? this.#marks.add(updateId, mark) : Promise.resolve();
  }

  async #write(marks: ReadonlyMap<number, Mark>): Promise<void> {
    const held = new Map([...marks.keys()].map((id) => [id, this.#held.get(id)]));
    const written = await this.#ledger.mark(marks, (id) => held.get(id)?.ticket);
    for (const [id, { end }] of marks) {
      if (!written.has(id)) held.get(id)?.hold.abort(voided());
      // It may have been taken anew meanwhile.
      if ((end || !written.has(id)) && this.#held.get(id) === held.get(id)) this.#held.delete(id);
    }
  }

  async #doubting<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.#options.instances.doubt();
      throw error;
    }
  }

  #fail(error: unknown): void {
    if (!this.#over.signal.aborted) this.#options.instances.doubt();
    this.#options.onTrouble(error);
  }
}

function voided(): DOMException {
  return new DOMException('Update: no longer in the hands of this instance', 'AbortError');
}
