// Slow work that several want at once: done once, under one slot, and nobody stands in another's queue.

import { describe, expect, it } from 'vitest';
import type { Permit } from '../../src/async/fair-semaphore.ts';
import type { SharedTask } from '../../src/async/shared.ts';
import type { Job } from '../../src/work/job.ts';
import { SharedWork } from '../../src/work/shared-work.ts';
import { aJob, person, settled, someSlots } from './a-job.ts';

const options = { kind: 'lookup', host: 'a.example' } as const;

/** Work that ends when the test says so; each start is kept with its task. */
function aWork(slots = someSlots()) {
  const starts: {
    task: SharedTask<string>;
    finish: (value: string) => void;
    fail: (error: Error) => void;
  }[] = [];
  const disposed: string[] = [];
  const shared = new SharedWork<string, string>(slots, async (value) => void disposed.push(value));
  const start = async (task: SharedTask<string>, permit: Permit) => {
    using _slot = permit;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    task.signal.addEventListener('abort', () => reject(task.signal.reason), { once: true });
    starts.push({ task, finish: resolve, fail: reject });
    return await promise;
  };
  const lease = (job: Job, key = 'page', more: { onProgress?: (progress: string) => void } = {}) => {
    const leased = shared.lease(job, key, start, { ...options, ...more });
    leased.catch(() => {});
    return leased;
  };
  /** What has started so far, by its number. */
  const started = async (count: number) => {
    while (starts.length < count) await settled();
    return starts[count - 1] as (typeof starts)[number];
  };
  return { slots, shared, starts, started, disposed, lease };
}

const ann = () => aJob({ request: person(1) });
const bob = () => aJob({ request: person(2) });
const cem = () => aJob({ request: person(3) });

describe('SharedWork', () => {
  it('is done once for all who ask while it runs, under one slot', async () => {
    const { slots, starts, started, lease } = aWork();
    await using first = ann();
    await using second = bob();
    const leases = [lease(first), lease(first), lease(second)];
    const { finish } = await started(1);
    await settled();
    expect(slots.running).toBe(1);
    finish('value');
    expect((await Promise.all(leases)).map(({ value }) => value)).toEqual(['value', 'value', 'value']);
    expect(starts).toHaveLength(1);
    expect(slots.running).toBe(0);
  });

  it('is joined while it runs without a slot, also when there is none', async () => {
    const { slots, started, lease } = aWork(someSlots({ slots: 1, waitingTotal: 0 }));
    await using first = ann();
    await using second = bob();
    const leading = lease(first);
    const { finish } = await started(1);
    const joining = lease(second);
    await settled();
    expect(slots.waiting).toBe(0);
    finish('value');
    expect((await Promise.all([leading, joining])).map(({ value }) => value)).toEqual(['value', 'value']);
  });

  it('is not joined while it only waits: a newcomer is served in their own turn', async () => {
    const { slots, starts, started, lease } = aWork(someSlots({ slots: 2, share: 1 }));
    await using annsBusy = ann();
    await using annsNext = ann();
    await using bobs = bob();
    void lease(annsBusy, 'other');
    await started(1);
    // Ann holds her share: her next request waits, although a slot is free.
    const waiting = lease(annsNext, 'page');
    await settled();
    expect(slots.waiting).toBe(1);
    const served = lease(bobs, 'page');
    const { finish } = await started(2);
    // Bob has begun what Ann waits for: she waits no more, and takes no slot.
    await settled();
    expect(slots.waiting).toBe(0);
    expect(slots.running).toBe(2);
    finish('value');
    expect((await served).value).toBe('value');
    expect((await waiting).value).toBe('value');
    expect(starts).toHaveLength(2);
  });

  it('starts once when several get a slot at the same moment, and gives the others back', async () => {
    const { slots, starts, started, lease } = aWork(someSlots({ slots: 3 }));
    await using one = ann();
    await using two = bob();
    await using three = cem();
    const leases = [lease(one), lease(two), lease(three)];
    const { finish } = await started(1);
    await settled();
    expect(slots.running).toBe(1);
    finish('value');
    await Promise.all(leases);
    expect(starts).toHaveLength(1);
    expect(slots.running).toBe(0);
  });

  it('starts afresh for those who waited when the running work fails before they join', async () => {
    const { slots, started, lease } = aWork(someSlots({ slots: 1 }));
    await using one = ann();
    await using two = bob();
    const failing = lease(one, 'page');
    const other = lease(two, 'other');
    (await started(1)).fail(new Error('broken'));
    await expect(failing).rejects.toThrow('broken');
    (await started(2)).finish('other value');
    expect((await other).value).toBe('other value');
    expect(slots.running).toBe(0);
  });

  it('fails for all who joined, gives its slot back, and the next one starts anew', async () => {
    const { slots, shared, started, lease } = aWork();
    await using one = ann();
    await using two = bob();
    const leases = [lease(one), lease(two)];
    (await started(1)).fail(new Error('broken'));
    for (const leased of leases) await expect(leased).rejects.toThrow('broken');
    expect([slots.running, slots.waiting, shared.size]).toEqual([0, 0, 0]);
    const next = lease(one);
    (await started(2)).finish('second time');
    expect((await next).value).toBe('second time');
  });

  it('goes on for the others when the one who began it is cancelled', async () => {
    const { slots, started, lease } = aWork();
    await using leader = ann();
    await using follower = bob();
    const led = lease(leader);
    const { task, finish } = await started(1);
    const followed = lease(follower);
    await settled();
    leader.stop('person');
    await expect(led).rejects.toMatchObject({ why: 'person' });
    expect(task.signal.aborted).toBe(false);
    finish('value');
    expect((await followed).value).toBe('value');
    expect(slots.running).toBe(0);
  });

  it('is stopped when the last one has left, and gives its slot back', async () => {
    const { slots, shared, started, lease } = aWork();
    await using one = ann();
    await using two = bob();
    const leases = [lease(one), lease(two)];
    const { task } = await started(1);
    await settled();
    one.stop('person');
    expect(task.signal.aborted).toBe(false);
    two.stop('blocked');
    for (const leased of leases) await expect(leased).rejects.toMatchObject({ name: 'AbortError' });
    expect(task.signal.aborted).toBe(true);
    expect([slots.running, slots.waiting, shared.size]).toEqual([0, 0, 0]);
  });

  it('leaves the waiting room when its job is stopped, and starts nothing', async () => {
    const { slots, starts, started, lease } = aWork(someSlots({ slots: 1 }));
    await using one = ann();
    await using two = bob();
    void lease(one, 'other');
    await started(1);
    const waiting = lease(two, 'page');
    await settled();
    two.stop('person');
    await expect(waiting).rejects.toMatchObject({ why: 'person' });
    expect(slots.waiting).toBe(0);
    one.stop('person');
    await settled();
    expect(starts).toHaveLength(1);
    expect(slots.running).toBe(0);
  });

  it('takes no slot when its job ends in the moment it gets one', async () => {
    const { slots, starts, started, lease } = aWork(someSlots({ slots: 1 }));
    await using one = ann();
    await using two = bob();
    void lease(one, 'other');
    const { finish } = await started(1);
    const waiting = lease(two, 'page');
    await settled();
    finish('value');
    while (slots.waiting > 0) await Promise.resolve();
    two.stop('person');
    await expect(waiting).rejects.toMatchObject({ why: 'person' });
    await settled();
    expect(slots.running).toBe(0);
    expect(starts.length).toBeLessThanOrEqual(2);
  });

  it('rejects with BusyError when nobody may wait, and holds nothing', async () => {
    const { slots, shared, started, lease } = aWork(someSlots({ slots: 1, waitingTotal: 0 }));
    await using one = ann();
    await using two = bob();
    const first = lease(one, 'other');
    const { finish } = await started(1);
    await expect(lease(two, 'page')).rejects.toMatchObject({ name: 'BusyError', full: 'total' });
    finish('value');
    await first;
    expect([slots.running, slots.waiting, shared.size]).toEqual([0, 0, 1]);
  });

  it('gives its value back when the last lease is given back, and not before', async () => {
    const { shared, started, disposed, lease } = aWork();
    await using one = ann();
    await using two = bob();
    const leases = [lease(one), lease(two)];
    (await started(1)).finish('value');
    const [first, second] = await Promise.all(leases);
    await first?.[Symbol.asyncDispose]();
    expect(disposed).toEqual([]);
    await second?.[Symbol.asyncDispose]();
    expect(disposed).toEqual(['value']);
    expect(shared.size).toBe(0);
  });

  it('tells everybody how far it is, those who join late at once', async () => {
    const { started, lease } = aWork();
    const heard: string[] = [];
    await using one = ann();
    await using two = bob();
    void lease(one, 'page', { onProgress: (progress) => heard.push(`ann ${progress}`) });
    const { task, finish } = await started(1);
    task.report('half');
    const late = lease(two, 'page', { onProgress: (progress) => heard.push(`bob ${progress}`) });
    await settled();
    task.report('most');
    finish('value');
    await late;
    expect(heard).toEqual(['ann half', 'bob half', 'ann most', 'bob most']);
  });

  it('shows each job as waiting, then as running', async () => {
    const { started, lease } = aWork(someSlots({ slots: 1 }));
    await using one = ann();
    await using two = bob();
    const first = lease(one, 'other');
    const { finish } = await started(1);
    const second = lease(two, 'page');
    await settled();
    expect([one.view().state, two.view().state]).toEqual(['running', 'waiting']);
    finish('value');
    await first;
    const next = await started(2);
    expect(two.view().state).toBe('running');
    next.finish('value');
    await second;
  });
});
