// What is told of a webhook by looks at getWebhookInfo, with a clock that is moved by hand; and what is set again.

import { GrammyError } from 'grammy';
import type { Api } from 'grammy';
import type { WebhookInfo } from 'grammy/types';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEvents } from '../../src/events.ts';
import { registerWebhook } from '../../src/intake/webhook-setting.ts';
import type { WebhookWish } from '../../src/intake/webhook-setting.ts';
import { watchWebhook } from '../../src/intake/webhook-watch.ts';
import type { WebhookWatch } from '../../src/intake/webhook-watch.ts';
import { startBot } from '../emulator/bot.ts';
import { startHook, textOf } from '../emulator/hook.ts';

const wish: WebhookWish = {
  url: 'http://127.0.0.1:9/errand',
  secret: 'Open-Sesame_1',
  allowedUpdates: ['message', 'callback_query'],
  maxConnections: 100,
};
const asWished = { allowed_updates: wish.allowedUpdates, max_connections: wish.maxConnections };

let logged: string[];
let conflicts: boolean[];
let stopping: AbortController;
let watch: WebhookWatch;

beforeEach(() => {
  logged = [];
  conflicts = [];
  stopping = new AbortController();
});
afterEach(async () => {
  stopping.abort(new Error('stopped'));
  await watch.task.catch(() => {});
  vi.useRealTimers();
});

function start(api: Api, more: { wish?: WebhookWish; everyMs?: number } = {}, intake = { silentMs: 0 }) {
  const events = createEvents();
  events.on('trouble', ({ what, isOver }) => void (what === 'conflict' && conflicts.push(!isOver)));
  const log = pino({}, { write: (line) => void logged.push(line) });
  const options = { api, wish, events, log, signal: stopping.signal, ...more };
  watch = watchWebhook({ ...options, intake: intake as { silentMs: number; failedMs: undefined } });
  watch.task.catch(() => {});
}

describe('WebhookWatch.readiness', () => {
  const minute = 60_000;
  let info: Partial<WebhookInfo>;
  let intake: { silentMs: number; failedMs: number | undefined };
  let refusal: unknown;
  let sets: string[];

  beforeEach(async () => {
    vi.useFakeTimers();
    info = { url: wish.url, ...asWished, pending_update_count: 0 } as WebhookInfo;
    intake = { silentMs: 0, failedMs: undefined };
    refusal = undefined;
    sets = [];
    const api = {
      getWebhookInfo: async () => {
        if (refusal !== undefined) throw refusal;
        return { ...info };
      },
      setWebhook: async (url: string) => void sets.push(url),
    };
    start(api as unknown as Api, {}, intake);
    await vi.advanceTimersByTimeAsync(0);
  });

  /** Lets minutes pass in which no update comes, and Telegram fails to bring one. */
  async function pass(minutes: number, failed = true): Promise<void> {
    for (; minutes > 0; minutes--) {
      if (failed) info.last_error_date = (info.last_error_date ?? 0) + 60;
      if (failed) info.last_error_message = 'Connection refused';
      intake.silentMs += minute;
      await vi.advanceTimersByTimeAsync(minute);
    }
  }

  it('tells that updates flow', async () => {
    expect(watch.readiness()).toEqual({ ready: true, detail: { silentMs: 0, isWritable: true, pending: 0 } });
  });

  it('is lost when updates wait and none comes for ninety seconds', async () => {
    info.pending_update_count = 3;
    await pass(2);
    expect(watch.readiness().ready).toBe(true);
    await pass(1);
    expect(watch.readiness()).toEqual({
      ready: false,
      detail: { silentMs: 3 * minute, isWritable: true, pending: 3, lastError: 'Connection refused' },
    });
  });

  it('is back as soon as an update comes', async () => {
    info.pending_update_count = 3;
    await pass(4);
    intake.silentMs = 0;
    expect(watch.readiness().ready).toBe(true);
  });

  it('stays when nothing comes because there is nothing', async () => {
    await pass(1);
    await pass(10, false);
    expect(watch.readiness().ready).toBe(true);
  });

  it('stays when updates only happen to wait at each look', async () => {
    await pass(10, false);
    info.pending_update_count = 1;
    await pass(1);
    expect(watch.readiness().ready).toBe(true);
  });

  it('stays when the updates that wait go to other instances', async () => {
    await pass(1);
    info.pending_update_count = 30;
    await pass(10, false);
    expect(watch.readiness().ready).toBe(true);
  });

  it('is lost when the updates wait for another webhook than ours', async () => {
    Object.assign(info, { url: '', pending_update_count: 1 });
    await pass(3, false);
    expect(watch.readiness().ready).toBe(false);
    expect(conflicts).toContain(true);
  });

  it('is lost for a minute after the inbox could not be written', () => {
    intake.failedMs = 59_000;
    expect(watch.readiness()).toMatchObject({ ready: false, detail: { isWritable: false } });
    intake.failedMs = 61_000;
    expect(watch.readiness()).toMatchObject({ ready: true, detail: { isWritable: true } });
  });

  it.each([
    [0, true],
    [3, false],
  ])(
    'is judged by the last look, in which %i waited, while Telegram cannot be asked',
    async (pending, ready) => {
      info.pending_update_count = pending;
      await pass(1);
      refusal = new TypeError('socket hang up');
      await pass(5);
      expect(watch.readiness()).toMatchObject({ ready, detail: { pending } });
      refusal = undefined;
      info.pending_update_count = 0;
      await pass(1);
      expect(watch.readiness().ready).toBe(true);
    },
  );

  it('has each new failure in the log once, and sets nothing again for it', async () => {
    await pass(2);
    await pass(2, false);
    expect(logged.filter((line) => line.includes('Connection refused'))).toHaveLength(2);
    expect([sets, new Set(conflicts)]).toEqual([[], new Set([false])]);
  });

  it.each([401, 404])('ends with the watch when the token is refused with %i', async (code) => {
    refusal = new GrammyError('No', { ok: false, error_code: code, description: 'No' }, 'getWebhookInfo', {});
    const failed = watch.task.catch((error: unknown) => error);
    await pass(1);
    expect(await failed).toBe(refusal);
  });
});

describe('watchWebhook', () => {
  it('sets again what another process has changed', async () => {
    await using bot = await startBot();
    const set = async (change: () => Promise<unknown>) => {
      bot.emulator.clock.advance(1_000);
      await change();
      bot.emulator.clock.advance(1_000);
      for (;;) {
        const info = await bot.api.getWebhookInfo();
        if (info.url === wish.url && info.max_connections === 100 && !info.allowed_updates?.includes('poll'))
          break;
      }
    };
    start(bot.api, { everyMs: 10 });
    await set(async () => {});
    await set(() => bot.api.deleteWebhook());
    await set(() => bot.api.setWebhook('http://127.0.0.1:9/elsewhere', asWished));
    await set(() => bot.api.setWebhook(wish.url, { ...asWished, allowed_updates: ['poll', 'message'] }));
    await set(() => bot.api.setWebhook(wish.url, { ...asWished, max_connections: 7 }));
    expect(conflicts).toContain(true);
    expect(conflicts).toContain(false);
  });

  it('sets the secret again when deliveries are turned away for another one', async () => {
    await using hook = await startHook();
    await using bot = await startBot();
    await bot.api.setWebhook(hook.url, { ...asWished, secret_token: 'another' });
    start(bot.api, { wish: { ...wish, url: hook.url }, everyMs: 10 });
    await bot.emulator.nextCall('getWebhookInfo');
    bot.emulator.clock.advance(1_000);
    bot.emulator.person().send('a');
    (await hook.next()).answer(401);
    for (;;) {
      const post = await hook.next();
      const isOurs = post.headers['x-telegram-bot-api-secret-token'] === wish.secret;
      post.answer(isOurs ? 200 : 401);
      if (!isOurs) continue;
      expect(textOf(post)).toBe('a');
      break;
    }
    await bot.emulator.confirmed();
  });

  it('ends with its signal, in a look and between two', async () => {
    await using bot = await startBot();
    await registerWebhook(bot.api, wish, { signal: stopping.signal, log: pino({ enabled: false }) });
    start(bot.api);
    await bot.emulator.nextCall('getWebhookInfo');
    stopping.abort(new Error('enough'));
    await expect(watch.task).rejects.toThrow('enough');
    bot.emulator.faults.add({ method: 'getWebhookInfo', outcome: 'hang' });
    stopping = new AbortController();
    start(bot.api);
    for (let i = 0; i < 5; i++) await bot.call('getMe');
    stopping.abort(new Error('enough'));
    await expect(watch.task).rejects.toThrow('enough');
    expect(logged).toEqual([]);
  });

  it('goes on when Telegram refuses the address, and says so', async () => {
    await using bot = await startBot();
    start(bot.api, { wish: { ...wish, url: 'https://bot.example.com:444/' }, everyMs: 10 });
    for (let i = 0; i < 3; i++) {
      await bot.emulator.nextCall('getWebhookInfo');
      bot.emulator.clock.advance(1_000);
    }
    expect(logged.some((line) => line.includes('Telegram refuses WEBHOOK_URL'))).toBe(true);
  });
});
