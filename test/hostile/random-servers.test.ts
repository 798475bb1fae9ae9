// Random servers: whatever one says, a look and a download end by their deadline with a card, a file or words for the person.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRawServer } from '../net/raw-server.ts';
import fc, { patienceMs, runs } from '../properties.ts';
import { anyServer, play } from './random-servers.ts';
import { limitBytes, startStage } from './stage.ts';
import type { Outcome, Stage } from './stage.ts';

const deadlineMs = 200;
/** Milliseconds after which a meeting has plainly missed its deadline, however busy the computer is. */
const hangsAfterMs = 10_000;

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const hidden = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u200e\u200f\u061c\ufeff]/u;

/** What may be shown: of one line, bounded, nothing hidden in it. */
function expectPlain(text: string, maxLength: number): void {
  expect(text.length).toBeLessThanOrEqual(maxLength);
  expect(text).not.toMatch(hidden);
  expect(text.isWellFormed()).toBe(true);
}

function expectFit(outcome: Outcome): void {
  if (outcome.end === 'refused') expect(outcome.key).toMatch(/^error-[a-z-]+$/);
  if (outcome.end === 'file') {
    expectPlain(outcome.name, 120);
    expect(outcome.content.length).toBeLessThanOrEqual(limitBytes);
  }
  if (outcome.end !== 'card') return;
  const { title = '', description = '', site = '', type = '' } = outcome.card;
  for (const text of [title, description, site, type]) expectPlain(text, 1_500);
}

it(
  'whatever a server says, a look and a download end in time and leave nothing behind',
  async () => {
    const ends = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(anyServer, async (acts) => {
        await using server = await startRawServer(play(acts));
        const outcomes = await Promise.all([
          stage.look(server.origin, deadlineMs),
          stage.get(server.origin, deadlineMs),
        ]);
        for (const outcome of outcomes) {
          expectFit(outcome);
          ends.set(outcome.end, (ends.get(outcome.end) ?? 0) + 1);
        }
        await server.drained();
        expect(await stage.leftovers()).toEqual([]);
      }),
      { numRuns: runs(100), timeout: hangsAfterMs },
    );
    // A test of servers that are all refused would say little.
    expect([...ends.keys()].toSorted()).toEqual(['card', 'deadline', 'file', 'refused']);
    if (process.env['FC_RUNS']) console.log('random servers:', Object.fromEntries(ends));
  },
  patienceMs,
);
