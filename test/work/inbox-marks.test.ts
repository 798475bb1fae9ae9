// Marks on their way: together what belongs together, one batch after the other, and a last try in the end.

import { describe, expect, it } from 'vitest';
import { Marks } from '../../src/work/inbox-marks.ts';
import type { Mark } from '../../src/work/inbox-marks.ts';

/** Marks whose batches are written, or refused, when the test says so. */
function heldUp() {
  const batches: { ids: number[]; marks: ReadonlyMap<number, Mark>; end: (error?: Error) => void }[] = [];
  let arrived = Promise.withResolvers<void>();
  const troubles: unknown[] = [];
  const marks = new Marks({
    write(marks) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      batches.push({ ids: [...marks.keys()], marks, end: (error) => (error ? reject(error) : resolve()) });
      arrived.resolve();
      arrived = Promise.withResolvers();
      return promise;
    },
    onTrouble: (error) => troubles.push(error),
  });
  const nextBatch = async () => {
    if (batches.length === 0) await arrived.promise;
    return batches.shift()!;
  };
  return { marks, nextBatch, troubles };
}

describe('Marks', () => {
  it('writes those of one moment together, and later ones when these are written', async () => {
    const { marks, nextBatch } = heldUp();
    const early = [marks.add(1, { note: { progressId: 5 } }), marks.add(2, { end: { as: 'done' } })];
    const first = await nextBatch();
    const late = [marks.add(1, { end: { as: 'done' } }), marks.add(3, {})];
    expect(first.ids).toEqual([1, 2]);
    first.end();
    await Promise.all(early);
    const second = await nextBatch();
    expect(second.ids).toEqual([1, 3]);
    second.end();
    await Promise.all(late);
    await marks[Symbol.asyncDispose]();
  });

  it('writes what failed with what has come meanwhile, each mark whole', async () => {
    const { marks, nextBatch, troubles } = heldUp();
    const added = [marks.add(1, { note: { progressId: 5, answerId: 6 } })];
    const first = await nextBatch();
    added.push(marks.add(1, { note: { answerId: 7 } }), marks.add(2, { end: { as: 'done' } }));
    const failure = new Error('away');
    first.end(failure);
    const second = await nextBatch();
    expect(second.marks.get(1)).toEqual({ note: { progressId: 5, answerId: 7 } });
    expect(second.ids).toEqual([1, 2]);
    second.end();
    await Promise.all(added);
    expect(troubles).toEqual([failure]);
  });

  it('tries once more when it is closed during a try that fails, and settles whatever comes of it', async () => {
    const { marks, nextBatch, troubles } = heldUp();
    const added = marks.add(1, { end: { as: 'done' } });
    const first = await nextBatch();
    const closed = marks[Symbol.asyncDispose]();
    first.end(new Error('away'));
    const last = await nextBatch();
    expect(last.ids).toEqual([1]);
    last.end(new Error('still away'));
    await Promise.all([added, closed, marks.add(2, {})]);
    expect(troubles).toHaveLength(2);
  });
});
