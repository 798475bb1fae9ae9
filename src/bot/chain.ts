// The chain that every update passes: read once, in its turn where order matters, then to the desk.

import { sequentialize } from '@grammyjs/runner';
import type { Context } from 'grammy';
import type { Update } from 'grammy/types';
import type { Handler, Request } from '../handler.ts';
import type { Entry } from '../work/inbox.ts';
import type { Desk } from './desk.ts';

/** All that the runner's queues look at. */
type Turn = Context & { readonly queue: string };

/** The way of updates to the desk. */
export class Chain {
  readonly #desk: Desk;
  readonly #takesTurn: ReadonlySet<string>;
  readonly #inTurn = sequentialize<Turn>(({ queue }) => queue);

  constructor(desk: Desk, handlers: readonly Handler[]) {
    this.#desk = desk;
    this.#takesTurn = new Set(handlers.filter(({ work }) => work === 'turn').map(({ name }) => name));
  }

  /** Works on an entry of the inbox; rejects when its update has to be tried again. */
  handle(entry: Entry): Promise<void> {
    const request = this.#desk.read(entry.update, entry.acceptedAt);
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
