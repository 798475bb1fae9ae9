// A rate for each key, on a clock that is moved by hand.

import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Turnstile } from '../../src/async/turnstile.ts';

describe('Turnstile', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const limits = { perSecond: 2, burst: 3 };

  /** Lets so many wait for one key, and says in whose order they pass. */
  function line(turnstile: Turnstile, key: string, names: string[]): { passed: string[] } {
    const passed: string[] = [];
    for (const name of names) void turnstile.pass(key).then(() => passed.push(name));
    return { passed };
  }

  it('lets a burst pass at once, then so many a second in the order of their arrival', async () => {
    const { passed } = line(new Turnstile(limits), 'a', ['1', '2', '3', '4', '5', '6']);
    await vi.advanceTimersByTimeAsync(0);
    expect(passed).toEqual(['1', '2', '3']);
    await vi.advanceTimersByTimeAsync(499);
    expect(passed).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(2);
    expect(passed).toEqual(['1', '2', '3', '4']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(passed).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('gives no newcomer the turn of somebody who waits', async () => {
    const turnstile = new Turnstile({ perSecond: 1, burst: 1 });
    const { passed } = line(turnstile, 'a', ['1', '2']);
    await vi.advanceTimersByTimeAsync(900);
    const late = line(turnstile, 'a', ['3']);
    await vi.advanceTimersByTimeAsync(101);
    expect([passed, late.passed]).toEqual([['1', '2'], []]);
  });

  it('has its whole burst again after a pause, and no more than that', async () => {
    const turnstile = new Turnstile(limits);
    line(turnstile, 'a', ['1', '2', '3']);
    await vi.advanceTimersByTimeAsync(60_000);
    const { passed } = line(turnstile, 'a', ['4', '5', '6', '7']);
    await vi.advanceTimersByTimeAsync(0);
    expect(passed).toEqual(['4', '5', '6']);
  });

  it('keeps keys apart', async () => {
    const turnstile = new Turnstile({ perSecond: 1, burst: 1 });
    const [a, b] = [line(turnstile, 'a', ['1', '2']), line(turnstile, 'b', ['3'])];
    await vi.advanceTimersByTimeAsync(0);
    expect([a.passed, b.passed]).toEqual([['1'], ['3']]);
  });

  it('rejects with the reason at once when stopped, uses no turn up, and leaves no listener', async () => {
    const turnstile = new Turnstile({ perSecond: 1, burst: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    await turnstile.pass('a', { signal });
    const waiting = Array.from({ length: 5 }, () => turnstile.pass('a', { signal }));
    const { passed } = line(turnstile, 'a', ['patient']);
    const reason = new Error('enough');
    controller.abort(reason);
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes).toEqual(waiting.map(() => ({ status: 'rejected', reason })));
    await vi.advanceTimersByTimeAsync(1_001);
    expect(passed).toEqual(['patient']);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await expect(turnstile.pass('a', { signal })).rejects.toBe(reason);
  });

  it('forgets keys that have rested', async () => {
    const turnstile = new Turnstile({ perSecond: 100, burst: 1 });
    for (let at = 0; at < 1_000; at++) await turnstile.pass(`${at}`);
    expect(turnstile.size).toBe(1_000);
    await vi.advanceTimersByTimeAsync(11);
    await turnstile.pass('next');
    expect(turnstile.size).toBe(1);
  });
});
