// The slowest that a body may come, and who is to blame when it comes more slowly.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sendGet } from '../../src/net/exchange.ts';
import { SpeedWatch } from '../../src/net/least-speed.ts';
import { createResolver } from '../../src/net/resolve.ts';
import { answer, startRawServer } from './raw-server.ts';
import type { Script } from './raw-server.ts';
import { home, keyOf, patience } from './settings.ts';

describe('SpeedWatch', () => {
  const second = 1_000;
  let isGivenUp = false;
  let watch: SpeedWatch;
  beforeEach(() => {
    vi.useFakeTimers();
    isGivenUp = false;
    watch = new SpeedWatch({ bytes: 100, withinMs: 10 * second }, () => (isGivenUp = true));
  });
  afterEach(() => {
    watch[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('gives up who sends a byte a second, after the first span', () => {
    for (let passed = 0; passed < 10; passed++) {
      expect(isGivenUp).toBe(false);
      watch.count(1);
      vi.advanceTimersByTime(second);
    }
    expect(isGivenUp).toBe(true);
  });

  it('bears whoever sends enough in each span, however unevenly', () => {
    for (let span = 0; span < 5; span++) {
      watch.count(100);
      vi.advanceTimersByTime(10 * second);
    }
    expect(isGivenUp).toBe(false);
    watch.count(99);
    vi.advanceTimersByTime(10 * second);
    expect(isGivenUp).toBe(true);
  });

  it('leaves the silence before the first byte to others', () => {
    vi.advanceTimersByTime(60 * second);
    expect(isGivenUp).toBe(false);
  });

  it('blames nobody for a span in which the reader held the sender back, even for a moment', () => {
    watch.count(1);
    watch.holdBack(true);
    vi.advanceTimersByTime(25 * second);
    watch.holdBack(false);
    vi.advanceTimersByTime(5 * second);
    expect(isGivenUp).toBe(false);
    vi.advanceTimersByTime(10 * second);
    expect(isGivenUp).toBe(true);
  });

  it('counts nothing once it is disposed', () => {
    watch[Symbol.dispose]();
    watch.count(1);
    vi.advanceTimersByTime(60 * second);
    expect(isGivenUp).toBe(false);
  });
});

describe('sendGet', () => {
  const drip: Script = (socket) => {
    socket.write(answer(200, { 'content-length': 1_000 }));
    const timer = setInterval(() => socket.write('a'), 5);
    socket.once('close', () => clearInterval(timer));
  };

  it.each([true, false])('lets go of a body that only drips; somebody reads: %s', async (isRead) => {
    await using server = await startRawServer(drip);
    await using exchange = await sendGet(new URL(server.origin), {
      signal: patience(),
      headers: {},
      maxHeaderBytes: 16_384,
      allow: home,
      resolver: createResolver({ servers: [] }),
      least: { bytes: 100, withinMs: 50 },
    });
    if (!isRead) await server.drained();
    expect(await keyOf(exchange.body.toArray())).toBe('error-too-slow');
    await server.drained();
  });
});
