// The chain that every update passes: read once, in its turn where order matters, then to the desk.

import { sequentialize } from '@grammyjs/runner';
import type { Context } from 'grammy';
import type { Update } from 'grammy/types';
import { isSlow } from '../handler.ts';
import type { Handler, Request } from '../handler.ts';
import type { Entry } from '../work/inbox.ts';
import type { Crowds } from './crowds.ts';
import type { Desk } from './desk.ts';

/** All that the runner's queues look at. */
type Turn = Context & { readonly queue: string };

/** The way of updates to the desk. */
export class Chain {
  readonly #desk: Desk;
  readonly #crowds: Crowds;
  readonly #takesTurn: ReadonlySet<string>;
  readonly #isSlow: ReadonlySet<string>;
  readonly #inTurn = sequentialize<Turn>(({ queue }) => queue);

  /** The crowds are the desk's too. */
  constructor(desk: Desk, handlers: readonly Handler[], crowds: Crowds) {
    this.#desk = desk;
    this.#crowds = crowds;
    this.#isSlow = new Set(handlers.filter(isSlow).map(({ name }) => name));
    this.#takesTurn = new Set(handlers.filter(({ work }) => work === 'turn').map(({ name }) => name));
  }

  /** Works on an entry of the inbox; rejects when its update has to be tried again. */
  async handle(entry: Entry): Promise<void> {
    const request = this.#desk.read(entry.update, entry.acceptedAt);
    if (!request) return this.#desk.handle(entry, request);
    const isSlow = this.#isSlow.has(request.handler);
    const tooMany = this.#crowds.tooMany(request, { isSlow });
    if (tooMany !== undefined) return this.#desk.handle(entry, request, { tooMany });
    // Slow work waits in a room of its own, and comes to the others with its answer.
    using _answer = isSlow ? undefined : this.#crowds.enter(request);
    await this.#takeTurn(entry, request);
  }

  #takeTurn(entry: Entry, request: Request): Promise<void> {
    const queue = this.#turnOf(request);
    if (queue === undefined) return this.#desk.handle(entry, request);
    return this.#inTurn({ queue } as Turn, () => this.#desk.handle(entry, request));
  }

  /** Updates with the same turn are worked on in their order; those without one wait for nobody. */
  turnOf(update: Update): string | undefined {
    return this.#turnOf(this.#desk.read(update, 0));
  }

  /** Lookups, downloads and control take no turn: they never wait for each other. */
  #turnOf(request: Request | undefined): string | undefined {
    return request && this.#takesTurn.has(request.handler) ? `${request.chat.id}` : undefined;
  }
}
