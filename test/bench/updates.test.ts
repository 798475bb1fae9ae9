// The benchmark of updates once, as small as can be: every rival gives the bot's answer, and each message gets one.

import { expect, it } from 'vitest';
import { updates } from '../../bench/updates.ts';

it('updates tells its figures, its medians and the machine', async () => {
  const line = await updates({ rounds: 1, warmUps: 1, messages: 3 });
  expect(line.bench).toBe('updates');
  expect(line.figures).toHaveLength(4);
  expect(line.figures.every(({ measured }) => Number.isFinite(measured))).toBe(true);
  expect(Object.values(line.medians).every(Number.isFinite)).toBe(true);
}, 30_000);
