// Updates that a webhook does not confirm: they come again and again, less and less often.

import { describe, expect, it, onTestFinished } from 'vitest';
import { setPace } from '../../src/async/clock.ts';
import { failure, pass, prove, startHook, startHooked, textOf } from './hook.ts';

const hours = 3_600_000;

describe('An update that is not confirmed', () => {
  it('comes again at once, then after 2, 4 and 8 seconds, and nothing of its chat before it', async () => {
    await using bot = await startHooked();
    const ann = bot.emulator.person();
    ann.send('a');
    ann.send('b');
    const pauses = [0, 0, 2_000, 4_000];
    for (const pauseMs of pauses) {
      bot.emulator.clock.advance(pauseMs);
      const post = await bot.hook.next();
      expect(textOf(post)).toBe('a');
      post.answer(500);
      await pass(bot);
    }
    bot.emulator.clock.advance(4_000);
    await pass(bot);
    expect(bot.hook.posts).toHaveLength(4);
    expect(await bot.api.getWebhookInfo()).toMatchObject({
      pending_update_count: 2,
      last_error_date: expect.any(Number),
      last_error_message: 'Wrong response from the webhook: 500 Internal Server Error',
    });
    bot.emulator.clock.advance(4_000);
    for (const text of ['a', 'b']) {
      const post = await bot.hook.next();
      expect(textOf(post)).toBe(text);
      post.answer(200);
    }
    await bot.emulator.confirmed();
  });

  it('comes again by itself when its pause is over', async () => {
    await using bot = await startHooked();
    bot.emulator.person().send('a');
    setPace(100);
    onTestFinished(() => setPace(1));
    (await bot.hook.next()).answer(429, { headers: { 'retry-after': '5' } });
    (await bot.hook.next()).answer(200);
    await bot.emulator.confirmed();
  });

  it('waits as long as Retry-After says', async () => {
    await using bot = await startHooked();
    bot.emulator.person().send('a');
    (await bot.hook.next()).answer(503, { headers: { 'retry-after': '100' } });
    await failure(bot);
    bot.emulator.clock.advance(50_000);
    await pass(bot);
    expect(bot.hook.posts).toHaveLength(1);
    bot.emulator.clock.advance(50_000);
    expect(textOf(await bot.hook.next())).toBe('a');
  });

  it('comes again when no answer comes in time, on a new connection', async () => {
    await using bot = await startHooked({}, { webhookTimeoutMs: 100 });
    bot.emulator.person().send('a');
    const mute = await bot.hook.next();
    await mute.left;
    (await bot.hook.next()).answer(200);
    await bot.emulator.confirmed();
    expect((await failure(bot)).last_error_message).toBe('Read timeout expired');
  });

  it('comes again when the connection breaks', async () => {
    await using bot = await startHooked();
    bot.emulator.person().send('a');
    (await bot.hook.next()).drop();
    (await bot.hook.next()).answer(200);
    await bot.emulator.confirmed();
    expect((await failure(bot)).last_error_message).toBe('Connection reset by peer');
  });

  it('comes when a bot that was down is there again', async () => {
    await using bot = await startHooked();
    await bot.hook[Symbol.asyncDispose]();
    const ann = bot.emulator.person();
    ann.send('a');
    expect((await failure(bot)).last_error_message).toBe('Connection refused');
    await using again = await startHook(bot.hook.port);
    bot.emulator.clock.advance(2_000);
    const post = await again.next();
    expect(textOf(post)).toBe('a');
    post.answer(200);
    await bot.emulator.confirmed();
  });

  it('is given up when its lifetime ends before the next try', async () => {
    await using bot = await startHooked();
    await prove(bot);
    const ann = bot.emulator.person();
    const keyboard = { inline_keyboard: [[{ text: 'Go', callback_data: 'tap' }]] };
    await bot.api.sendMessage(ann.id, 'q', { reply_markup: keyboard });
    ann.tap('Go');
    (await bot.hook.next()).answer(500, { headers: { 'retry-after': '200' } });
    await bot.emulator.confirmed();
    ann.send('a');
    (await bot.hook.next()).answer(500, { headers: { 'retry-after': '200' } });
    await pass(bot);
    expect(bot.emulator.pending()).toBe(1);
    bot.emulator.clock.advance(24 * hours + 1_000);
    expect(bot.emulator.pending()).toBe(0);
  });

  it('takes the webhook away when that says for 23 hours that it is gone', async () => {
    await using bot = await startHooked();
    bot.emulator.person().send('a');
    (await bot.hook.next()).answer(410);
    (await bot.hook.next()).answer(410);
    await pass(bot);
    expect((await bot.api.getWebhookInfo()).url).toBe(bot.hook.url);
    bot.emulator.clock.advance(23.1 * hours);
    (await bot.hook.next()).answer(410);
    await pass(bot);
    expect(await bot.api.getWebhookInfo()).toMatchObject({ url: '', pending_update_count: 1 });
  });
});
