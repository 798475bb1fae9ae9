// How updates come to a webhook: in which order, how many at once, and what its answers may order.

import { describe, expect, it } from 'vitest';
import { startBot } from './bot.ts';
import { pass, prove, startHook, startHooked, textOf } from './hook.ts';

describe('A webhook', () => {
  it('is sent each update as JSON with the secret, and confirms it with any 2xx', async () => {
    await using bot = await startHooked({ secret_token: 'Open-Sesame_1' });
    const ann = bot.emulator.person();
    for (const [text, status] of [['a', 200] as const, ['b', 204] as const]) {
      const sent = ann.send(text);
      const { method, headers, update, answer } = await bot.hook.next();
      expect([method, headers['content-type']]).toEqual(['POST', 'application/json']);
      expect(headers['x-telegram-bot-api-secret-token']).toBe('Open-Sesame_1');
      expect(update).toEqual({ update_id: expect.any(Number), message: sent });
      answer(status);
      await bot.emulator.confirmed();
    }
    expect(bot.hook.posts).toHaveLength(2);
  });

  it('is sent no header for a secret that was not set', async () => {
    await using bot = await startHooked();
    bot.emulator.person().send('a');
    expect((await bot.hook.next()).headers).not.toHaveProperty('x-telegram-bot-api-secret-token');
  });

  it('is found under every name of this computer', async () => {
    await using hook = await startHook();
    await using bot = await startBot();
    await bot.api.setWebhook(`http://bot.localhost:${hook.port}/a?b=c`);
    bot.emulator.person().send('a');
    expect((await hook.next()).headers.host).toBe(`bot.localhost:${hook.port}`);
  });

  it('has the messages of a chat one after another, those of others and taps beside them', async () => {
    await using bot = await startHooked();
    await prove(bot);
    const [ann, bob] = [bot.emulator.person(), bot.emulator.person()];
    const keyboard = { inline_keyboard: [[{ text: 'Go', callback_data: 'tap' }]] };
    await bot.api.sendMessage(ann.id, 'q', { reply_markup: keyboard });
    for (const text of ['1', '2', '3']) ann.send(text);
    bob.send('bob');
    ann.tap('Go');
    ann.tap('Go');
    const together = [await bot.hook.next(), await bot.hook.next(), await bot.hook.next()];
    expect(new Set(together.map(textOf))).toEqual(new Set(['1', 'bob', 'tap']));
    await pass(bot);
    expect(bot.hook.posts).toHaveLength(4);
    together.find((post) => textOf(post) === '1')?.answer(200);
    const second = await bot.hook.next();
    expect(textOf(second)).toBe('2');
    await pass(bot);
    second.answer(200);
    expect(textOf(await bot.hook.next())).toBe('3');
  });

  it('has one update at a time until it has confirmed one', async () => {
    await using bot = await startHooked();
    for (const text of ['a', 'b', 'c']) bot.emulator.person().send(text);
    const first = await bot.hook.next();
    await pass(bot);
    expect(bot.hook.posts).toHaveLength(1);
    first.answer(200);
    const others = [await bot.hook.next(), await bot.hook.next()];
    expect(new Set([first, ...others].map(textOf))).toEqual(new Set(['a', 'b', 'c']));
  });

  it('has no more requests at once than max_connections', async () => {
    await using bot = await startHooked({ max_connections: 2 });
    await prove(bot);
    for (let i = 0; i < 4; i++) bot.emulator.person().send(`${i}`);
    const open = [await bot.hook.next(), await bot.hook.next()];
    for (const awaited of [4, 5]) {
      await pass(bot);
      expect(bot.hook.posts).toHaveLength(awaited - 1);
      open.shift()?.answer(200);
      open.push(await bot.hook.next());
      expect(bot.hook.posts).toHaveLength(awaited);
    }
    for (const post of open) post.answer(200);
    await bot.emulator.confirmed();
  });
});

describe('An answer of a webhook', () => {
  it('may name a method, which is carried out', async () => {
    await using bot = await startHooked();
    const ann = bot.emulator.person();
    const asked = ann.send('hello');
    const reply = {
      method: 'sendMessage',
      chat_id: ann.id,
      reply_parameters: { message_id: asked.message_id },
    };
    (await bot.hook.next()).answer(200, { body: { ...reply, text: 'hi' } });
    expect((await ann.chat.nextMessage()).text).toBe('hi');
    expect(await bot.emulator.nextCall('sendMessage')).toMatchObject({ ok: true, chatId: ann.id });
    expect(bot.emulator.pending()).toBe(0);
    expect(ann.chat.repliesTo(asked)).toHaveLength(1);
  });

  it('carries out nothing that asks for a result, and nothing when it is wrong', async () => {
    await using bot = await startHooked();
    const ann = bot.emulator.person();
    const bodies = [{ method: 'getMe' }, { method: 'deleteWebhook' }, { method: 'nothing' }, '{'];
    for (const body of bodies) {
      ann.send('x');
      (await bot.hook.next()).answer(200, { body });
      await bot.emulator.confirmed();
    }
    const { description } = await bot.emulator.nextCall('nothing');
    expect(description).toBe('Not Found: method not found');
    expect(bot.emulator.calls()).toHaveLength(2);
    expect((await bot.api.getWebhookInfo()).url).toBe(bot.hook.url);
  });
});

describe('A request to a webhook', () => {
  it('ends when another one is set, which gets the update', async () => {
    await using bot = await startHooked();
    await using other = await startHook();
    bot.emulator.person().send('a');
    const old = await bot.hook.next();
    bot.emulator.clock.advance(1_000);
    await bot.api.setWebhook(other.url);
    await old.left;
    expect(textOf(await other.next())).toBe('a');
  });

  it('ends when the emulator closes, which leaves no connection', async () => {
    await using bot = await startHooked();
    await prove(bot);
    const [ann, bob] = [bot.emulator.person(), bot.emulator.person()];
    ann.send('answered');
    bob.send('hangs');
    const posts = [await bot.hook.next(), await bot.hook.next()];
    posts.find((post) => textOf(post) === 'answered')?.answer(200);
    while (bot.emulator.pending() > 1) await bot.call('getMe');
    await bot.emulator.close();
    await Promise.all(posts.map(({ left }) => left));
    ann.send('unheard');
    await new Promise((resolve) => setImmediate(resolve));
    expect(bot.hook.posts).toHaveLength(3);
  });
});
