// Each benchmark once, as small as can be: what it prints has the right shape. How fast it was says nothing here.

import { expect, it } from 'vitest';
import { download } from '../../bench/download.ts';
import { fairness } from '../../bench/fairness.ts';
import { gather } from '../../bench/gather.ts';
import { isolation } from '../../bench/isolation.ts';
import type { Line } from '../../bench/line.ts';
import { semaphore } from '../../bench/semaphore.ts';

const tiny: Record<string, () => Promise<Line>> = {
  isolation: () => isolation({ rounds: 1, people: 2, linksEach: 2, helps: 5, everyMs: 1, bareHoldMs: 10 }),
  semaphore: () => semaphore({ rounds: 1, slots: 2, times: 2, holdMs: 10, cycles: 5 }),
  fairness: () => fairness({ newcomers: 1, slots: 1, queued: 2, holdMs: 15 }),
  download: () => download({ rounds: 1, largeMb: 1, files: 2, eachMb: 1 }),
  gather: () => gather({ rounds: 1, links: 2, holdMs: 10 }),
};
it.each(Object.entries(tiny))('%s tells its figures, its medians and the machine', async (name, run) => {
  const line = await run();
  expect(line).toMatchObject({
    bench: name,
    machine: { cpu: expect.any(String), cores: expect.any(Number), node: process.version },
  });
  expect(line.figures.length).toBeGreaterThan(0);
  for (const { figure, measured, unit, atMost, atLeast, met } of line.figures) {
    expect([figure, unit]).toEqual([expect.stringMatching(/\w{3}/), expect.stringMatching(/./)]);
    expect(Number.isFinite(measured)).toBe(true);
    expect(typeof met).toBe(atMost === undefined && atLeast === undefined ? 'undefined' : 'boolean');
  }
  expect(Object.values(line.medians).every(Number.isFinite)).toBe(true);
  expect(JSON.parse(JSON.stringify(line))).toEqual(line);
});
