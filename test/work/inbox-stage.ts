// Where the inbox's suite plays: a place that outlives its inboxes, and what a process does with one.

import type { Update } from 'grammy/types';
import { expect } from 'vitest';
import type { Entry, Inbox, InboxState } from '../../src/work/inbox.ts';

/** Where inboxes of one implementation are kept between openings. */
export interface Place extends AsyncDisposable {
  /** As the next start of the process does. */
  open(): Inbox | Promise<Inbox>;
  /** Ends an inbox without a word, as `kill -9` does: what it has not written is lost. */
  crash(inbox: Inbox): Promise<void>;
  /** Lets no write succeed, as a full disk does, until the result is disposed of. */
  refuseWrites(): Disposable | Promise<AsyncDisposable>;
  /** Spoils the content of an update, while no inbox is open. */
  damage(updateId: number): Promise<void>;
  /** So many that wait are not few. */
  readonly many: number;
  /** Whether a crash suspects what nobody had taken, too, if anything was taken: it is not written down what. */
  readonly countsWaiting: boolean;
}

/** An update that says its number. */
export function anUpdate(id: number): Update {
  const chat = { id: 7, type: 'private' as const, first_name: 'Ann' };
  const from = { id: 7, is_bot: false, first_name: 'Ann' };
  return { update_id: id, message: { message_id: id, date: 0, chat, from, text: `message ${id} “…” 😀` } };
}

export const some = (...ids: number[]) => ids.map(anUpdate);
export const idsOf = (entries: readonly Entry[]) => entries.map(({ update }) => update.update_id);

/** No wait is endless, so a test that fails says where. */
export const signal = () => ({ signal: AbortSignal.timeout(10_000) });

/** The clock's next millisecond: what is accepted then is younger. */
export async function tick(): Promise<void> {
  const before = Date.now();
  while (Date.now() === before) await new Promise((resolve) => setImmediate(resolve));
}

/** Runs something several times, one after the other. */
export async function times(count: number, run: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < count; n++) await run(n);
}

/** A place and the inbox that is open there now. */
export class Stage implements AsyncDisposable {
  readonly place: Place;
  inbox: Inbox;
  #lastId = 1_000_000;

  static async open(place: Place): Promise<Stage> {
    return new Stage(place, await place.open());
  }

  private constructor(place: Place, inbox: Inbox) {
    this.place = place;
    this.inbox = inbox;
  }

  /** Takes all that wait, oldest first: what is given out before an update that was accepted last. */
  async takeAll(): Promise<Entry[]> {
    const last = ++this.#lastId;
    await tick();
    await this.inbox.accept([anUpdate(last)]);
    const taken: Entry[] = [];
    while (!idsOf(taken).includes(last)) taken.push(...(await this.inbox.take(100, signal())));
    expect(idsOf(taken).at(-1)).toBe(last);
    await this.inbox.done(last);
    return taken.slice(0, -1);
  }

  /** Takes all that wait; how many tries on each have failed. */
  async failures(): Promise<Record<number, number>> {
    const entries = await this.takeAll();
    return Object.fromEntries(entries.map(({ update, failures }) => [update.update_id, failures]));
  }

  /** Takes all that wait; how much each is suspected. */
  async suspicions(): Promise<Record<number, number>> {
    const entries = await this.takeAll();
    return Object.fromEntries(entries.map(({ update, suspicion }) => [update.update_id, suspicion]));
  }

  /** Closes the inbox and opens it again, as a new start of the process does. */
  async reopen(): Promise<Inbox> {
    await this.inbox[Symbol.asyncDispose]();
    return (this.inbox = await this.place.open());
  }

  /** Ends the inbox without a word and opens it again. */
  async crash(): Promise<Inbox> {
    await this.place.crash(this.inbox);
    return (this.inbox = await this.place.open());
  }

  /** An inbox may need a moment to know how much is open. */
  async expectState(state: InboxState): Promise<void> {
    await expect.poll(() => this.inbox.state(), { interval: 5, timeout: 10_000 }).toEqual(state);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.inbox[Symbol.asyncDispose]();
    await this.place[Symbol.asyncDispose]();
  }
}
