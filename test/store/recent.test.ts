// What is at hand of a store: read once, never older than what was written, and bounded.

import { Keyv } from 'keyv';
import { beforeEach, describe, expect, it } from 'vitest';
import { Recent } from '../../src/store/recent.ts';

describe('Recent', () => {
  let store: Keyv<string>;
  let recent: Recent<string>;
  let reads: string[];
  beforeEach(() => {
    store = new Keyv<string>();
    recent = new Recent(store, 2);
    reads = [];
    const read = store.get.bind(store) as (key: string) => Promise<string | undefined>;
    store.get = ((key: string) => (reads.push(key), read(key))) as typeof store.get;
  });

  it('reads an entry once, also when there is none', async () => {
    await store.set('a', 'A');
    expect(await Promise.all([recent.get('a'), recent.get('a'), recent.get('b')])).toEqual([
      'A',
      'A',
      undefined,
    ]);
    expect([await recent.get('a'), await recent.get('b')]).toEqual(['A', undefined]);
    expect(reads).toEqual(['a', 'b']);
  });

  it('gives what was written last, and has it in the store', async () => {
    await recent.get('a');
    await recent.set('a', 'A');
    expect([await recent.get('a'), await store.get('a')]).toEqual(['A', 'A']);
    await recent.set('a', 'AA');
    expect(await recent.get('a')).toBe('AA');
  });

  it('does not keep what was read while it was being written', async () => {
    const writing = recent.set('a', 'new');
    await recent.get('a');
    await writing;
    expect(await recent.get('a')).toBe('new');
  });

  it('reads anew what it was told to forget, because somebody else may have changed it', async () => {
    await recent.get('a');
    await store.set('a', 'theirs');
    recent.forget('a');
    expect(await recent.get('a')).toBe('theirs');
  });

  it('reads everything anew when it was told to forget all', async () => {
    for (const key of ['a', 'b']) await recent.get(key);
    await store.set('b', 'theirs');
    recent.forgetAll();
    expect(await Promise.all([recent.get('a'), recent.get('b')])).toEqual([undefined, 'theirs']);
  });

  it('tells of each entry that was or may have been written, once it is', async () => {
    const told: unknown[] = [];
    const telling = new Recent(store, 2, (key) => told.push(key));
    await telling.get('a');
    const writing = telling.set('a', 'A');
    expect(told).toEqual([]);
    await writing;
    expect(told).toEqual(['a']);
    store.set = () => Promise.reject(new Error('connection lost'));
    await expect(telling.set('b', 'B')).rejects.toThrow('connection lost');
    expect(told).toEqual(['a', 'b']);
  });

  it('rejects when the store does, and reads anew the next time', async () => {
    await store.set('a', 'A');
    const read = store.get;
    store.get = () => Promise.reject(new Error('disk broken'));
    await expect(recent.get('a')).rejects.toThrow('disk broken');
    store.get = read;
    expect(await recent.get('a')).toBe('A');
  });

  it('forgets the oldest beyond its bound', async () => {
    for (const key of ['a', 'b', 'c', 'c', 'b', 'a']) await recent.get(key);
    expect(reads).toEqual(['a', 'b', 'c', 'a']);
  });
});
