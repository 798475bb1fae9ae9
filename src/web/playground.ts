// The playground: a page on which several people chat with the bot through the local Bot API, and see it at work.

import { z } from 'zod';
import type { Emulator } from '../emulator/contract.ts';
import type { Suggestion } from '../emulator/sample-web.ts';
import type { Backstage } from './backstage.ts';
import { checkShape, sendJson } from './exchange.ts';
import type { Route } from './exchange.ts';
import { createPageRoutes } from './page-files.ts';
import { createBackstageRoutes } from './playground-backstage.ts';
import { createEventStream } from './playground-events.ts';
import { createFileRoutes } from './playground-files.ts';
import { attempt, createOrderRoutes, findChat, findPerson } from './playground-orders.ts';

/** What the playground shows and how much it takes. */
export interface PlaygroundOptions {
  readonly backstage: Backstage;
  /** Messages offered under every chat. */
  readonly suggestions?: readonly Suggestion[];
  /** What the bot speaks, as codes. */
  readonly languages?: readonly string[];
  /** Largest file that a person may send; default 60 MB, which is held in memory on its way. */
  readonly maxFileBytes?: number;
  readonly heartbeatMs?: number;
}

const menuShape = z.object({ chat: z.coerce.number().int() });

/**
 * The playground's routes. Whoever is let in may act as anybody in it: the server has to listen on a loopback address
 * and to be guarded by `requireLoopback`.
 */
export function createPlaygroundRoutes(
  emulator: Emulator,
  {
    backstage,
    suggestions = [],
    languages = ['en'],
    maxFileBytes = 60_000_000,
    heartbeatMs,
  }: PlaygroundOptions,
): Route[] {
  const stream = createEventStream(backstage.journal, { heartbeatMs });
  return [
    ...createPageRoutes(),
    {
      method: 'GET',
      path: '/playground/state',
      handle({ response }) {
        const state = backstage.state();
        const cursor = stream.cursor(state.seq);
        sendJson(response, { ...state, cursor, suggestions, languages, maxFileBytes });
      },
    },
    stream.route,
    {
      method: 'GET',
      path: '/playground/people/:id/menu',
      async handle({ response, url, params }) {
        const person = findPerson(emulator, params['id']);
        const { chat } = checkShape(Object.fromEntries(url.searchParams), menuShape, 'the query');
        sendJson(response, await attempt(() => person.menu(findChat(emulator, person, chat))));
      },
    },
    ...createOrderRoutes(emulator),
    ...createFileRoutes(emulator, { maxFileBytes }),
    ...createBackstageRoutes(emulator, backstage),
  ];
}
