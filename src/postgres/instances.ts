// Who is there: this instance's row and its beats, and what becomes of those whose beats stop.
//
// An instance has a row while it lives and adds one to its beat every two seconds. The others look at the beats: one
// that stays the same for eight seconds of their own uptime, in which the database answered, is over. Whoever deletes
// its row, with that very beat, takes over what it held, in the same transaction. An instance that was only stalled
// or cut off finds its row gone: `alive` aborts, and it sends nothing more for what it held.

import { randomUUID } from 'node:crypto';
import { Bell } from '../async/bell.ts';
import { uptime } from '../async/clock.ts';
import { sleep } from '../async/sleep.ts';
import type { Database, Queryable } from './database.ts';
import { Judge } from './judge.ts';
import { part } from './part.ts';

const beatMs = 2_000;
const deadAfterMs = 8_000;

/** Takes over, or gives back, what an instance held; part of the transaction in which its row is deleted. */
export type TakeOver = (tx: Queryable, deadId: string) => Promise<void>;

export interface InstanceOptions {
  /** What people call it, for example its host's name. */
  name: string;
  /** The program's version. */
  version: string;
  beatMs?: number;
  deadAfterMs?: number;
  /** Told of each beat and takeover that failed. */
  onTrouble?: (error: unknown) => void;
  /** Told of each beat that was written. */
  onBeat?: () => void;
}

/** Adds this instance to those that share the database. Rejects when its row cannot be written. */
export async function joinInstances(database: Database, options: InstanceOptions): Promise<Instances> {
  const id = randomUUID();
  const { name, version } = options;
  const joinedAt = uptime();
  await database.query('INSERT INTO errand.instances (id, name, version) VALUES ($1, $2, $3)', [
    id,
    name,
    version,
  ]);
  return new Instances(database, id, joinedAt, options);
}

/** This instance among the others. */
export class Instances implements AsyncDisposable {
  readonly id: string;
  readonly #database: Database;
  readonly #times: { beatMs: number; deadAfterMs: number };
  readonly #onTrouble: (error: unknown) => void;
  readonly #onBeat: () => void;
  readonly #judge: Judge;
  readonly #alive = new AbortController();
  readonly #leaving = new AbortController();
  readonly #beaten = new Bell();
  readonly #ended: Promise<void>;
  #beatenAt: number;
  #isInDoubt = false;
  #size = 1;
  #takeOvers: readonly TakeOver[] | undefined;
  #burying: Promise<void> | undefined;
  #left: Promise<void> | undefined;

  /** Use `joinInstances`. */
  constructor(database: Database, id: string, joinedAt: number, options: InstanceOptions) {
    const times = { beatMs, deadAfterMs, ...options };
    this.id = id;
    this.#database = database;
    this.#beatenAt = joinedAt;
    this.#times = times;
    this.#onTrouble = options.onTrouble ?? (() => {});
    this.#onBeat = options.onBeat ?? (() => {});
    this.#judge = new Judge({ deadAfterMs: times.deadAfterMs, gapMs: times.beatMs * 2.5 });
    this.#ended = this.#run(this.#leaving.signal);
  }

  /** Aborts when the others have declared this instance dead: what it held is theirs. */
  get alive(): AbortSignal {
    return this.#alive.signal;
  }

  /** How many there were at the last beat, this one included. */
  get size(): number {
    return this.#size;
  }

  /** Begins to watch the others; what a dead one held is taken over by all of these, in their order. */
  watch(takeOvers: readonly TakeOver[]): void {
    this.#takeOvers = takeOvers;
  }

  /** A statement failed: nothing is sure before the next beat. */
  doubt(): void {
    this.#isInDoubt = true;
  }

  /**
   * Part of a transaction that writes something in this instance's name: rejects when the others have declared it
   * dead, and keeps them from that until the transaction is over. So nothing is held by one that is not there.
   */
  async confirm(tx: Queryable): Promise<void> {
    // Conflicts with deleting the row, not with its beats.
    const { rowCount } = await tx.query('SELECT 1 FROM errand.instances WHERE id = $1 FOR KEY SHARE', [
      this.id,
    ]);
    if (rowCount === 0) this.#lose();
    this.alive.throwIfAborted();
  }

  /** Whether the others cannot have declared this instance dead, as far as it can know. */
  get isSure(): boolean {
    const isFresh = uptime() - this.#beatenAt < this.#times.deadAfterMs * 0.6;
    return isFresh && !this.#isInDoubt && !this.alive.aborted;
  }

  /** Resolves when it is sure, at the next beat that is written. Rejects with the reason of `signal` or of `alive`. */
  async untilSure({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.isSure) return;
    const stop = signal ? AbortSignal.any([signal, this.alive]) : this.alive;
    while (!this.isSure) await this.#beaten.rung({ signal: stop });
  }

  /** Leaves: what it still holds goes to the others at once. A database that does not answer is left as it is. */
  [Symbol.asyncDispose](): Promise<void> {
    return (this.#left ??= part(this.#leave()));
  }

  async #run(leaving: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([leaving, this.alive]);
    while (!stop.aborted) {
      try {
        await this.#beat();
      } catch (error) {
        this.doubt();
        this.#onTrouble(error);
      }
      // Leaving ends the pause, and the loop with it.
      await sleep(this.#times.beatMs, { signal: stop }).catch(() => {});
    }
  }

  async #beat(): Promise<void> {
    const beganAt = uptime();
    const { rowCount } = await this.#database.query(
      'UPDATE errand.instances SET beat = beat + 1 WHERE id = $1',
      [this.id],
    );
    if (rowCount === 0) return this.#lose();
    this.#beatenAt = beganAt;
    this.#isInDoubt = false;
    this.#beaten.ring();
    this.#onBeat();
    const { rows } = await this.#database.query<{ id: string; beat: number }>(
      'SELECT id, beat FROM errand.instances WHERE id <> $1',
      [this.id],
    );
    this.#size = rows.length + 1;
    if (!this.#takeOvers) return;
    const dead = this.#judge.look(rows, uptime());
    // Not waited for: while a takeover takes its time, this heart goes on beating.
    if (dead.length > 0) this.#burying ??= this.#buryAll(dead);
  }

  #lose(): void {
    this.#alive.abort(new DOMException('Instance: declared dead by the others', 'AbortError'));
  }

  async #buryAll(dead: readonly { id: string; beat: number }[]): Promise<void> {
    for (const { id, beat } of dead) await this.#bury(id, beat).catch(this.#onTrouble);
    this.#burying = undefined;
  }

  async #bury(deadId: string, beat: number): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const { rowCount } = await tx.query('DELETE FROM errand.instances WHERE id = $1 AND beat = $2', [
        deadId,
        beat,
      ]);
      if (rowCount > 0) await this.#takeOver(tx, deadId);
    });
  }

  async #takeOver(tx: Queryable, deadId: string): Promise<void> {
    for (const takeOver of this.#takeOvers ?? []) await takeOver(tx, deadId);
  }

  async #leave(): Promise<void> {
    this.#leaving.abort();
    await this.#ended;
    await this.#burying;
    try {
      await this.#database.transaction(async (tx) => {
        const { rowCount } = await tx.query('DELETE FROM errand.instances WHERE id = $1', [this.id]);
        if (rowCount > 0) await this.#takeOver(tx, this.id);
      });
    } catch (error) {
      this.#onTrouble(error);
    }
    this.#lose();
  }
}
