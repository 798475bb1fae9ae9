// The queue of updates: offsets, waiting, conflicts and lifetimes, exactly as the Bot API server does them.

import { describe, expect, it } from 'vitest';
import { MovableClock } from '../../src/emulator/clock.ts';
import { LongPoll } from '../../src/emulator/long-poll.ts';
import { UpdateQueue } from '../../src/emulator/update-queue.ts';
import { errorOf, startBot } from './bot.ts';
import type { TestBot } from './bot.ts';

/** The texts of the updates from `offset` on. Another offset each time keeps the server's brake on repetition off. */
async function texts(bot: TestBot, offset?: number, limit?: number): Promise<(string | undefined)[]> {
  const updates = await bot.api.getUpdates({
    ...(offset !== undefined && { offset }),
    ...(limit && { limit }),
  });
  return updates.map((update) => update.message?.text);
}

async function firstId(bot: TestBot): Promise<number> {
  const [update] = await bot.api.getUpdates({ offset: 1, limit: 1 });
  return update?.update_id ?? Number.NaN;
}

describe('getUpdates', () => {
  it('returns the same updates again until an offset confirms them', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    for (const text of ['a', 'b', 'c']) ann.send(text);
    const first = await firstId(bot);
    expect(await texts(bot)).toEqual(['a', 'b', 'c']);
    expect(await texts(bot, first)).toEqual(['a', 'b', 'c']);
    expect(await texts(bot, first + 2)).toEqual(['c']);
    expect(await texts(bot, 0)).toEqual(['c']);
    expect(bot.emulator.pending()).toBe(1);
  });

  it('numbers updates one after another', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    for (const text of ['a', 'b', 'c']) ann.send(text);
    const ids = (await bot.api.getUpdates()).map((update) => update.update_id);
    expect(ids).toEqual([ids[0], (ids[0] ?? 0) + 1, (ids[0] ?? 0) + 2]);
  });

  it('forgets all but the newest for a negative offset', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    for (const text of ['a', 'b', 'c', 'd']) ann.send(text);
    expect(await texts(bot, -2)).toEqual(['c', 'd']);
    expect(await texts(bot)).toEqual(['c', 'd']);
    expect(await texts(bot, -50)).toEqual(['c', 'd']);
  });

  it('takes an offset far beyond the newest update for the beginning', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    for (const text of ['a', 'b']) ann.send(text);
    const first = await firstId(bot);
    expect(await texts(bot, first + 13)).toEqual(['a', 'b']);
    expect(await texts(bot, 5)).toEqual(['a', 'b']);
    expect(await texts(bot, first + 12)).toEqual([]);
    expect(bot.emulator.pending()).toBe(0);
  });

  it('keeps limit between 1 and 100', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    for (let i = 0; i < 120; i++) ann.send(`${i}`);
    expect(await texts(bot, 1, 7)).toHaveLength(7);
    expect(await texts(bot, 2, 500)).toHaveLength(100);
    expect(await texts(bot, 3, -3)).toHaveLength(1);
  });

  it('gives one update only when the same offset comes again within half a second', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    for (const text of ['a', 'b']) ann.send(text);
    await bot.api.getUpdates({ offset: 7 });
    expect(await texts(bot, 7)).toEqual(['a']);
    bot.emulator.clock.advance(500);
    expect(await texts(bot, 7)).toEqual(['a', 'b']);
  });

  it('waits for three seconds when the same offset comes again within them', async () => {
    await using bot = await startBot();
    await bot.api.getUpdates({ offset: 7 });
    const waiting = bot.api.getUpdates({ offset: 7, timeout: 0 });
    await bot.emulator.polling();
    bot.emulator.person().send('late');
    expect((await waiting)[0]?.message?.text).toBe('late');
  });

  it('waits for an update and hands over those that come together', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const waiting = bot.api.getUpdates({ timeout: 30 });
    await bot.emulator.polling();
    ann.send('one');
    ann.send('two');
    expect((await waiting).map((update) => update.message?.text)).toEqual(['one', 'two']);
  });

  it('ends an older waiting request with 409 when a newer one has to wait', async () => {
    await using bot = await startBot();
    const older = errorOf(bot.api.getUpdates({ offset: 1, timeout: 30 }));
    await bot.emulator.polling();
    const newer = bot.api.getUpdates({ offset: 2, timeout: 30 });
    expect(await older).toBe(
      '409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    );
    bot.emulator.person().send('hello');
    expect(await newer).toHaveLength(1);
  });

  it('delays a second 409 within three seconds', async () => {
    const clock = new MovableClock();
    const queue = new UpdateQueue(clock, 1);
    const longPoll = new LongPoll(queue, clock);
    const left = new AbortController();
    const settled: string[] = [];
    const poll = async (name: string) => {
      const [update] = await longPoll.getUpdates(0, 100, 30, () => left.signal).catch(() => []);
      settled.push(update ? `${name} has an update` : `${name} failed`);
    };
    const [first, second, third] = [poll('first'), poll('second'), poll('third')];
    await first;
    queue.push({});
    await third;
    expect(settled).toEqual(['first failed', 'third has an update']);
    left.abort();
    await second;
  });

  it('does not conflict with a request that need not wait', async () => {
    await using bot = await startBot();
    const waiting = bot.api.getUpdates({ offset: 1, timeout: 30 });
    await bot.emulator.polling();
    expect(await bot.api.getUpdates({ offset: 2, timeout: 0 })).toEqual([]);
    bot.emulator.person().send('hello');
    expect(await waiting).toHaveLength(1);
  });

  it('stops waiting when the client leaves, and loses nothing', async () => {
    await using bot = await startBot();
    const leaving = new AbortController();
    const left = bot.api.getUpdates({ offset: 1, timeout: 30 }, leaving.signal as never).catch(() => 'left');
    await bot.emulator.polling();
    leaving.abort();
    expect(await left).toBe('left');
    expect((await bot.emulator.nextCall('getUpdates')).status).toBe(0);
    bot.emulator.person().send('hello');
    expect(await texts(bot, 2)).toEqual(['hello']);
  });

  it('cuts an answer at about 4 MB', async () => {
    await using bot = await startBot();
    for (let i = 0; i < 6; i++) bot.emulator.deliver({ poll: { question: 'x'.repeat(1_000_000) } });
    expect(await bot.api.getUpdates()).toHaveLength(4);
  });
});

describe('allowed_updates', () => {
  it('counts when an update is made, not when it is fetched', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    ann.send('before');
    await bot.api.getUpdates({ offset: 1, allowed_updates: ['callback_query'] });
    ann.send('after');
    expect(await texts(bot, 2)).toEqual(['before']);
  });

  it('stays as it was when it is missing or malformed', async () => {
    await using bot = await startBot();
    await bot.api.getUpdates({ offset: 1, allowed_updates: ['callback_query'] });
    await bot.api.getUpdates({ offset: 2 });
    await bot.call('getUpdates', { offset: 3, allowed_updates: 'message' });
    bot.emulator.person().send('unseen');
    expect(bot.emulator.pending()).toBe(0);
  });

  it('goes back to the default when no known kind is in it', async () => {
    await using bot = await startBot();
    await bot.api.getUpdates({ offset: 1, allowed_updates: ['callback_query'] });
    await bot.api.getUpdates({ offset: 2, allowed_updates: [] });
    bot.emulator.person().send('seen');
    expect(bot.emulator.pending()).toBe(1);
  });
});

describe('Emulator.deliver', () => {
  it('hands over an update with an old id, once its id is confirmed no more', async () => {
    await using bot = await startBot();
    bot.emulator.person().send('a');
    const first = await firstId(bot);
    await bot.api.getUpdates({ offset: first + 1, timeout: 0 });
    expect(bot.emulator.deliver({ update_id: first, poll: { id: 'again' } })).toBe(first);
    expect((await bot.api.getUpdates({ offset: first + 2 }))[0]?.poll?.id).toBe('again');
    expect(await bot.api.getUpdates({ offset: first + 3 })).toEqual([]);
  });

  it('gives the next id to an update that has none', async () => {
    await using bot = await startBot();
    bot.emulator.person().send('a');
    const first = await firstId(bot);
    expect(bot.emulator.deliver({ poll: {} })).toBe(first + 1);
  });
});

describe('Updates in the queue', () => {
  it('are dropped after their lifetime: callback queries after 150 s, messages after a day', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    ann.send('hello');
    await bot.api.sendMessage(ann.id, 'q', {
      reply_markup: { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] },
    });
    ann.tap('A');
    expect(bot.emulator.pending()).toBe(2);
    bot.emulator.clock.advance(151_000);
    expect(bot.emulator.pending()).toBe(1);
    bot.emulator.clock.advance(86_400_000);
    expect(bot.emulator.pending()).toBe(0);
  });
});
