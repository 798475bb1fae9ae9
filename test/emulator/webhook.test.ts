// setWebhook, deleteWebhook and getWebhookInfo: what may be set, what is said of it, and the peace with getUpdates.

import { describe, expect, it } from 'vitest';
import { errorOf, startBot } from './bot.ts';
import { startHook } from './hook.ts';

/** An address on this computer where nobody listens. */
const nowhere = 'http://127.0.0.1:9/hook';

describe('setWebhook', () => {
  it.each([
    ['http://', 'invalid webhook URL specified'],
    ['ftp://127.0.0.1/', 'invalid webhook URL specified'],
    ['http://a.example/', 'bad webhook: An HTTPS URL must be provided for webhook'],
    ['http://127.0.0.1.a.example/', 'bad webhook: An HTTPS URL must be provided for webhook'],
    ['https://a.example:8080/', 'bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443'],
    ['a.example/hook', 'bad webhook: the local Bot API delivers to 127.0.0.1, [::1] and localhost only'],
    ['https://127.0.0.1:8443/', 'bad webhook: the local Bot API delivers by http only'],
  ])('refuses %s', async (url, text) => {
    await using bot = await startBot();
    expect(await errorOf(bot.api.setWebhook(url))).toBe(`400 Bad Request: ${text}`);
    expect(await bot.api.getWebhookInfo()).toMatchObject({ url: '' });
  });

  it.each([
    ['s'.repeat(257), 'secret token is too long'],
    ['no spaces', 'secret token contains unallowed characters'],
    ['ключ', 'secret token contains unallowed characters'],
  ])('refuses the secret %s', async (secret, text) => {
    await using bot = await startBot();
    const setting = bot.api.setWebhook(nowhere, { secret_token: secret });
    expect(await errorOf(setting)).toBe(`400 Bad Request: ${text}`);
  });

  it('asks to wait a second before it is called again', async () => {
    await using bot = await startBot();
    await bot.api.setWebhook(nowhere);
    const { status, headers } = await bot.call('setWebhook', { url: nowhere });
    expect([status, headers['retry-after']]).toEqual([429, '1']);
  });

  it('says whether something has changed', async () => {
    await using bot = await startBot();
    const said = async (method: string, payload: object) => {
      bot.emulator.clock.advance(1_000);
      return (await bot.call(method, payload)).body;
    };
    expect(await said('setWebhook', { url: nowhere })).toEqual({
      ok: true,
      result: true,
      description: 'Webhook was set',
    });
    const same = await said('setWebhook', { url: nowhere, allowed_updates: ['poll'] });
    expect(same.description).toBe('Webhook is already set');
    expect((await bot.api.getWebhookInfo()).allowed_updates).toEqual(['poll']);
    const other = await said('setWebhook', { url: nowhere, secret_token: 'x' });
    expect(other.description).toBe('Webhook was set');
    expect((await said('setWebhook', {})).description).toBe('Webhook was deleted');
    expect((await said('deleteWebhook', {})).description).toBe('Webhook is already deleted');
  });

  it('drops the updates that wait if it is told to', async () => {
    await using hook = await startHook();
    await using bot = await startBot();
    const ann = bot.emulator.person();
    ann.send('before');
    await bot.api.setWebhook(hook.url, { drop_pending_updates: true });
    ann.send('after');
    expect((await hook.next()).update.message?.text).toBe('after');
  });

  it('sends only what the bot asked for', async () => {
    await using hook = await startHook();
    await using bot = await startBot();
    await bot.api.setWebhook(hook.url, { allowed_updates: ['edited_message'] });
    const ann = bot.emulator.person();
    ann.edit(ann.send('old'), 'new');
    expect((await hook.next()).update).toMatchObject({ edited_message: { text: 'new' } });
    expect(bot.emulator.pending()).toBe(1);
  });
});

describe('getWebhookInfo', () => {
  it('tells what was set, and keeps max_connections between 1 and 100', async () => {
    await using bot = await startBot();
    const told = [];
    for (const max_connections of [undefined, 500, -1]) {
      bot.emulator.clock.advance(1_000);
      await bot.call('setWebhook', { url: nowhere, max_connections, secret_token: 'hush' });
      told.push(await bot.api.getWebhookInfo());
    }
    expect(told[0]).toEqual({
      url: nowhere,
      has_custom_certificate: false,
      pending_update_count: 0,
      max_connections: 40,
    });
    expect(told.map((info) => info.max_connections)).toEqual([40, 100, 1]);
  });

  it('counts the updates that wait, which deleteWebhook may drop', async () => {
    await using bot = await startBot();
    await bot.api.setWebhook(nowhere);
    bot.emulator.person().send('x');
    expect(await bot.api.getWebhookInfo()).toMatchObject({ pending_update_count: 1 });
    await bot.api.deleteWebhook();
    expect(bot.emulator.pending()).toBe(1);
    await bot.api.deleteWebhook({ drop_pending_updates: true });
    expect(await bot.api.getWebhookInfo()).toEqual({
      url: '',
      has_custom_certificate: false,
      pending_update_count: 0,
    });
  });
});

describe('getUpdates beside a webhook', () => {
  it('is refused with 409 until the webhook is deleted, and then has what was not confirmed', async () => {
    await using bot = await startBot();
    await bot.api.setWebhook(nowhere);
    bot.emulator.person().send('waits');
    expect(await errorOf(bot.api.getUpdates())).toBe(
      "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
    await bot.api.deleteWebhook();
    expect((await bot.api.getUpdates()).map(({ message }) => message?.text)).toEqual(['waits']);
  });

  it('is ended with 409 when a webhook is set while it waits', async () => {
    await using bot = await startBot();
    const waiting = errorOf(bot.api.getUpdates({ timeout: 30 }));
    await bot.emulator.polling();
    await bot.api.setWebhook(nowhere);
    expect(await waiting).toBe('409 Conflict: terminated by setWebhook request');
  });

  it('finds nothing that a webhook has confirmed', async () => {
    await using hook = await startHook();
    await using bot = await startBot();
    const ann = bot.emulator.person();
    ann.send('confirmed');
    ann.send('not');
    await bot.api.setWebhook(hook.url);
    (await hook.next()).answer(200);
    await hook.next();
    await bot.api.deleteWebhook();
    expect((await bot.api.getUpdates()).map(({ message }) => message?.text)).toEqual(['not']);
  });
});

describe('Emulator.confirmed', () => {
  it('waits for the last update, however it is confirmed', async () => {
    await using hook = await startHook();
    await using bot = await startBot();
    await bot.emulator.confirmed();
    const ann = bot.emulator.person();
    ann.send('polled');
    const polled = bot.emulator.confirmed();
    const [update] = await bot.api.getUpdates();
    await bot.api.getUpdates({ offset: (update?.update_id ?? 0) + 1 });
    await polled;
    await bot.api.setWebhook(hook.url);
    ann.send('posted');
    const posted = bot.emulator.confirmed();
    (await hook.next()).answer(200);
    await posted;
    expect(bot.emulator.pending()).toBe(0);
    ann.send('never');
    const never = expect(bot.emulator.confirmed()).rejects.toThrow('the emulator closed');
    await bot.emulator.close();
    await never;
  });
});
