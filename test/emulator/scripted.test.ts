// What the playground orders of the emulator: updates that come twice, another instance's poll, who joins a group.

import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/emulator/contract.ts';
import { personOf } from '../../src/emulator/update-person.ts';
import { startBot } from './bot.ts';

/** The update events from now on. */
function updatesOf(emulator: Emulator): { personId?: number; update: { update_id: number } }[] {
  const updates: { personId?: number; update: { update_id: number } }[] = [];
  emulator.listen((event) => event.kind === 'update' && updates.push(event));
  return updates;
}

describe('Emulator.faults.repeatUpdates', () => {
  it('hands the next updates out twice in one batch, and once more when they were confirmed', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const told = updatesOf(bot.emulator);
    const fault = bot.emulator.faults.repeatUpdates(1);
    for (const text of ['twice', 'once']) ann.send(text);
    const batch = await bot.api.getUpdates();
    expect(batch.map(({ message }) => message?.text)).toEqual(['twice', 'twice', 'once']);
    expect(batch[1]?.update_id).toBe(batch[0]?.update_id);
    const again = await bot.api.getUpdates({ offset: (batch[2]?.update_id ?? 0) + 1, timeout: 5 });
    expect(again).toEqual([batch[0]]);
    expect(told.map(({ update }) => update.update_id)).toEqual([
      ...batch.map(({ update_id }) => update_id),
      batch[0]?.update_id,
    ]);
    expect(fault.left).toBe(0);
  });
});

describe('Emulator.faults.listen', () => {
  it('hears of faults that are met or removed', async () => {
    await using bot = await startBot();
    const left: number[] = [];
    const fault = bot.emulator.faults.add({ times: 3, outcome: { status: 500 } });
    const stop = bot.emulator.faults.listen(() => left.push(fault.left));
    await bot.call('getMe');
    await bot.call('getMe');
    fault[Symbol.dispose]();
    expect(left).toEqual([2, 1, 0]);
    stop();
    bot.emulator.faults.add({ outcome: 'drop' })[Symbol.dispose]();
    expect(left).toHaveLength(3);
  });
});

describe('Emulator.interruptPoll', () => {
  it('ends the poll that waits with 409; without one nothing happens', async () => {
    await using bot = await startBot();
    bot.emulator.interruptPoll();
    const poll = bot.call('getUpdates', { timeout: 30 });
    await bot.emulator.polling();
    bot.emulator.interruptPoll();
    expect((await poll).body).toMatchObject({
      ok: false,
      description: expect.stringContaining('terminated by other getUpdates request'),
    });
  });
});

describe('Chat.join', () => {
  it('makes a person a member, as everybody is told, once', async () => {
    await using bot = await startBot();
    const [ann, bob] = [bot.emulator.person(), bot.emulator.person()];
    const group = bot.emulator.group({ title: 'Club', members: [ann] });
    expect(() => bob.send('hello', { chat: group })).toThrow('is not in it');
    group.join(bob);
    group.join(bob);
    expect(bob.send('hello', { chat: group }).text).toBe('hello');
    expect(group.messages.slice(1)).toMatchObject([
      { new_chat_members: [{ id: bob.id }] },
      { text: 'hello' },
    ]);
    expect(() => ann.chat.join(bob)).toThrow('it is private');
  });
});

describe('personOf', () => {
  it('finds who did it, whatever it is', async () => {
    const from = { id: 7 };
    const chat = { id: 8, type: 'private' };
    for (const [update, id] of [
      [{ update_id: 1, message: { from, chat } }, 7],
      [{ update_id: 1, callback_query: { from } }, 7],
      [{ update_id: 1, stopped_message_generation: { chat, draft_id: 1 } }, 8],
      [{ update_id: 1, channel_post: { chat: { id: -1, type: 'channel' } } }, undefined],
      [{ update_id: 1, message: null }, undefined],
    ] as const)
      expect(personOf(update as never)).toBe(id);
  });

  it('is told with every update', async () => {
    await using bot = await startBot();
    const told = updatesOf(bot.emulator);
    const ann = bot.emulator.person();
    ann.send('hello');
    bot.emulator.deliver({ message: { from: { id: 9 } } });
    expect(told.map(({ personId }) => personId)).toEqual([ann.id, 9]);
  });
});

describe('Emulator.snapshot', () => {
  it('shows as many messages of a chat as it is told', async () => {
    await using bot = await startBot();
    const [ann, bob] = [bot.emulator.person(), bot.emulator.person()];
    for (const person of [ann, bob]) for (let i = 0; i < 5; i += 1) person.send(`${i}`);
    const { chats } = bot.emulator.snapshot({ shown: (id) => (id === ann.id ? 2 : undefined) });
    expect(chats.map(({ messages }) => messages.length)).toEqual([2, 5]);
  });
});
