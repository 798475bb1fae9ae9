// The chain that every update passes: read once, in its turn where order matters, then to the desk.

import { sequentialize } from '@grammyjs/runner';
import type { Context } from 'grammy';
import type { Handler } from '../handler.ts';
import type { Entry } from '../work/inbox.ts';
import type { Desk } from './desk.ts';

/** Works on an entry of the inbox; rejects when its update stays open. */
export type Handle = (entry: Entry) => Promise<void>;

/** All that the runner's queues look at. */
type Turn = Context & { readonly queue: string };

/** Makes the way of an update to the desk. */
export function chain(desk: Desk, handlers: readonly Handler[]): Handle {
  const takesTurn = new Set(handlers.filter(({ work }) => work === 'turn').map(({ name }) => name));
  const inTurn = sequentialize<Turn>(({ queue }) => queue);

  return (entry) => {
    const request = desk.read(entry);
    // Lookups, downloads and control take no turn: they never wait for each other.
    if (!request || !takesTurn.has(request.handler)) return desk.handle(entry, request);
    return inTurn({ queue: `${request.chat.id}` } as Turn, () => desk.handle(entry, request));
  };
}
