// What Telegram brings: written together, confirmed when written, held while there is too much, and never lost.

import type { Update } from 'grammy/types';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEvents } from '../../src/events.ts';
import type { EventMap } from '../../src/events.ts';
import { WebhookIntake } from '../../src/intake/webhook.ts';
import { startWebServer } from '../../src/web/server.ts';
import type { WebServer } from '../../src/web/server.ts';
import { webhookRoute } from '../../src/web/webhook.ts';
import { startBot } from '../emulator/bot.ts';
import type { TestBot } from '../emulator/bot.ts';
import { failure } from '../emulator/hook.ts';
import { MemoryInbox } from './memory-inbox.ts';

const update = (id: number) => ({ update_id: id, message: { text: `update ${id}` } }) as unknown as Update;
const patient = new AbortController().signal;

let inbox: MemoryInbox;
let intake: WebhookIntake;
let troubles: EventMap['trouble'][0][];
let logged: string[];
let errors: unknown[];

beforeEach(() => {
  inbox = new MemoryInbox();
  troubles = [];
  logged = [];
  errors = [];
  const events = createEvents();
  events.on('trouble', (trouble) => troubles.push(trouble));
  intake = new WebhookIntake({ inbox, events, log: pino({}, { write: (line) => void logged.push(line) }) });
});

afterEach(() => void vi.useRealTimers());

const deliver = (id: number, signal = patient) => intake.deliver(update(id), { signal });
/** How deliveries have ended: "ok", or the words of the failure. */
const ends = async (deliveries: Promise<void>[]) =>
  (await Promise.allSettled(deliveries)).map((end) =>
    end.status === 'fulfilled' ? 'ok' : (end.reason as Error).message,
  );

describe('WebhookIntake.deliver', () => {
  it('writes those of one moment together, and those who come meanwhile together after them', async () => {
    const written = Promise.withResolvers<void>();
    inbox.writable = written.promise;
    const first = [1, 2, 3].map(async (id) => {
      // Each as a request of its own comes: between two of them whatever was promised is done.
      await new Promise((resolve) => setImmediate(resolve));
      await deliver(id);
    });
    await inbox.until(() => inbox.batches.length === 1);
    const second = [deliver(4), deliver(5)];
    let hasEnded = false;
    void Promise.race([...first, ...second]).then(() => (hasEnded = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect([hasEnded, inbox.batches]).toEqual([false, [[1, 2, 3]]]);
    written.resolve();
    expect(await ends([...first, ...second])).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(inbox.batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('fails for all of a batch that cannot be written, and works again when the inbox does', async () => {
    inbox.failure = new Error('database or disk is full');
    const failed = await ends([deliver(1), deliver(2)]);
    expect(failed).toEqual(['database or disk is full', 'database or disk is full']);
    expect(intake.failedMs).toBeGreaterThanOrEqual(0);
    await ends([deliver(1)]);
    inbox.failure = undefined;
    expect(await ends([deliver(1), deliver(2)])).toEqual(['ok', 'ok']);
    expect(intake.failedMs).toBeUndefined();
    expect(troubles.map(({ what, isOver }) => [what, isOver])).toEqual([
      ['inbox', false],
      ['inbox', false],
      ['inbox', true],
    ]);
    expect(logged.filter((line) => line.includes('disk is full'))).toHaveLength(1);
  });

  it('tells how long ago an update was taken', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    intake = new WebhookIntake({ inbox, events: createEvents(), log: pino({ enabled: false }) });
    vi.advanceTimersByTime(5_000);
    expect(intake.silentMs).toBe(5_000);
    await deliver(1);
    expect(intake.silentMs).toBe(0);
  });

  it('waits while too many wait to be worked on', async () => {
    inbox.isFull = true;
    const held = [deliver(1), deliver(2)];
    await inbox.until(() => inbox.waiting === 2);
    expect(inbox.batches).toEqual([]);
    inbox.isFull = false;
    expect(await ends(held)).toEqual(['ok', 'ok']);
    expect(inbox.batches).toEqual([[1, 2]]);
  });

  it('waits ten seconds at most', async () => {
    vi.useFakeTimers();
    inbox.isFull = true;
    const held = ends([deliver(1)]);
    await vi.advanceTimersByTimeAsync(9_900);
    expect(inbox.waiting).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(await held).toEqual(['Deadline of 10000 ms: passed']);
    expect([inbox.waiting, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('lets go of whoever goes away while too much waits', async () => {
    const gone = new AbortController();
    inbox.isFull = true;
    const held = deliver(1, gone.signal);
    await inbox.until(() => inbox.waiting === 1);
    gone.abort(new Error('gone'));
    expect(await ends([held, deliver(2, gone.signal)])).toEqual(['gone', 'gone']);
    expect(inbox.waiting).toBe(0);
  });

  it('lets go of whoever goes away behind a batch that is being written, but not of those in it', async () => {
    const gone = new AbortController();
    const written = Promise.withResolvers<void>();
    inbox.writable = written.promise;
    const first = deliver(1, gone.signal);
    await inbox.until(() => inbox.batches.length === 1);
    const second = deliver(2, gone.signal);
    await new Promise((resolve) => setImmediate(resolve));
    gone.abort(new Error('gone'));
    expect(await ends([second])).toEqual(['gone']);
    written.resolve();
    expect(await ends([first])).toEqual(['ok']);
    expect(inbox.batches).toEqual([[1]]);
  });
});

describe('WebhookIntake.stop', () => {
  it('lets go of those who wait, ends with what is being written, and takes nobody any more', async () => {
    const written = Promise.withResolvers<void>();
    inbox.writable = written.promise;
    const first = deliver(1);
    await inbox.until(() => inbox.batches.length === 1);
    const second = deliver(2);
    await new Promise((resolve) => setImmediate(resolve));
    inbox.isFull = true;
    const third = deliver(3);
    await inbox.until(() => inbox.waiting === 1);
    let hasStopped = false;
    inbox.isFull = false;
    const stopped = intake.stop().then(() => (hasStopped = true));
    expect(await ends([second, third])).toEqual(['Webhook: stopped', 'Webhook: stopped']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasStopped).toBe(false);
    written.resolve();
    await stopped;
    expect(inbox.accepted.size).toBe(1);
    expect(await ends([first, deliver(4)])).toEqual(['ok', 'Webhook: stopped']);
    expect(inbox.batches).toEqual([[1]]);
  });
});

describe('Telegram’s webhook', () => {
  let bot: TestBot;
  let server: WebServer;
  const secret = 'Open-Sesame_1';

  beforeEach(async () => {
    bot = await startBot();
    server = await startWebServer({
      host: '127.0.0.1',
      port: 0,
      routes: [
        webhookRoute({
          url: 'http://127.0.0.1/bots/errand',
          secret,
          deliver: (...args) => intake.deliver(...args),
        }),
      ],
      ready: () => ({ ready: true, detail: {} }),
      onError: (error) => errors.push(error),
    });
    await bot.api.setWebhook(`${server.url}/bots/errand`, { secret_token: secret });
  });
  afterEach(async () => {
    await bot[Symbol.asyncDispose]();
    await server.close();
    expect(errors).toEqual([]);
  });

  const texts = () => [...inbox.accepted.values()].map(({ message }) => message?.text);

  it('has every update confirmed that was written, whole', async () => {
    const people = Array.from({ length: 20 }, () => bot.emulator.person());
    for (const person of people) for (const text of ['a', 'b']) person.send(text);
    const sent = people[0]?.send('c “…” 😀');
    await bot.emulator.confirmed();
    expect(inbox.accepted.size).toBe(41);
    expect(inbox.accepted.values().find(({ message }) => message?.text === sent?.text)?.message).toEqual(
      sent,
    );
  });

  it('brings again what could not be written, until it can', async () => {
    inbox.failure = new Error('database or disk is full');
    bot.emulator.person().send('kept');
    expect((await failure(bot)).last_error_message).toBe(
      'Wrong response from the webhook: 503 Service Unavailable',
    );
    expect([bot.emulator.pending(), texts()]).toEqual([1, []]);
    inbox.failure = undefined;
    // Longer than the pause that the answer asks for.
    bot.emulator.clock.advance(3_000);
    await bot.emulator.confirmed();
    expect(texts()).toEqual(['kept']);
  });

  it('is held while too much waits, and let go when Telegram leaves', async () => {
    inbox.isFull = true;
    bot.emulator.person().send('held');
    await inbox.until(() => inbox.waiting === 1);
    await bot.api.deleteWebhook();
    await inbox.until(() => inbox.waiting === 0);
    expect(inbox.batches).toEqual([]);
    expect((await bot.api.getUpdates()).map(({ message }) => message?.text)).toEqual(['held']);
  });

  it('with another secret brings nothing', async () => {
    bot.emulator.clock.advance(1_000);
    await bot.api.setWebhook(`${server.url}/bots/errand`, { secret_token: 'another' });
    bot.emulator.person().send('a');
    expect((await failure(bot)).last_error_message).toBe('Wrong response from the webhook: 401 Unauthorized');
    expect(inbox.batches).toEqual([]);
  });
});
