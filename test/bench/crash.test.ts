// The benchmark of crashes once, as small as can be: all requests are counted, and the bot that is killed loses none.

import { expect, it } from 'vitest';
import { crash } from '../../bench/crash.ts';

it('crash tells its figures and what became of the requests of both bots', async () => {
  const line = await crash({ requests: 6, people: 3, kills: 1, runMs: 500, quietMs: 1_000 });
  expect(line).toMatchObject({ bench: 'crash', requests: 6, kills: 1 });
  expect(line.figures).toHaveLength(6);
  expect(line.figures.every(({ measured }) => Number.isFinite(measured))).toBe(true);
  expect(line.ours).toMatchObject({ lost: 0, other: 0 });
  for (const { lost, doubled, explained } of [line.ours, line.bare]) {
    expect(lost).toBeLessThanOrEqual(6);
    expect(explained).toBeLessThanOrEqual(doubled);
  }
}, 60_000);
