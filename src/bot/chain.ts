// The chain that every update passes: read once, in its turn where order matters, then to the desk.

import { sequentialize } from '@grammyjs/runner';
import type { Bot, Context, MiddlewareFn } from 'grammy';
import type { Handler, Request } from '../handler.ts';
import type { Entry } from '../work/inbox.ts';
import type { Desk } from './desk.ts';

/** Works on an entry of the inbox; rejects when its update stays open. */
export type Handle = (entry: Entry) => Promise<void>;

/** Puts the chain into the bot and returns the way in. */
export function chain(bot: Bot, desk: Desk, handlers: readonly Handler[]): Handle {
  const underway = new Map<Context['update'], { entry: Entry; request: Request | undefined }>();
  const takesTurn = new Set(handlers.filter(({ work }) => work === 'turn').map(({ name }) => name));

  // Lookups, downloads and control take no turn: they never wait for each other.
  const turn = ({ update }: Context): string | undefined => {
    const request = underway.get(update)?.request;
    return request && takesTurn.has(request.handler) ? `${request.chat.id}` : undefined;
  };
  const toDesk: MiddlewareFn = async ({ update }) => {
    const it = underway.get(update);
    if (it) await desk.handle(it.entry, it.request);
  };
  bot.use(sequentialize(turn), toDesk);

  return async (entry) => {
    underway.set(entry.update, { entry, request: desk.read(entry) });
    try {
      await bot.handleUpdate(entry.update);
    } finally {
      underway.delete(entry.update);
    }
  };
}
