// The bot after hundreds of hostile requests: each answered once, and nothing held that was not held before.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRawServer } from '../net/raw-server.ts';
import type { RawServer } from '../net/raw-server.ts';
import { expectRest } from '../rest.ts';
import { said, startWorld } from '../world.ts';
import type { World } from '../world.ts';
import { keepers, servers } from './servers.ts';
import { countTraces } from './traces.ts';

const parts = new AsyncDisposableStack();
let world: World;
const sites: { address: string; server: RawServer }[] = [];
beforeAll(async () => {
  world = parts.use(
    await startWorld({
      SLOTS: '200',
      DOWNLOAD_SLOTS: '100',
      MAX_DOWNLOAD_MB: '5',
      LOOKUP_DEADLINE_MS: '500',
      DOWNLOAD_DEADLINE_MS: '500',
    }),
  );
  for (const { script, options, isSecure } of [...servers, ...keepers]) {
    const server = parts.use(await startRawServer(script, options));
    sites.push({ server, address: isSecure ? server.origin.replace('http:', 'https:') : server.origin });
  }
});
afterAll(() => parts.disposeAsync());

/** Has each server looked at and a file taken from it, each by somebody else, all at once; gives what each was told. */
async function ask(): Promise<number[]> {
  const people = sites.flatMap(({ address }) =>
    ['', '/get '].map((command) => {
      const person = world.emulator.person();
      person.send(`${command}${address}/`);
      return person;
    }),
  );
  await expectRest(world);
  await Promise.all(sites.map(({ server }) => server.drained()));
  return people.map(({ chat }) => said(chat).length);
}

it('the bot answers each hostile request once, and then holds what it held before', async () => {
  const count = () => countTraces(Number(new URL(world.emulator.apiRoot).port));
  await ask();
  const before = count();
  expect(before.children).toBeGreaterThan(0);
  const answers = await ask();
  expect(answers).toEqual(answers.map(() => 1));
  await expect.poll(count).toEqual(before);
});
