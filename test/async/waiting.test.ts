// Deadlines, pauses, retries and shared work: each ends when its signal says so, and leaves nothing behind.

import { describe, expect, it } from 'vitest';
import { deadline } from '../../src/async/deadline.ts';
import { retry } from '../../src/async/retry.ts';
import { Shared } from '../../src/async/shared.ts';
import { sleep } from '../../src/async/sleep.ts';

describe('deadline', () => {
  it('aborts with a TimeoutError when its time is over', async () => {
    using due = deadline(-1);
    await expect(sleep(60_000, { signal: due.signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('follows the signal above it, reason and all', () => {
    const above = new AbortController();
    using due = deadline(60_000, { signal: above.signal });
    above.abort(new Error('stopped from above'));
    expect(due.signal.reason).toMatchObject({ message: 'stopped from above' });
  });

  it('aborts before its time with the reason that it is given, and keeps that one', () => {
    using due = deadline(60_000);
    due.abort(new Error('stopped'));
    due.abort(new Error('stopped again'));
    expect(due.signal.reason).toMatchObject({ message: 'stopped' });
  });

  it('never fires after it was disposed of', async () => {
    const due = deadline(1);
    due[Symbol.dispose]();
    await sleep(5);
    expect(due.signal.aborted).toBe(false);
  });
});

describe('sleep', () => {
  it('rejects with the reason of its signal, also when that has aborted before', async () => {
    const controller = new AbortController();
    const sleeping = sleep(60_000, { signal: controller.signal });
    controller.abort(new Error('woken'));
    await expect(sleeping).rejects.toThrow('woken');
    await expect(sleep(60_000, { signal: controller.signal })).rejects.toThrow('woken');
  });
});

describe('retry', () => {
  const again = () => true;

  it('tries until it succeeds, and no more often than it may', async () => {
    let tries = 0;
    const third = async () => {
      if (++tries < 3) throw new Error(`try ${tries}`);
      return tries;
    };
    expect(await retry(third, { tries: 5, pauseMs: 1, again })).toBe(3);
    tries = 0;
    await expect(retry(third, { tries: 2, pauseMs: 1, again })).rejects.toThrow('try 2');
  });

  it('gives up at once on a failure that another try cannot mend', async () => {
    let tries = 0;
    const fail = async () => {
      tries++;
      throw new Error('no');
    };
    await expect(retry(fail, { tries: 5, pauseMs: 1, again: () => false })).rejects.toThrow('no');
    expect(tries).toBe(1);
  });

  it('ends in the middle of a pause when its signal aborts', async () => {
    const controller = new AbortController();
    const trying = retry(
      async () => {
        setImmediate(() => controller.abort(new Error('stop')));
        throw new Error('again');
      },
      { tries: 5, pauseMs: 60_000, again, signal: controller.signal },
    );
    await expect(trying).rejects.toThrow('stop');
  });
});

describe('Shared', () => {
  const { signal } = new AbortController();

  it('runs the work once for all who ask at the same time', async () => {
    const shared = new Shared<number>();
    let runs = 0;
    const leases = await Promise.all([1, 2, 3].map(() => shared.lease('k', async () => ++runs, { signal })));
    expect(leases.map((lease) => lease.value)).toEqual([1, 1, 1]);
  });

  it('disposes of the value when the last lease is given back, not before', async () => {
    const disposed: string[] = [];
    const shared = new Shared<string>((value) => void disposed.push(value));
    const one = await shared.lease('k', async () => 'file', { signal });
    const two = await shared.lease('k', async () => 'other', { signal });
    await one[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
    expect(disposed).toEqual([]);
    await two[Symbol.asyncDispose]();
    expect(disposed).toEqual(['file']);
    expect(shared.size).toBe(0);
  });

  it('lets one caller leave without stopping the others, and stops the work with the last', async () => {
    const shared = new Shared<void>();
    const ann = new AbortController();
    const bob = new AbortController();
    let stopped: unknown;
    const work = (task: { signal: AbortSignal }) =>
      sleep(60_000, task).catch((error: unknown) => {
        stopped = error;
        throw error;
      });
    const first = shared.lease('k', work, { signal: ann.signal });
    const second = shared.lease('k', work, { signal: bob.signal });
    ann.abort(new Error('ann left'));
    await expect(first).rejects.toThrow('ann left');
    expect(stopped).toBeUndefined();
    bob.abort(new Error('bob left'));
    await expect(second).rejects.toThrow('bob left');
    expect(stopped).toMatchObject({ message: 'bob left' });
    expect(shared.size).toBe(0);
  });

  it('tells a latecomer how far the work is', async () => {
    const shared = new Shared<string, number>();
    let finish: (value: string) => void = () => {};
    const first = shared.lease(
      'k',
      ({ report }) => {
        report(40);
        return new Promise((resolve) => (finish = resolve));
      },
      { signal },
    );
    const heard: number[] = [];
    const second = shared.lease('k', async () => 'unused', { signal, onProgress: (p) => void heard.push(p) });
    finish('done');
    expect((await second).value).toBe((await first).value);
    expect(heard).toEqual([40]);
  });

  it('fails for all who wait and starts afresh for the next', async () => {
    const shared = new Shared<number>();
    const fail = async () => {
      throw new Error('broken');
    };
    const both = [shared.lease('k', fail, { signal }), shared.lease('k', fail, { signal })];
    for (const one of both) await expect(one).rejects.toThrow('broken');
    expect((await shared.lease('k', async () => 7, { signal })).value).toBe(7);
  });
});
