import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { currentPace, later, now, setPace, uptime } from '../../src/async/clock.ts';
import { deadline } from '../../src/async/deadline.ts';
import { sleep } from '../../src/async/sleep.ts';

const start = Date.parse('2026-05-01T12:00:00Z');

beforeEach(() => {
  vi.useFakeTimers({ now: start });
});

afterEach(() => {
  setPace({ real: 0, counted: 0, pace: 1 });
  vi.useRealTimers();
});

describe('now', () => {
  test('is the computer’s clock', () => {
    expect(now()).toBe(start);
    vi.advanceTimersByTime(1_234);
    expect(now()).toBe(start + 1_234);
  });

  test('runs at the pace and never jumps', () => {
    setPace(10);
    expect(now()).toBe(start);
    vi.advanceTimersByTime(1_000);
    setPace(1);
    expect(now()).toBe(start + 10_000);
    vi.advanceTimersByTime(500);
    expect(now()).toBe(start + 10_500);
  });

  test('counts the time of the process whose pace it was given', () => {
    setPace({ real: start - 1_000, counted: start + 60_000, pace: 60 });
    expect(now()).toBe(start + 120_000);
    expect(currentPace()).toEqual({ real: start, counted: start + 120_000, pace: 60 });
  });
});

describe('uptime', () => {
  test('runs at the pace, and a correction of the clock does not disturb it', () => {
    const from = uptime();
    setPace(10);
    vi.setSystemTime(start - 3_600_000);
    vi.advanceTimersByTime(100);
    expect(uptime() - from).toBe(1_000);
  });
});

describe('later', () => {
  test('calls once, when its time has come', () => {
    const run = vi.fn<() => void>();
    later(1_000, run);
    vi.advanceTimersByTime(999);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5_000);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test('keeps pace when the pace changes under way, both ways', () => {
    const run = vi.fn<() => void>();
    later(10_000, run);
    vi.advanceTimersByTime(5_000);
    setPace(10);
    vi.advanceTimersByTime(400);
    setPace(1);
    vi.advanceTimersByTime(999);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test('does nothing once it is disposed, whatever the pace does', () => {
    const run = vi.fn<() => void>();
    const timer = later(1_000, run);
    timer[Symbol.dispose]();
    setPace(10);
    vi.advanceTimersByTime(60_000);
    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('waits no less for a time that a timer cannot hold', () => {
    const run = vi.fn<() => void>();
    later(2 ** 40, run);
    vi.advanceTimersByTime(20 * 24 * 60 * 60 * 1000);
    expect(run).not.toHaveBeenCalled();
  });
});

test('sleep and deadline keep pace', async () => {
  setPace(10);
  const slept = sleep(10_000);
  using due = deadline(5_000);
  vi.advanceTimersByTime(500);
  expect(due.signal.aborted).toBe(true);
  vi.advanceTimersByTime(500);
  await slept;
});

test.each([0, -1, NaN])('setPace refuses %d', (pace) => {
  expect(() => setPace(pace)).toThrow(RangeError);
});
