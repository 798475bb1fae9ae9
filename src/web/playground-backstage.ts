// What the page may do behind the scenes: people, admins, a rush hour, faults, the bot's process, the clock.

import { z } from 'zod';
import type { Emulator } from '../emulator/contract.ts';
import { faultKinds, paces } from './backstage.ts';
import type { Backstage } from './backstage.ts';
import { readJson, sendJson } from './exchange.ts';
import type { Route } from './exchange.ts';
import { attempt, findPerson } from './playground-orders.ts';

const nameShape = z.object({
  name: z
    .string()
    .max(64)
    .transform((name) => name.replace(/\p{Cc}+/gu, ' ').trim())
    .refine((name) => /[^\p{C}\p{Z}]/u.test(name), 'expected a name')
    .optional(),
});
const languageShape = z.object({
  code: z.string().regex(/^[a-z]{2,3}(?:-[a-z]{2,8})?$/i, 'expected a language code like "en"'),
});
const adminShape = z.object({ isAdmin: z.boolean() });
const blockShape = z.object({ blocked: z.boolean() });
const faultShape = z.object({ kind: z.enum(faultKinds) });
const clockShape = z.object({ pace: z.literal(paces) });
const nothing = z.object({});

/** The routes of those orders; each takes JSON and answers with what came of it. */
export function createBackstageRoutes(emulator: Emulator, backstage: Backstage): Route[] {
  const order = <T>(
    path: string,
    shape: z.ZodType<T>,
    carryOut: (input: T, personId: string | undefined) => object,
  ): Route => ({
    method: 'POST',
    path: `/playground/${path}`,
    async handle({ request, response, params }) {
      const input = await readJson(request, shape);
      sendJson(response, await attempt(() => carryOut(input, params['id'])));
    },
  });

  return [
    order('people', nameShape, ({ name }) => ({ id: backstage.addPerson(name) })),
    order('people/:id/language', languageShape, ({ code }, id) => {
      findPerson(emulator, id).setLanguage(code.toLowerCase());
      return {};
    }),
    order('people/:id/admin', adminShape, ({ isAdmin }, id) => {
      backstage.setAdmin(findPerson(emulator, id).id, isAdmin);
      return {};
    }),
    order('people/:id/block', blockShape, ({ blocked }, id) => {
      const person = findPerson(emulator, id);
      if (blocked) person.block();
      else person.unblock();
      return {};
    }),
    order('rush', nothing, () => backstage.startRush()),
    order('faults', faultShape, ({ kind }) => ({ faults: backstage.addFault(kind) })),
    order('faults/clear', nothing, () => ({ faults: backstage.clearFaults() })),
    order('bot/kill', nothing, () => {
      backstage.killBot();
      return {};
    }),
    order('clock', clockShape, ({ pace }) => backstage.setPace(pace)),
  ];
}
