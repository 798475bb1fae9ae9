// The rest that a bot comes to after whatever was done to it: nothing held, nobody connected, and still at work.

import { expect } from 'vitest';
import type { World } from './world.ts';

/** What a bot without work holds. */
export const nothing = { jobs: 0, slots: 0, waiting: 0, tempFiles: 0, files: [] };

/**
 * Waits until all work is over; fails when something is still held then, or when `/help` is not answered.
 * `unfinished` updates are left open for the next start.
 */
export async function expectRest(world: World, { unfinished = 0 } = {}): Promise<void> {
  expect(await world.idle()).toEqual(nothing);
  await world.site.left();
  expect(world.service.ready().detail).toMatchObject({ unfinished });
  const person = world.emulator.person({ first_name: 'Zoe' });
  person.send('/help');
  expect((await person.chat.nextMessage()).text).toContain('What I can do');
}
