// Scripted faults and rate limits: each wrong answer, broken connection and refusal, seen from the bot.

import { describe, expect, it } from 'vitest';
import { errorOf, startBot } from './bot.ts';
import type { TestBot } from './bot.ts';

/** Makes two calls, of which one is answered when the other hangs for certain. */
function hang(bot: TestBot, signal?: AbortSignal) {
  bot.emulator.faults.add({ method: 'getMe', outcome: 'hang' });
  const options = signal ? { signal } : {};
  const ask = () => bot.send(`/bot${bot.emulator.token}/getMe`, options);
  const calls = [ask(), ask()];
  const ended = Promise.all(calls).then(
    () => 'answers',
    () => 'no answer',
  );
  return { reached: Promise.race(calls), ended };
}

describe('Emulator.faults', () => {
  it('answer with an error as often as they are told', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    bot.emulator.faults.add({ method: 'sendMessage', times: 2, outcome: { status: 500 } });
    const send = () => bot.api.sendMessage(id, 'x');
    expect(await errorOf(send())).toBe('500 Internal Server Error');
    expect(await errorOf(send())).toBe('500 Internal Server Error');
    expect((await send()).text).toBe('x');
    expect(bot.emulator.person({ id }).chat.messages).toHaveLength(1);
  });

  it('answer 429 with retry_after in the body and the header', async () => {
    await using bot = await startBot();
    bot.emulator.faults.add({ outcome: { status: 429, retryAfter: 7 } });
    const { status, headers, body } = await bot.call('getMe');
    expect([status, headers['retry-after']]).toEqual([429, '7']);
    expect(body).toMatchObject({
      description: 'Too Many Requests: retry after 7',
      parameters: { retry_after: 7 },
    });
  });

  it('meet only the calls that match, until they are removed', async () => {
    await using bot = await startBot();
    const [ann, bob] = [bot.emulator.person(), bot.emulator.person()];
    const outcome = { status: 403, description: 'Forbidden: go away' };
    const fault = bot.emulator.faults.add({ method: /^send/, chat: bob.id, times: Infinity, outcome });
    await bot.api.sendMessage(ann.id, 'x');
    await bot.api.getChat(bob.id);
    expect(await errorOf(bot.api.sendMessage(bob.id, 'x'))).toBe('403 Forbidden: go away');
    expect(await errorOf(bot.api.sendChatAction(bob.id, 'typing'))).toBe('403 Forbidden: go away');
    fault[Symbol.dispose]();
    fault[Symbol.dispose]();
    await bot.api.sendMessage(bob.id, 'x');
  });

  it('answer with a page as a proxy does', async () => {
    await using bot = await startBot();
    bot.emulator.faults.add({ outcome: { status: 502, html: '<h1>Bad Gateway</h1>' } });
    const { status, headers, text } = await bot.call('getMe');
    expect([status, headers['content-type'], text]).toEqual([502, 'text/html', '<h1>Bad Gateway</h1>']);
  });

  it('leave a client without an answer until it goes', async () => {
    await using bot = await startBot();
    const leaving = new AbortController();
    const hanging = hang(bot, leaving.signal);
    await hanging.reached;
    leaving.abort();
    expect(await hanging.ended).toBe('no answer');
    const call = await bot.emulator.nextCall('getMe', { where: ({ status }) => status === 0 });
    expect(call).toMatchObject({ ok: false });
  });

  it('leave a client without an answer until the emulator closes', async () => {
    await using bot = await startBot();
    const hanging = hang(bot);
    await hanging.reached;
    await bot.emulator.close();
    expect(await hanging.ended).toBe('no answer');
  });

  it('break the connection, before or after the call was carried out', async () => {
    await using bot = await startBot();
    const { id, chat } = bot.emulator.person();
    bot.emulator.faults.add({ method: 'sendMessage', outcome: 'drop' });
    await expect(bot.call('sendMessage', { chat_id: id, text: 'lost' })).rejects.toThrow();
    expect(chat.messages).toHaveLength(0);
    bot.emulator.faults.add({ method: 'sendMessage', after: true, outcome: 'drop' });
    await expect(bot.call('sendMessage', { chat_id: id, text: 'arrived' })).rejects.toThrow();
    expect(chat.messages).toHaveLength(1);
    const [lost, arrived] = bot.emulator.calls('sendMessage');
    expect([lost?.status, lost?.answer]).toEqual([0, undefined]);
    expect([arrived?.status, arrived?.answer]).toEqual([0, chat.messages[0]]);
  });

  it('carry out a call and answer with an error all the same', async () => {
    await using bot = await startBot();
    const { id, chat } = bot.emulator.person();
    bot.emulator.faults.add({ after: true, outcome: { status: 500 } });
    expect(await errorOf(bot.api.sendMessage(id, 'x'))).toContain('500');
    expect(chat.messages).toHaveLength(1);
  });

  it('delay a call, or its answer', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    bot.emulator.faults.add({ outcome: { delayMs: 20 } });
    expect((await bot.api.sendMessage(ann.id, 'x')).text).toBe('x');
    expect(bot.emulator.calls('sendMessage')[0]?.ms).toBeGreaterThan(15);
    bot.emulator.faults.add({ after: true, outcome: { delayMs: 10_000_000 } });
    const never = expect(bot.api.sendMessage(ann.id, 'y')).rejects.toThrow();
    expect((await ann.chat.waitFor((message) => message.text === 'y')).text).toBe('y');
    await bot.emulator.close();
    await never;
  });
});

describe('Emulator.profile', () => {
  it('typical lets short bursts pass, then asks each chat to wait', async () => {
    await using bot = await startBot({ profile: 'typical' });
    const [ann, bob] = [bot.emulator.person(), bot.emulator.person()];
    const send = (id: number) => bot.call('sendMessage', { chat_id: id, text: 'x' });
    for (let i = 0; i < 5; i++) expect((await send(ann.id)).status).toBe(200);
    const refused = await send(ann.id);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
    expect(refused.body.parameters).toEqual({ retry_after: 1 });
    expect((await send(bob.id)).status).toBe(200);
    expect((await bot.call('sendChatAction', { chat_id: ann.id, action: 'typing' })).status).toBe(200);
    bot.emulator.clock.advance(1_000);
    expect((await send(ann.id)).status).toBe(200);
  });

  it('asks those who ignore it to wait longer and longer', async () => {
    await using bot = await startBot({ profile: 'harsh' });
    const { id } = bot.emulator.person();
    const send = async () => {
      const { status, body } = await bot.call('sendMessage', { chat_id: id, text: 'x' });
      return status === 200 ? 'sent' : body.parameters?.['retry_after'];
    };
    expect([await send(), await send(), await send()]).toEqual(['sent', 5, 5]);
    bot.emulator.clock.advance(1_000);
    expect(await send()).toBe(10);
    bot.emulator.clock.advance(9_000);
    expect(await send()).toBe(20);
    bot.emulator.clock.advance(20_000);
    expect(await send()).toBe('sent');
  });

  it('counts edits, groups and everything together', async () => {
    await using bot = await startBot({ profile: 'typical' });
    const ann = bot.emulator.person();
    const group = bot.emulator.group({ title: 'g', members: [ann] });
    const first = await bot.api.sendMessage(group.id, 'x');
    const codes: number[] = [];
    for (let i = 0; i < 20; i++) {
      const payload = { chat_id: group.id, message_id: first.message_id, text: `x${i}` };
      codes.push((await bot.call('editMessageText', payload)).status);
    }
    expect(codes).toEqual([...Array(19).fill(200), 429]);
    const all: number[] = [];
    for (let i = 0; i < 100; i++) {
      const person = bot.emulator.person();
      all.push((await bot.call('sendMessage', { chat_id: person.id, text: 'x' })).status);
    }
    expect(all).toContain(429);
  });

  it('can be changed while it runs', async () => {
    await using bot = await startBot({ profile: 'harsh' });
    const { id } = bot.emulator.person();
    bot.emulator.profile = 'off';
    for (let i = 0; i < 50; i++)
      expect((await bot.call('sendMessage', { chat_id: id, text: 'x' })).status).toBe(200);
    expect(bot.emulator.profile).toBe('off');
  });
});
