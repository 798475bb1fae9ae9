// The fair semaphore, by example.

import { describe, expect, it } from 'vitest';
import { BusyError } from '../../src/async/fair-semaphore.ts';
import { roomy, settled, watched } from './watched-semaphore.ts';

describe('FairSemaphore', () => {
  it('lets one person alone use many slots at once, up to their share', async () => {
    const { semaphore, admitted, ask } = watched({ share: 20 });
    for (let i = 0; i < 30; i++) ask(`a${i}`, 'ann');
    await settled();
    expect(admitted).toHaveLength(20);
    expect(semaphore.waiting).toBe(10);
  });

  it('admits a newcomer before the tenth of a heavy user', async () => {
    const { admitted, ask, free } = watched({ slots: 2, share: 2 });
    for (let i = 0; i < 10; i++) ask(`a${i}`, 'ann');
    ask('b0', 'bob');
    await settled();
    await free('a0');
    expect(admitted).toEqual(['a0', 'a1', 'b0']);
  });

  it('gives a slot at once where there is one to have, and else none', async () => {
    const { semaphore, ask } = watched({ slots: 2, share: 1 });
    const claim = (person: string) => ({ person, kind: 'lookup' as const, request: person });
    const permit = semaphore.take(claim('ann'));
    expect(permit).toBeDefined();
    expect(semaphore.take(claim('ann'))).toBeUndefined();
    const again = ask('a1', 'ann');
    permit?.[Symbol.dispose]();
    await again.done;
    expect(semaphore.take(claim('ann'))).toBeUndefined();
    expect(semaphore.take(claim('bob'))).toBeDefined();
    expect(semaphore.take(claim('cem'))).toBeUndefined();
    expect(semaphore).toMatchObject({ running: 2, waiting: 0 });
  });

  it('admits the longest waiting among people who hold equally many', async () => {
    const { admitted, ask, free } = watched({ slots: 1 });
    ask('x', 'xan');
    for (const person of ['cem', 'ann', 'bob']) ask(person, person);
    await settled();
    for (const name of ['x', 'cem', 'ann']) await free(name);
    expect(admitted).toEqual(['x', 'cem', 'ann', 'bob']);
  });

  it('keeps downloads from taking all slots, and lookups go on beside them', async () => {
    const { admitted, ask } = watched({
      slots: 4,
      kinds: { lookup: { slots: 4, share: 20 }, download: { slots: 2, share: 1 } },
    });
    for (const person of ['ann', 'bob', 'cem']) ask(`d-${person}`, person, 'download');
    ask('d-ann-2', 'ann', 'download');
    ask('l-dan', 'dan');
    await settled();
    expect(admitted).toEqual(['d-ann', 'd-bob', 'l-dan']);
  });

  it('holds no slot for a claim that waits for its host', async () => {
    const { semaphore, admitted, ask, free } = watched({ slots: 2, perHost: 1 });
    ask('a0', 'ann', 'lookup', 'slow.example');
    ask('a1', 'ann', 'lookup', 'slow.example');
    ask('b0', 'bob', 'lookup', 'fast.example');
    await settled();
    expect(admitted).toEqual(['a0', 'b0']);
    expect(semaphore.running).toBe(2);
    await free('a0');
    expect(admitted).toEqual(['a0', 'b0', 'a1']);
  });

  it('gives a full host to a newcomer before a heavy user of that host', async () => {
    const { admitted, ask, free } = watched({ perHost: 3 });
    for (let i = 0; i < 20; i++) ask(`a${i}`, 'ann', 'lookup', 'slow.example');
    ask('b0', 'bob', 'lookup', 'slow.example');
    ask('c0', 'cem', 'lookup', 'slow.example');
    await settled();
    await free('a0');
    expect(admitted).toEqual(['a0', 'a1', 'b0', 'c0']);
  });

  it('leaves one place of a host to others, however much one person asks of it', async () => {
    const { admitted, ask, free } = watched({ perHost: 4 });
    for (let i = 0; i < 20; i++) ask(`a${i}`, 'ann', 'lookup', 'slow.example');
    await settled();
    expect(admitted).toEqual(['a0', 'a1', 'a2']);
    for (let i = 0; i < 3; i++) {
      ask(`b${i}`, 'bob', 'lookup', 'slow.example');
      await settled();
      await free(`b${i}`);
    }
    expect(admitted).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2']);
    await free('a0');
    expect(admitted.slice(6)).toEqual(['a3']);
  });

  it('leaves that place also when the person is sent to the host by others', async () => {
    const { admitted, permits, ask, free } = watched({ perHost: 3 });
    const { signal } = new AbortController();
    for (let i = 0; i < 5; i++) ask(`a${i}`, 'ann', 'lookup', `trap${i}.example`);
    ask('c', 'cem', 'lookup', 'trap.example');
    await settled();
    const moved: string[] = [];
    for (const name of ['a0', 'a1', 'a2', 'a3', 'a4', 'c'])
      void permits
        .get(name)
        ?.enterHost('slow.example', { signal })
        .then(() => moved.push(name));
    await settled();
    expect(moved).toEqual(['a0', 'a1', 'c']);
    await free('c');
    ask('b', 'bob', 'lookup', 'slow.example');
    await settled();
    expect(admitted.at(-1)).toBe('b');
    await free('a0');
    expect(moved).toEqual(['a0', 'a1', 'c', 'a2']);
  });

  it('moves the load of a redirected permit, waiting for room at the new host', async () => {
    const { admitted, permits, ask, free } = watched({ perHost: 1 });
    ask('a', 'ann', 'lookup', 'one.example');
    ask('b', 'bob', 'lookup', 'two.example');
    ask('c', 'cem', 'lookup', 'one.example');
    await settled();
    const moved = permits.get('a')?.enterHost('two.example', { signal: new AbortController().signal });
    await settled();
    expect(admitted).toEqual(['a', 'b', 'c']);
    await free('b');
    await moved;
    ask('d', 'dan', 'lookup', 'two.example');
    await settled();
    expect(admitted).not.toContain('d');
    await free('a');
    expect(admitted).toContain('d');
  });

  it('lets go of the new host when a redirected permit gives up waiting for it', async () => {
    const { admitted, permits, ask, free } = watched({ perHost: 1 });
    ask('a', 'ann', 'lookup', 'one.example');
    ask('b', 'bob', 'lookup', 'two.example');
    await settled();
    const controller = new AbortController();
    const moved = permits.get('a')?.enterHost('two.example', { signal: controller.signal });
    controller.abort(new Error('gave up'));
    await expect(moved).rejects.toThrow('gave up');
    await free('a');
    await free('b');
    ask('c', 'cem', 'lookup', 'two.example');
    await settled();
    expect(admitted).toContain('c');
  });

  it('refuses what would not fit the waiting room of a person or of all', async () => {
    const { ask } = watched({ slots: 1, waitingPerPerson: 1, waitingTotal: 2 });
    ask('a0', 'ann');
    ask('a1', 'ann');
    await expect(ask('a2', 'ann').done).rejects.toMatchObject({ full: 'person' });
    ask('b0', 'bob');
    await expect(ask('c0', 'cem').done).rejects.toBeInstanceOf(BusyError);
  });

  it('counts the claims of one request once in the waiting room', async () => {
    const { semaphore } = watched({ slots: 1, waitingPerPerson: 1 });
    const { signal } = new AbortController();
    void semaphore.acquire({ person: 'ann', kind: 'lookup', request: 'r0' }, { signal });
    for (let i = 0; i < 5; i++)
      void semaphore.acquire({ person: 'ann', kind: 'lookup', request: 'r1' }, { signal });
    expect(semaphore.waiting).toBe(1);
    await expect(
      semaphore.acquire({ person: 'ann', kind: 'lookup', request: 'r2' }, { signal }),
    ).rejects.toBeInstanceOf(BusyError);
  });

  it('rejects a cancelled waiter with the reason and forgets it', async () => {
    const { semaphore, admitted, ask, free } = watched({ slots: 1 });
    ask('a', 'ann');
    const waiting = ask('b', 'bob');
    waiting.cancel();
    await expect(waiting.done).rejects.toThrow('cancelled');
    await free('a');
    expect(admitted).toEqual(['a']);
    expect([semaphore.running, semaphore.waiting]).toEqual([0, 0]);
  });

  it('gives a slot back once, however often its permit is disposed of', async () => {
    const { semaphore, permits, ask } = watched({ slots: 2 });
    ask('a', 'ann');
    ask('b', 'bob');
    await settled();
    permits.get('a')?.[Symbol.dispose]();
    permits.get('a')?.[Symbol.dispose]();
    expect(semaphore.running).toBe(1);
  });

  it('admits at once what raised limits have room for', async () => {
    const { semaphore, admitted, ask } = watched({ slots: 1 });
    for (let i = 0; i < 3; i++) ask(`a${i}`, 'ann');
    semaphore.setLimits({ ...roomy, slots: 3 });
    await settled();
    expect(admitted).toHaveLength(3);
  });

  it('tells how many go first, by turns of people', async () => {
    const { semaphore, ask } = watched({ slots: 1, share: 5 });
    ask('x', 'xan');
    for (let i = 0; i < 10; i++) ask(`a${i}`, 'ann');
    let ahead = () => -1;
    void semaphore.acquire(
      { person: 'bob', kind: 'lookup', request: 'b' },
      { signal: new AbortController().signal, onWait: (tell) => (ahead = tell) },
    );
    expect(ahead()).toBe(1);
  });
});
