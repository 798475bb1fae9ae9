// Servers that mean harm: each look and each download ends in time, with what it should, and leaves nothing behind.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, startRawServer } from '../net/raw-server.ts';
import { entityBomb, vastPicture, zipBomb } from './bombs.ts';
import { keepers, servers } from './servers.ts';
import type { HostileServer } from './servers.ts';
import { brief, startStage } from './stage.ts';
import type { Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => {
  expect(await stage.leftovers()).toEqual([]);
  await stage[Symbol.asyncDispose]();
});

/** How a look at a server ends, and a download from it; nobody is connected to it any more then. */
async function visit({ script, options, isSecure }: HostileServer, ms?: number) {
  await using server = await startRawServer(script, options);
  const address = `${isSecure ? server.origin.replace('http:', 'https:') : server.origin}/`;
  const [card, file] = await Promise.all([stage.look(address, ms), stage.get(address, ms)]);
  await server.drained();
  return { card, file, requests: server.requests };
}

describe('A look and a download', () => {
  it.each(servers)('end as they should with $title', async (hostile) => {
    const { card, file, requests } = await visit(hostile);
    expect({ card: brief(card), file: brief(file) }).toEqual({ card: hostile.card, file: hostile.file });
    expect(requests.join('')).not.toMatch(/^cookie:/im);
    expect(requests.length).toBeLessThanOrEqual(12);
  });

  it.each([
    ['an entity bomb', entityBomb, 'bomb.xml'],
    ['a zip bomb', zipBomb, 'bomb.zip'],
    ['a vast picture', vastPicture, 'bomb.png'],
  ])('bring %s as it is, by the name that it deserves', async (_, bomb, name) => {
    await using server = await startRawServer((socket) => {
      socket.write(answer(200, { 'content-length': bomb.length }));
      socket.end(bomb);
    });
    const file = await stage.get(`${server.origin}/bomb`);
    expect(file).toMatchObject({ end: 'file', name });
    expect(file.end === 'file' && file.content.equals(bomb)).toBe(true);
  });

  it('end well or with words wherever in a small answer the connection ends', async () => {
    const whole = answer(200, { 'content-type': 'text/html', 'content-length': 18 }, '<title>Yes</title>');
    let end = 0;
    await using server = await startRawServer((socket) => socket.end(whole.slice(0, end)));
    const seen = new Set<string>();
    for (; end <= whole.length; end++) {
      const both = await Promise.all([stage.look(server.origin), stage.get(server.origin)]);
      const isWhole = end === whole.length;
      expect(both.map(({ end: how }) => how)).toEqual(isWhole ? ['card', 'file'] : ['refused', 'refused']);
      for (const outcome of both) seen.add(brief(outcome));
    }
    await server.drained();
    expect([...seen].toSorted()).toEqual(['card "Yes"', 'error-broken', 'error-cut-short', 'file of 18']);
  });

  it('end at their deadline with whoever wants to keep them', async () => {
    const ends = await Promise.all(keepers.map((hostile) => visit(hostile, 500)));
    expect(ends.map(({ card, file }, at) => [keepers[at]?.title, brief(card), brief(file)])).toEqual(
      keepers.map(({ title, card, file }) => [title, card, file]),
    );
  });
});
