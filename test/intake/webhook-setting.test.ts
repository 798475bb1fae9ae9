// The webhook set and removed on a local Bot API, whatever stands in the way of it.

import { Api } from 'grammy';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setPace } from '../../src/async/clock.ts';
import {
  WebhookRefusedError,
  isWebhookActive,
  registerWebhook,
  removeWebhook,
} from '../../src/intake/webhook-setting.ts';
import type { WebhookWish } from '../../src/intake/webhook-setting.ts';
import { startBot } from '../emulator/bot.ts';
import type { TestBot } from '../emulator/bot.ts';
import { startHook } from '../emulator/hook.ts';

const wish: WebhookWish = {
  url: 'http://127.0.0.1:9/errand',
  secret: 'Open-Sesame_1',
  allowedUpdates: ['message', 'callback_query'],
  maxConnections: 100,
};
const log = pino({ enabled: false });
const patience = { signal: new AbortController().signal, log };

let bot: TestBot;
beforeEach(async () => {
  // What is waited for passes twenty times as fast.
  setPace(20);
  bot = await startBot();
});
afterEach(async () => {
  await bot[Symbol.asyncDispose]();
  setPace(1);
});

/** What a failed call has said. */
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('registerWebhook', () => {
  it('sets everything, and drops no update', async () => {
    bot.emulator.person().send('waiting');
    await registerWebhook(bot.api, wish, patience);
    expect(await bot.api.getWebhookInfo()).toMatchObject({
      url: wish.url,
      allowed_updates: ['message', 'callback_query'],
      max_connections: 100,
      pending_update_count: 1,
    });
  });

  it('changes the secret alone, which getWebhookInfo does not tell', async () => {
    await using hook = await startHook();
    await registerWebhook(bot.api, { ...wish, url: hook.url }, patience);
    await registerWebhook(bot.api, { ...wish, url: hook.url, secret: 'new' }, patience);
    bot.emulator.person().send('a');
    const { headers, answer } = await hook.next();
    answer(200);
    expect(headers['x-telegram-bot-api-secret-token']).toBe('new');
  });

  it('waits as it is told when many instances start at once', async () => {
    await Promise.all([1, 2, 3].map(() => registerWebhook(bot.api, wish, patience)));
    const codes = bot.emulator.calls('setWebhook').map(({ ok, status }) => (ok ? 200 : status));
    expect(codes.filter((code) => code === 200)).toHaveLength(3);
    expect(codes).toContain(429);
  });

  it.each([
    ['an error of the server', { status: 502 }],
    ['a proxy’s page', { status: 403, html: '<p>No</p>' }],
    ['a broken connection', 'drop'],
    ['silence', 'hang'],
  ] as const)('tries again after %s', async (_what, outcome) => {
    bot.emulator.faults.add({ method: 'setWebhook', outcome });
    await registerWebhook(bot.api, wish, patience);
    expect(bot.emulator.calls('setWebhook')).toHaveLength(2);
  });

  it('says by the name of the setting why Telegram refuses the address', async () => {
    const url = 'https://bot.example.com:444/errand';
    const error = await failureOf(registerWebhook(bot.api, { ...wish, url }, patience));
    expect(error).toBeInstanceOf(WebhookRefusedError);
    expect((error as Error).message).toBe(
      'Telegram refuses WEBHOOK_URL: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443',
    );
  });

  it('does not try again when the token is refused', async () => {
    const stranger = new Api('7:WRONG', { apiRoot: bot.emulator.apiRoot });
    expect(await failureOf(registerWebhook(stranger, wish, patience))).toMatchObject({ error_code: 401 });
  });

  it('ends with its signal, in a call and in a pause', async () => {
    for (const outcome of ['hang', { status: 429, retryAfter: 3_600 }] as const) {
      bot.emulator.faults.add({ method: 'setWebhook', outcome });
      const stopping = new AbortController();
      const failure = failureOf(registerWebhook(bot.api, wish, { signal: stopping.signal, log }));
      if (outcome === 'hang') for (let i = 0; i < 5; i++) await bot.call('getMe');
      else await bot.emulator.nextCall('setWebhook', { where: ({ status }) => status === 429 });
      stopping.abort(new Error('enough'));
      expect(await failure).toEqual(new Error('enough'));
    }
    expect((await bot.api.getWebhookInfo()).url).toBe('');
  });
});

describe('removeWebhook', () => {
  it('lets what was not delivered be polled, whether there was a webhook or not', async () => {
    await registerWebhook(bot.api, wish, patience);
    bot.emulator.person().send('waiting');
    await removeWebhook(bot.api, patience);
    await removeWebhook(bot.api, patience);
    expect((await bot.api.getUpdates()).map(({ message }) => message?.text)).toEqual(['waiting']);
  });

  it('tries until Telegram can be reached', async () => {
    bot.emulator.faults.add({ method: 'deleteWebhook', outcome: 'drop', times: 3 });
    await removeWebhook(bot.api, patience);
    expect(bot.emulator.calls('deleteWebhook')).toHaveLength(4);
  });
});

describe('isWebhookActive', () => {
  it('tells a webhook that is set from somebody else who polls', async () => {
    await bot.api.setWebhook(wish.url);
    expect(isWebhookActive(await failureOf(bot.api.getUpdates()))).toBe(true);
    await bot.api.deleteWebhook();
    const ended = failureOf(bot.api.getUpdates({ timeout: 30 }));
    await bot.emulator.polling();
    bot.emulator.interruptPoll();
    expect(isWebhookActive(await ended)).toBe(false);
  });
});
