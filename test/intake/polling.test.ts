// Polling with a clock that is moved by hand: what is confirmed to Telegram when, and what ends a wait.

import { GrammyError } from 'grammy';
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEvents } from '../../src/events.ts';
import type { Trouble } from '../../src/events.ts';
import { pollUpdates } from '../../src/intake/polling.ts';
import type { PollingOptions } from '../../src/intake/polling.ts';
import type { Inbox } from '../../src/work/inbox.ts';

type Poll = (offset: number, signal: AbortSignal) => Promise<Update[]>;

const update = (id: number) => ({ update_id: id, message: { text: `update ${id}` } }) as unknown as Update;

/** An answer of Telegram's that is none. */
const refusal = (code: number, parameters = {}, description = 'No') =>
  new GrammyError('refused', { ok: false, error_code: code, description, parameters }, 'getUpdates', {});

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

/** No updates until somebody stops waiting. */
const silence: Poll = (_offset, signal) => untilAborted(signal);

/** Ends the poll loop. */
let stopping: AbortController;
let polling: Promise<unknown>;
/** The offsets that were polled with, in order. */
let offsets: number[];
/** How long each poll was to wait, in seconds. */
let timeouts: number[];
let accepted: number[];
let webhooks: number;
let troubles: { what: Trouble; isOver: boolean }[];
let untilWanted: PollingOptions['untilWanted'];
let untilFew: Inbox['untilFew'];

beforeEach(() => {
  vi.useFakeTimers();
  stopping = new AbortController();
  offsets = [];
  timeouts = [];
  accepted = [];
  webhooks = 0;
  troubles = [];
  untilWanted = async () => {};
  untilFew = async () => {};
});
afterEach(async () => {
  await stop();
  vi.useRealTimers();
});

/** Ends the poll loop; resolves with what it ended with. */
async function stop(): Promise<unknown> {
  stopping.abort(new Error('stopped'));
  return polling;
}

/** Polls by `polls`, one after the other, then silence. */
function start(polls: Poll[], accept = async (_updates: readonly Update[]) => {}) {
  const getUpdates = ({ offset, timeout }: { offset: number; timeout: number }, signal: AbortSignal) => {
    offsets.push(offset);
    timeouts.push(timeout);
    return (polls.shift() ?? silence)(offset, signal);
  };
  const events = createEvents();
  events.on('trouble', ({ what, isOver }) => troubles.push({ what, isOver }));
  stopping = new AbortController();
  polling = pollUpdates({
    api: { getUpdates } as unknown as Api,
    inbox: {
      async accept(updates) {
        await accept(updates);
        accepted.push(...updates.map(({ update_id: id }) => id));
        return updates.length;
      },
      untilFew: (options) => untilFew(options),
    },
    untilWanted: (options) => untilWanted(options),
    allowedUpdates: ['message'],
    onWebhook: () => webhooks++,
    events,
    log: pino({ enabled: false }),
    signal: stopping.signal,
  }).catch((error: unknown) => error);
}

describe('pollUpdates', () => {
  it('confirms a batch that could not be written only when it is', async () => {
    let left = 3;
    start([async () => [update(7), update(8)]], async () => {
      if (left-- > 0) throw new Error('database or disk is full');
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(offsets).toEqual([0]);
    expect(accepted).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(offsets).toEqual([0, 9]);
    expect(accepted).toEqual([7, 8]);
    const inbox = troubles.filter(({ what }) => what === 'inbox');
    expect(inbox.map(({ isOver }) => isOver)).toEqual([false, false, false, true]);
  });

  it('ends at once when it is stopped while nothing can be written, and has confirmed nothing', async () => {
    start([async () => [update(7)]], () => Promise.reject(new Error('database or disk is full')));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await stop()).toBe(stopping.signal.reason);
    expect(offsets).toEqual([0]);
    expect(accepted).toEqual([]);
  });

  describe('while no more updates are wanted', () => {
    it('leaves them with Telegram until they are', async () => {
      const wanted = Promise.withResolvers<void>();
      untilWanted = () => wanted.promise;
      start([async () => [update(7)]]);
      await vi.advanceTimersByTimeAsync(500);
      expect(offsets).toEqual([]);
      wanted.resolve();
      await vi.advanceTimersByTimeAsync(0);
      expect(accepted).toEqual([7]);
    });

    it('takes some every second all the same, so that a Cancel comes in', async () => {
      untilWanted = ({ signal }) => untilAborted(signal);
      start([async () => [update(7)], async () => [update(8)]]);
      await vi.advanceTimersByTimeAsync(900);
      expect(accepted).toEqual([]);
      await vi.advanceTimersByTimeAsync(200);
      expect(accepted).toEqual([7]);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(accepted).toEqual([7, 8]);
    });

    it('ends at once when it is stopped', async () => {
      untilWanted = ({ signal }) => untilAborted(signal);
      start([async () => [update(7)]]);
      await vi.advanceTimersByTimeAsync(100);
      expect(await stop()).toBe(stopping.signal.reason);
      expect(offsets).toEqual([]);
    });
  });

  it('gives a poll up that is never answered, and polls again', async () => {
    start([silence, async () => [update(7)]]);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(offsets).toEqual([0]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(offsets).toEqual([0, 0, 8]);
    expect(accepted).toEqual([7]);
  });

  it.each([
    ['a conflict', refusal(409)],
    ['an error of the server', refusal(500)],
    ['429', refusal(429, { retry_after: 3 })],
    ['a broken connection', new TypeError('socket hang up')],
  ])('polls again after %s', async (_, error) => {
    start([() => Promise.reject(error), () => Promise.reject(error), async () => [update(7)]]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(accepted).toEqual([7]);
    expect(offsets).toEqual([0, 0, 0, 8]);
  });

  it('tells of a webhook that keeps it from polling, and of no other conflict', async () => {
    const active = refusal(409, {}, "Conflict: can't use getUpdates method while webhook is active");
    start([() => Promise.reject(refusal(409)), () => Promise.reject(active), async () => [update(7)]]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(webhooks).toBe(1);
    expect(accepted).toEqual([7]);
  });

  it('asks for a short answer after a conflict, to know soon that it is over', async () => {
    start([() => Promise.reject(refusal(409)), () => Promise.reject(refusal(500)), async () => []]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(timeouts).toEqual([30, 1, 1, 30]);
  });

  it('waits at most a few seconds between polls, however long the trouble lasts', async () => {
    const trouble: Poll = () => Promise.reject(refusal(502));
    start(Array.from({ length: 100 }, () => trouble));
    await vi.advanceTimersByTimeAsync(120_000);
    const before = offsets.length;
    await vi.advanceTimersByTimeAsync(7_000);
    expect(offsets.length).toBeGreaterThan(before);
    expect(before).toBeLessThan(60);
  });

  it('does not poll in a tight loop when every poll brings nothing at once', async () => {
    start(Array.from({ length: 1_000 }, (): Poll => async () => []));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(offsets.length).toBeLessThan(30);
  });

  it.each([401, 404])('rejects its task when the token is refused with %i', async (code) => {
    start([() => Promise.reject(refusal(code))]);
    await vi.advanceTimersByTimeAsync(100);
    expect(await polling).toMatchObject({ error_code: code });
    expect(offsets).toEqual([0]);
  });

  it('ends at once when it is stopped while it waits for Telegram or between two polls', async () => {
    start([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await stop()).toBe(stopping.signal.reason);
    start([() => Promise.reject(refusal(409))]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await stop()).toBe(stopping.signal.reason);
    expect(offsets).toEqual([0, 0]);
  });

  it('leaves updates with Telegram for as long as many wait to be taken', async () => {
    const few = Promise.withResolvers<void>();
    untilFew = () => few.promise;
    start([async () => [update(7)]]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(offsets).toEqual([]);
    few.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(accepted).toEqual([7]);
  });

  it.each([[-1], [1.5], [2 ** 47], ['7'], [undefined]])(
    'leaves out an update whose number is %s, and brings the others',
    async (id) => {
      start([async () => [update(7), update(id as number), update(8)], async () => [update(id as number)]]);
      await vi.advanceTimersByTimeAsync(300);
      expect(accepted).toEqual([7, 8]);
      expect(offsets).toEqual([0, 9, 9]);
    },
  );

  it('confirms what it was given last, also when ids fall', async () => {
    start([async () => [update(900)], async () => [update(5), update(6)]]);
    await vi.advanceTimersByTimeAsync(100);
    expect(offsets).toEqual([0, 901, 7]);
  });
});
