// Updates that are not as Telegram's documentation says, and presses that people forge.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../src/emulator/contract.ts';
import { Gate } from './gate.ts';
import { expectRest } from './rest.ts';
import { page, silence, startWorld, words } from './world.ts';
import type { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ LOOKUP_DEADLINE_MS: '1500' });
});
afterAll(async () => {
  await expectRest(world);
  await world[Symbol.asyncDispose]();
});

const press = (person: Person, data: string, message: object) =>
  world.emulator.deliver({
    callback_query: { id: `${person.id}:${data}`, from: person.user, message, chat_instance: '1', data },
  });

describe('An update that cannot be read', () => {
  it.each<[string, object]>([
    ['a message without a chat', { message: { message_id: 1, date: 1, text: 'hello' } }],
    ['an entity that is null', { message: { ...said(), entities: [null] } }],
    [
      'a mention without its user',
      { message: { ...said(), entities: [{ type: 'text_mention', offset: 0, length: 1 }] } },
    ],
    ['a text that is a number', { message: { ...said(), text: 7 } }],
    [
      'a press from nobody',
      { callback_query: { id: 'x', chat_instance: '1', data: 'get:1', message: said() } },
    ],
    ['a member without a state', { my_chat_member: { chat: { id: 1, type: 'private' }, date: 1 } }],
    ['nothing that is known', { weird: {} }],
  ])('such as %s is done at once, and stays nowhere', async (_, update) => {
    world.emulator.deliver(update);
    await expectRest(world);
    await expect.poll(() => world.service.ready().detail).toMatchObject({ unfinished: 0 });
  });

  function said() {
    return {
      message_id: 1,
      date: 1,
      text: 'hello',
      from: { id: 9, is_bot: false, first_name: 'X' },
      chat: { id: 9, type: 'group' },
    };
  }
});

describe('A forged press', () => {
  it('of "Try again" from another chat does nothing there and fetches nothing', async () => {
    const [ann, eve] = [world.emulator.person(), world.emulator.person()];
    world.site.on('/never', silence);
    ann.send(world.site.url('/never'));
    const failure = await ann.chat.waitFor(({ text = '' }) => text.includes('No answer within'));
    const data = failure.reply_markup?.inline_keyboard?.[0]?.[0];
    const call = data && 'callback_data' in data ? (data.callback_data ?? '') : '';
    expect(call).toMatch(/^again:/);
    const hits = world.site.hits.get('/never');
    press(eve, call, { message_id: failure.message_id, date: 1, chat: eve.chat });
    await world.emulator.nextCall('answerCallbackQuery', {
      where: ({ payload }) => String(payload['text']).startsWith('That was too long ago'),
    });
    await world.idle();
    expect(world.site.hits.get('/never')).toBe(hits);
    expect(words(ann.chat)).toHaveLength(1);
    expect(words(ann.chat)[0]).toContain('No answer within');
  });
});

describe('What others see in a group', () => {
  it("is never a person's private requests, and /cancel there leaves them alone", async () => {
    const [ann, bob] = [world.emulator.person(), world.emulator.person()];
    const group = world.emulator.group({ title: 'Club', members: [ann, bob] });
    const gate = new Gate(page('The secret page'));
    world.site.on('/secret', gate.respond);
    ann.send(world.site.url('/secret', 'secret.localhost'));
    await gate.holds(1);
    ann.send('/jobs', { chat: group });
    expect((await group.nextMessage()).text).toBe('Nothing is running or waiting for you.');
    ann.send('/cancel', { chat: group });
    expect((await group.nextMessage()).text).toBe('There is nothing of yours to cancel.');
    gate.open();
    await ann.chat.waitFor(({ text = '' }) => text.includes('The secret page'));
  });

  it('lets an anonymous admin cancel what was asked in the name of the group', async () => {
    const ann = world.emulator.person();
    const group = world.emulator.group({ title: 'Club', members: [ann] });
    const gate = new Gate(page('The page'));
    world.site.on('/slow-group', gate.respond);
    ann.send(`/get ${world.site.url('/slow-group')}`, { chat: group, asChat: true });
    await group.nextMessage();
    expect(await ann.tap('Cancel', { chat: group }).answered).toMatchObject({ text: 'Cancelled.' });
    await gate.holds(0);
  });
});
