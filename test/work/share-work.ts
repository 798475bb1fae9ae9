// Claims on several instances at once, and what is held of all together, for tests.

import { afterEach, beforeEach, expect } from 'vitest';
import type { Permit, SemaphoreLimits } from '../../src/async/fair-semaphore.ts';
import type { Kind } from '../../src/handler.ts';
import type { Database } from '../../src/postgres/database.ts';
import { Shares } from '../../src/work/shares.ts';
import { eventually, usePostgres } from '../postgres/database.ts';
import type { Base } from '../postgres/database.ts';
import { settled } from './a-job.ts';
import { joinSome } from './some-instances.ts';
import type { Member } from './some-instances.ts';

/** Limits that nothing here reaches, except the shares, unless a test lowers them. */
export const roomy: SemaphoreLimits<Kind> = {
  slots: 64,
  share: 20,
  kinds: { lookup: { slots: 64, share: 20 }, download: { slots: 16, share: 3 } },
  perHost: 0,
  waitingPerPerson: 1_000,
  waitingTotal: 5_000,
};

/** Claims on several instances, and what is held of all together. */
export class Work {
  readonly all: Shares[];
  readonly members: Member[];
  held = 0;
  most = 0;
  readonly served: string[] = [];

  /** The stack closes the shares. */
  constructor(members: Member[], limits: Partial<SemaphoreLimits<Kind>>, stack: AsyncDisposableStack) {
    this.members = members;
    const shared = { ...roomy, ...limits };
    this.all = members.map((member) => stack.use(new Shares({ ...member, limits: shared })));
  }

  /** Takes a slot on an instance; it counts as held until it is given back. */
  async take(
    index: number,
    options: { kind?: Kind; person?: string; request?: string; signal?: AbortSignal } = {},
  ): Promise<Permit> {
    const { kind = 'lookup', person = '1', request = 'r', signal } = options;
    const claim = { person, kind, request };
    const permit = await (this.all[index] as Shares).acquire(claim, { signal });
    this.most = Math.max(this.most, ++this.held);
    this.served.push(request);
    return {
      enterHost: (...parameters) => permit.enterHost(...parameters),
      [Symbol.dispose]: () => {
        this.held--;
        permit[Symbol.dispose]();
      },
    };
  }

  /** Takes a slot and gives it back a little later. */
  async run(...parameters: Parameters<Work['take']>): Promise<void> {
    using _permit = await this.take(...parameters);
    await settled();
  }
}

/** What the tests of shares play on: an empty database for each, and instances that join it. */
export interface ShareStage {
  readonly base: Base;
  readonly database: Database & { url: string };
  /** Closed after each test. */
  readonly stack: AsyncDisposableStack;
  /** So many instances with claims on them. */
  work(count: number, limits?: Partial<SemaphoreLimits<Kind>>): Promise<Work>;
  heldRows(): Promise<Record<string, unknown>[]>;
  /** Settles when nothing is held by anybody. */
  isForgotten(): Promise<void>;
  /** Rejects unless a promise stays open for several looks at it. */
  staysOpen(promise: Promise<unknown>): Promise<void>;
}

/** Sets the stage for the tests of this file. */
export function useShares(): ShareStage {
  const base = usePostgres();
  let stack: AsyncDisposableStack;
  let database: Database & { url: string };
  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    database = stack.use(await base.openEmpty());
  });
  afterEach(() => stack.disposeAsync());
  const heldRows = async () =>
    (await database.query('SELECT person, kind, held FROM errand.holds ORDER BY held')).rows;
  return {
    base,
    heldRows,
    get database() {
      return database;
    },
    get stack() {
      return stack;
    },
    work: async (count, limits = {}) => new Work(await joinSome(database.url, count, stack), limits, stack),
    isForgotten: () => eventually(async () => expect(await heldRows()).toEqual([])),
    async staysOpen(promise) {
      const open = Symbol('open');
      for (let i = 0; i < 20; i++) {
        await database.query('SELECT 1');
        expect(await Promise.race([promise, Promise.resolve(open)])).toBe(open);
      }
    },
  };
}
