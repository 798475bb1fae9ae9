// The HTTP side: addresses, tokens, ways to pass arguments, who is let in, and the record of calls.

import { describe, expect, it } from 'vitest';
import { startBot } from './bot.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('The address of a method', () => {
  it('may be asked by GET and POST, in any case, and with /test/', async () => {
    await using bot = await startBot();
    const base = `/bot${bot.emulator.token}`;
    for (const path of [
      `${base}/getMe`,
      `${base}/GETME`,
      `${base}/test/getme`,
      `${base.replace(':', '%3A')}/getMe`,
    ]) {
      expect((await bot.send(path)).body.result).toMatchObject({ username: 'errand_bot' });
      expect((await bot.send(path, { method: 'POST' })).status).toBe(200);
    }
    expect(bot.emulator.calls('getMe')).toHaveLength(8);
  });

  it('answers 404 for an unknown method and for anything else', async () => {
    await using bot = await startBot();
    const unknown = await bot.call('makeCoffee');
    expect([unknown.status, unknown.body.description]).toEqual([404, 'Not Found: method not found']);
    for (const path of ['/', '/x', `/bot${bot.emulator.token}`, `/bot${bot.emulator.token}/`]) {
      expect((await bot.send(path)).body).toEqual({ ok: false, error_code: 404, description: 'Not Found' });
    }
  });

  it('answers 401 for another token, and says so when it can be none', async () => {
    await using bot = await startBot();
    expect((await bot.send('/bot12:abc/getMe')).body.description).toBe('Unauthorized');
    for (const token of ['abc', '01:abc', `1:${'x'.repeat(80)}`]) {
      const { status, body } = await bot.send(`/bot${token}/getMe`);
      expect([status, body.description]).toEqual([401, 'Unauthorized: invalid token specified']);
    }
  });

  it('refuses a foreign Host and a foreign Origin', async () => {
    await using bot = await startBot();
    const path = `/bot${bot.emulator.token}/getMe`;
    for (const headers of [
      { host: 'evil.example' },
      { host: 'localhost.evil.example' },
      { origin: 'http://evil.example' },
      { origin: 'null' },
    ]) {
      expect((await bot.send(path, { headers })).status).toBe(403);
    }
    for (const headers of [
      { host: 'localhost:80' },
      { host: 'api.localhost' },
      { host: '[::1]:9' },
      { origin: 'http://127.0.0.1:1' },
    ]) {
      expect((await bot.send(path, { headers })).status).toBe(200);
    }
  });
});

describe('The arguments of a call', () => {
  it('come in the query, a form or JSON alike, and numbers may be texts', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const path = `/bot${bot.emulator.token}/sendMessage`;
    const query = new URLSearchParams({ chat_id: String(ann.id), text: 'a+b &c' }).toString();
    await bot.send(`${path}?${query}`);
    await bot.send(path, { method: 'POST', headers: form, body: query });
    await bot.send(`${path}?chat_id=${ann.id}`, { method: 'POST', headers: form, body: 'text=a%2Bb+%26c' });
    await bot.call('sendMessage', { chat_id: String(ann.id), text: 'a+b &c', unknown: { field: 1 } });
    expect(ann.chat.messages.map((message) => message.text)).toEqual(Array(4).fill('a+b &c'));
  });

  it('in JSON may be of another type than a text', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    await bot.call('sendMessage', { chat_id: ann.id, text: 5, reply_markup: '{"force_reply":true}' });
    expect(ann.chat.messages[0]?.text).toBe('5');
    expect(bot.emulator.snapshot().chats[0]?.keyboard).toEqual({ force_reply: true });
  });

  it('may not be broken JSON, or something else than an object', async () => {
    await using bot = await startBot();
    const headers = { 'content-type': 'application/json' };
    const path = `/bot${bot.emulator.token}/getMe`;
    for (const body of ['{', '[]"', 'nonsense', '5']) {
      expect((await bot.send(path, { method: 'POST', headers, body })).status).toBe(400);
    }
  });

  it('may not be longer than 4 MB outside of files', async () => {
    await using bot = await startBot();
    expect((await bot.call('getMe', { x: 'x'.repeat(5 << 20) })).status).toBe(413);
  });
});

describe('Emulator', () => {
  it('records every call with its arguments, answer and status', async () => {
    await using bot = await startBot({ recorded: 2 });
    const ann = bot.emulator.person();
    await bot.call('getMe');
    await bot.call('sendMessage', { chat_id: ann.id, text: 'hello' });
    await bot.call('sendMessage', { chat_id: 1, text: 'hello' });
    const [sent, failed] = bot.emulator.calls();
    expect(sent).toMatchObject({
      id: 2,
      method: 'sendMessage',
      chatId: ann.id,
      status: 200,
      ok: true,
      answer: { text: 'hello' },
    });
    expect(failed).toMatchObject({
      id: 3,
      payload: { text: 'hello' },
      status: 400,
      ok: false,
      description: 'Bad Request: chat not found',
    });
    expect(bot.emulator.calls('getMe')).toEqual([]);
  });

  it('returns each call once from nextCall, earlier and later ones', async () => {
    await using bot = await startBot();
    await bot.call('getMe', { n: 1 });
    await bot.call('getMe', { n: 2 });
    const seen = async () => (await bot.emulator.nextCall('getMe')).payload['n'];
    expect([await seen(), await seen()]).toEqual([1, 2]);
    const third = bot.emulator.nextCall('getMe', { where: (call) => call.payload['n'] === 4 });
    await bot.call('getMe', { n: 3 });
    await bot.call('getMe', { n: 4 });
    expect((await third).payload['n']).toBe(4);
    expect(await seen()).toBe(3);
    await expect(bot.emulator.nextCall('getMe', { timeoutMs: 5 })).rejects.toThrow('none within 5 ms');
  });

  it('rejects nextCall at its timeout, at an abort and when it closes', async () => {
    await using bot = await startBot();
    const timedOut = bot.emulator.nextCall('getMe', { timeoutMs: 5 });
    await expect(timedOut).rejects.toThrow('Cannot see a call of getMe: none within 5 ms');
    const stop = new AbortController();
    const aborted = bot.emulator.nextCall('getMe', { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    const closed = expect(bot.emulator.nextCall('getMe')).rejects.toThrow('the emulator closed');
    await bot.emulator.close();
    await closed;
  });

  it('ends waiting requests when it closes, and may be closed twice', async () => {
    await using bot = await startBot();
    const waiting = bot.call('getUpdates', { timeout: 50 }).catch(() => 'ended');
    await bot.emulator.polling();
    await bot.emulator.close();
    await bot.emulator.close();
    expect(await waiting).toBe('ended');
  });

  it('refuses a token that can be none', async () => {
    await expect(startBot({ token: 'nonsense' })).rejects.toThrow('the token is none');
  });
});
