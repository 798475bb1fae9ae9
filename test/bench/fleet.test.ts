// The benchmark of many instances once, as small as can be: all requests are counted, and none is lost.

import { expect, it } from 'vitest';
import { fleet } from '../../bench/fleet.ts';

it('fleet tells its figures and what became of the requests', async () => {
  const kills = { requests: 6, people: 3, kills: 1, runMs: 500, seed: 'errand' };
  const line = await fleet({ rounds: 1, warmUps: 0, messages: 10, samples: 2, everyMs: 1, kills });
  expect(line).toMatchObject({ bench: 'fleet', requests: 6, kills: 1 });
  expect(line.figures).toHaveLength(10);
  expect(line.figures.every(({ measured }) => Number.isFinite(measured))).toBe(true);
  expect(Object.values(line.medians).every(Number.isFinite)).toBe(true);
  expect(line.tally).toMatchObject({ lost: 0, buried: 0, other: 0 });
  expect(line.tally.explained).toBe(line.tally.doubled);
}, 120_000);
