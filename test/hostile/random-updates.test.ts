// Random updates of every kind: the bot works on, answers every press, and keeps nothing.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectRest } from '../rest.ts';
import fc, { patienceMs, runs } from '../properties.ts';
import { page, startWorld } from '../world.ts';
import type { World } from '../world.ts';
import { anyUpdate } from './random-updates.ts';

/** Who is told several things waits for a second between them, as Telegram wants it. */
const patient = { timeout: 10_000 };

let world: World;
beforeAll(async () => {
  world = await startWorld(
    { LOOKUP_DEADLINE_MS: '500', DOWNLOAD_DEADLINE_MS: '500' },
    { emulator: { recorded: 1_000_000 } },
  );
  world.site.on('/page', page('The page'));
});
afterAll(async () => {
  await expectRest(world);
  await world[Symbol.asyncDispose]();
});

/** The ids of the presses that were answered. */
function answered(): Set<unknown> {
  return new Set(
    world.emulator.calls('answerCallbackQuery').map(({ payload }) => payload['callback_query_id']),
  );
}

/** What went wrong in a way that is nobody's fault but the code's. */
function mistakes(): string[] {
  return world.log.filter(
    (line) => /"level":[56]0/.test(line) && /"type":"(?:Type|Range|Reference|Syntax)Error"/.test(line),
  );
}

it(
  'whatever the updates are, the bot answers every press and comes to rest',
  async () => {
    // So many that hardly anybody is told more than one thing in a second, which Telegram would not have.
    const people = Array.from({ length: 40 * runs(15) }, () => world.emulator.person().id);
    const cast = { people, links: [world.site.url('/page'), world.site.url('/none'), 'http://10.0.0.1/'] };
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyUpdate(cast), { minLength: 5, maxLength: 40 }), async (updates) => {
        for (const update of updates) world.emulator.deliver(update);
        tried += updates.length;
        expect(await world.idle()).toMatchObject({ jobs: 0, slots: 0, waiting: 0, tempFiles: 0, files: [] });
        await expect.poll(() => world.service.ready().detail, patient).toMatchObject({ unfinished: 0 });
        const presses = updates.flatMap(({ callback_query: press }) =>
          press ? [(press as { id: string }).id] : [],
        );
        await expect.poll(() => presses.filter((id) => !answered().has(id)), patient).toEqual([]);
        expect(mistakes()).toEqual([]);
      }),
      { numRuns: runs(15), endOnFailure: true },
    );
    expect(tried).toBeGreaterThan(0);
    if (process.env['FC_RUNS']) console.log('random updates:', tried);
  },
  patienceMs,
);
