// Taps on buttons: how they reach the bot, and how long and how often they can be answered.

import { describe, expect, it } from 'vitest';
import { MovableClock } from '../../src/emulator/clock.ts';
import { EventLog } from '../../src/emulator/event-log.ts';
import { Taps } from '../../src/emulator/taps.ts';
import { errorOf, startBot } from './bot.ts';
import type { TestBot } from './bot.ts';

const tooOld = '400 Bad Request: query is too old and response timeout expired or query ID is invalid';
const keyboard = {
  reply_markup: {
    inline_keyboard: [
      [
        { text: 'Go', callback_data: 'go' },
        { text: 'Site', url: 'http://a.org' },
      ],
    ],
  },
};

async function tapped(bot: TestBot) {
  const ann = bot.emulator.person();
  const message = await bot.api.sendMessage(ann.id, 'q', keyboard);
  return { ann, message, tap: ann.tap('Go') };
}

describe('Person.tap', () => {
  it('reaches the bot as a callback query and returns what it answers', async () => {
    await using bot = await startBot();
    const { ann, message, tap } = await tapped(bot);
    const [update] = await bot.api.getUpdates();
    expect(update?.callback_query).toMatchObject({ id: tap.id, from: ann.user, message, data: 'go' });
    await bot.api.answerCallbackQuery(tap.id, { text: 'done', show_alert: true });
    expect(await tap.answered).toEqual({ text: 'done', show_alert: true });
  });

  it('finds the button by text or data in the newest message that has it', async () => {
    await using bot = await startBot();
    const { ann, message } = await tapped(bot);
    const newer = await bot.api.sendMessage(ann.id, 'r', keyboard);
    await bot.api.sendMessage(ann.id, 'no buttons');
    ann.tap('go');
    ann.tap('Go', { message });
    const taps = (await bot.api.getUpdates()).map((update) => update.callback_query?.message?.message_id);
    expect(taps).toEqual([message.message_id, newer.message_id, message.message_id]);
  });

  it('throws when there is no such callback button any more', async () => {
    await using bot = await startBot();
    const { ann, message } = await tapped(bot);
    expect(() => ann.tap('Site')).toThrow('no message of chat 5001 has such a button');
    await bot.api.editMessageText(ann.id, message.message_id, 'used');
    expect(() => ann.tap('Go')).toThrow('has such a button');
  });
});

describe('answerCallbackQuery', () => {
  it('works once only, and not for unknown ids', async () => {
    await using bot = await startBot();
    const { tap } = await tapped(bot);
    await bot.api.answerCallbackQuery(tap.id);
    expect(await tap.answered).toEqual({});
    expect(await errorOf(bot.api.answerCallbackQuery(tap.id))).toBe(tooOld);
    expect(await errorOf(bot.api.answerCallbackQuery('12'))).toBe(tooOld);
  });

  it('comes too late after 30 seconds, and the tap is told', async () => {
    await using bot = await startBot();
    const { tap } = await tapped(bot);
    bot.emulator.clock.advance(29_000);
    bot.emulator.clock.advance(1_000);
    await expect(tap.answered).rejects.toThrow('the bot gave none in 30000 ms');
    expect(await errorOf(bot.api.answerCallbackQuery(tap.id))).toBe(tooOld);
  });

  it('comes too late after the lifetime that was set, with no clock moved', async () => {
    await using bot = await startBot({ callbackLifetimeMs: 10 });
    const { tap } = await tapped(bot);
    await expect(tap.answered).rejects.toThrow('the bot gave none in 10 ms');
  });

  it('refuses a long text without using up the query', async () => {
    await using bot = await startBot();
    const { tap } = await tapped(bot);
    const long = { text: 'x'.repeat(201) };
    expect(await errorOf(bot.api.answerCallbackQuery(tap.id, long))).toBe(
      '400 Bad Request: MESSAGE_TOO_LONG',
    );
    await bot.api.answerCallbackQuery(tap.id);
  });

  it('never comes when the emulator closes, which the tap is told', async () => {
    await using bot = await startBot();
    const { tap } = await tapped(bot);
    await bot.emulator.close();
    await expect(tap.answered).rejects.toThrow('the emulator closed');
  });
});

describe('Taps.answer', () => {
  it('looks at the clock itself, whether or not a timer has fired', async () => {
    class SetClock extends MovableClock {
      time = 0;
      override now(): number {
        return this.time;
      }
    }
    const clock = new SetClock();
    const taps = new Taps(clock, new EventLog(clock), 30_000);
    const place = { chatId: 1, messageId: 1, personId: 1, data: 'x' };
    const [early, late] = [taps.open(place), taps.open(place)];
    clock.time = 29_999;
    expect(taps.answer(early.id, {})).toBe(true);
    clock.time = 30_000;
    expect(taps.answer(late.id, {})).toBe(false);
    await expect(late.answered).rejects.toThrow('the bot gave none');
    taps.close(new Error('over'));
  });
});
