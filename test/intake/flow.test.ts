// Updates on their way from the inbox to the handler: what becomes of those that fail, and how the flow ends.

import { GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFlow } from '../../src/intake/flow.ts';
import type { Flow } from '../../src/intake/flow.ts';
import { openSqliteInbox } from '../../src/work/inbox-sqlite.ts';
import type { Entry, Inbox } from '../../src/work/inbox.ts';

const update = (id: number) => ({ update_id: id, message: { text: `update ${id}` } }) as unknown as Update;
const outage = () =>
  new GrammyError('no', { ok: false, error_code: 502, description: 'Bad Gateway' }, 'sendMessage', {});

let inbox: Inbox;
let flow: Flow;
/** What was handled, and how many tries on it had failed before. */
let handled: [id: number, failures: number][];

beforeEach(() => {
  vi.useFakeTimers();
  inbox = openSqliteInbox(':memory:');
  handled = [];
});
afterEach(async () => {
  flow.stop();
  await inbox[Symbol.asyncDispose]();
  vi.useRealTimers();
});

/** Lets updates flow to `handle`, which is told how often it was called. */
function start(handle: (entry: Entry, call: number) => Promise<void>, concurrency = 10): void {
  flow = startFlow({
    inbox,
    handle: async (entry) => {
      const call = handled.push([entry.update.update_id, entry.failures]);
      await handle(entry, call);
      await inbox.done(entry.update.update_id);
    },
    concurrency,
    log: pino({ enabled: false }),
  });
}

describe('startFlow', () => {
  it('hands out what was left open, then what comes in', async () => {
    await inbox.accept([update(5)]);
    start(async () => {});
    await vi.advanceTimersByTimeAsync(10);
    await inbox.accept([update(5), update(7)]);
    await vi.advanceTimersByTimeAsync(10);
    expect(handled).toEqual([
      [5, 0],
      [7, 0],
    ]);
    expect(inbox.state().open).toBe(0);
  });

  it('tries an update again that has failed, each time later, and counts', async () => {
    await inbox.accept([update(5)]);
    start(async (_entry, call) => {
      if (call < 4) throw new Error('cannot do that');
    });
    await vi.advanceTimersByTimeAsync(900);
    expect(handled).toEqual([[5, 0]]);
    await vi.advanceTimersByTimeAsync(200);
    expect(handled).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(4_800);
    expect(handled).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(handled.map(([, failures]) => failures)).toEqual([0, 1, 2, 3]);
  });

  it('does not count what an outage of Telegram has spoilt', async () => {
    await inbox.accept([update(5)]);
    start(async (_entry, call) => {
      if (call < 4) throw outage();
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(handled.map(([, failures]) => failures)).toEqual([0, 0, 0, 0]);
  });

  it('does not count that Telegram knows the token no more', async () => {
    const refusal = { ok: false as const, error_code: 401, description: 'Unauthorized' };
    await inbox.accept([update(5)]);
    start(async (_entry, call) => {
      if (call < 4) throw new GrammyError('no', refusal, 'sendMessage', {});
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(handled.map(([, failures]) => failures)).toEqual([0, 0, 0, 0]);
  });

  it('goes on with the others meanwhile', async () => {
    await inbox.accept([update(1), update(2), update(3)]);
    start(async ({ update: { update_id: id } }) => {
      if (id === 1) throw new Error('cannot do that');
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(handled.map(([id]) => id)).toEqual([1, 2, 3]);
    expect(inbox.state().open).toBe(1);
  });

  it('takes no more than may be under way', async () => {
    const gate = Promise.withResolvers<void>();
    start(() => gate.promise, 2);
    await inbox.accept([1, 2, 3, 4, 5].map(update));
    await vi.advanceTimersByTimeAsync(10);
    const early = handled.length;
    gate.resolve();
    await vi.advanceTimersByTimeAsync(10);
    expect(early).toBeLessThan(5);
    expect(handled).toHaveLength(5);
  });

  it('takes nothing more once it is stopped, also with a full sink, and is drained when all under way is over', async () => {
    const gate = Promise.withResolvers<void>();
    start(() => gate.promise, 1);
    await inbox.accept([1, 2, 3].map(update));
    await vi.advanceTimersByTimeAsync(10);
    const before = handled.length;
    flow.stop();
    await inbox.accept([update(4)]);
    let isDrained = false;
    const drained = flow.drained().then(() => (isDrained = true));
    await vi.advanceTimersByTimeAsync(10);
    expect(isDrained).toBe(false);
    gate.resolve();
    await vi.advanceTimersByTimeAsync(10);
    await drained;
    expect(handled).toHaveLength(before);
  });
});
