// One person sends thousands of messages while Telegram asks for silence in their chat: everybody else is answered.

import { afterEach, describe, expect, it } from 'vitest';
import type { Person } from '../src/emulator/contract.ts';
import { usePostgres } from './postgres/database.ts';
import { page, silence, startWorld, words } from './world.ts';
import type { World } from './world.ts';

const base = usePostgres();
/** More than the bot has in hand and in its list at once. */
const many = 3_200;

let world: World;
let closed: Disposable | undefined;
afterEach(async () => {
  closed?.[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

async function startHere(store: string) {
  if (store === 'Postgres') await base.empty();
  const settings = store === 'Postgres' ? { DATABASE_URL: base.url } : {};
  // The closed chat is told of all when it is open again.
  const options = { emulator: { messagesKept: 10_000 } };
  world = await startWorld({ WAITING_TOTAL: '50', LOOKUP_DEADLINE_MS: '60000', ...settings }, options);
  world.site.on('/page', page('The page'));
}

/** Telegram closes the chat of somebody who sends the same again and again. */
function floodFrom(person: Person, text: string) {
  const outcome = { status: 429, retryAfter: 1 };
  closed = world.emulator.faults.add({ method: 'sendMessage', chat: person.id, outcome, times: Infinity });
  for (let i = 0; i < many; i++) person.send(text);
}

const expectOthersAnswered = async () => {
  await world.emulator.polling();
  const bob = world.emulator.person();
  bob.send('/help');
  expect((await bob.chat.nextMessage()).text).toContain('What I can do');
  bob.send('/settings');
  expect((await bob.chat.nextMessage()).text).toContain('Settings');
  bob.send(world.site.url('/page'));
  expect((await bob.chat.nextMessage()).text).toContain('The page');
};

/** How many messages of a chat were answered, or said not to be taken in. */
const countTold = (told: readonly string[]) =>
  told
    .map((text) => Number(/^I could not take in ([\d,]+) messages/.exec(text)?.[1]?.replaceAll(',', '') ?? 1))
    .reduce((sum, count) => sum + count, 0);

describe.each([
  ['SQLite', '/help', () => '/help'],
  ['SQLite', '/settings', () => '/settings'],
  ['SQLite', 'links', () => world.site.url('/page')],
  ['Postgres', '/help', () => '/help'],
])('A flood with %s of %s', (store, _, text) => {
  it('of one chat keeps nobody waiting, and each message is answered or said not to be taken in', async () => {
    await startHere(store);
    const eve = world.emulator.person();
    floodFrom(eve, text());
    await expectOthersAnswered();
    closed?.[Symbol.dispose]();
    await eve.chat.waitFor(() => countTold(words(eve.chat)) === many);
  });
});

describe('A flood with Postgres of /settings', () => {
  it('of one chat keeps nobody waiting, though it waits for its turn', async () => {
    await startHere('Postgres');
    floodFrom(world.emulator.person(), '/settings');
    await expectOthersAnswered();
  });
});

describe('A press of Cancel', () => {
  it('gets in where the messages of its chat do not', async () => {
    await startHere('SQLite');
    world.site.on('/slow', silence);
    const eve = world.emulator.person();
    eve.send(world.site.url('/slow'));
    await eve.chat.waitFor(({ reply_markup: markup }) => markup !== undefined);
    floodFrom(eve, '/help');
    await expectOthersAnswered();
    expect(await eve.tap('Cancel').answered).toEqual({ text: 'Cancelled.' });
  });
});
