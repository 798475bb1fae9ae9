// The one list of admins.

import { expect, it } from 'vitest';
import { Admins } from '../../src/bot/admins.ts';

it('Admins knows those of the settings and those appointed or dismissed since', () => {
  const admins = new Admins([1, 2]);
  admins.set(3, true);
  admins.set(3, true);
  admins.set(1, false);
  admins.set(9, false);
  expect(admins.ids).toEqual([2, 3]);
  expect([admins.has(1), admins.has(2), admins.has(3)]).toEqual([false, true, true]);
});
