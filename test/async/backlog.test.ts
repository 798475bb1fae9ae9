// Ready work that is counted: who waits until it is little goes on then, or with their signal.

import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { Backlog } from '../../src/async/backlog.ts';
import { settled } from '../work/a-job.ts';

/** A backlog of so many, of which two are little. */
function backlogOf(size: number): Backlog {
  const backlog = new Backlog(2);
  for (let i = 0; i < size; i++) backlog.add();
  return backlog;
}

it('Backlog lets go on whoever asks while there is little', async () => {
  const { signal } = new AbortController();
  await backlogOf(0).untilLittle({ signal });
  await backlogOf(2).untilLittle({ signal });
});

it('Backlog holds everybody while there is much, and lets all go on when it is little', async () => {
  const { signal } = new AbortController();
  const backlog = backlogOf(4);
  const gone: string[] = [];
  for (const name of ['a', 'b']) void backlog.untilLittle({ signal }).then(() => gone.push(name));
  backlog.remove();
  await settled();
  expect(gone).toEqual([]);
  backlog.remove();
  await settled();
  expect(gone).toEqual(['a', 'b']);
  expect(backlog.size).toBe(2);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('Backlog rejects with the reason of the signal, before and while it holds', async () => {
  const reason = new Error('enough');
  const controller = new AbortController();
  const backlog = backlogOf(3);
  const waiting = backlog.untilLittle(controller);
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(backlog.untilLittle(controller)).rejects.toBe(reason);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});
