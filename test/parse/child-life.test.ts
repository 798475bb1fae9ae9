import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Order } from './children/obey.ts';
import { isGone } from './is-gone.ts';

/** Starts a program that owns a pool of one child, which has been told `last` or stays. */
async function startParent(last?: Order | 'stay') {
  const parent = fork(join(import.meta.dirname, 'children/parent.ts'), last ? [last] : [], {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const output = Promise.all([parent.stdout, parent.stderr].map((stream) => text(stream!)));
  const ended = once(parent, 'exit');
  const [childPid] = (await once(parent, 'message')) as [number];
  return { parent, childPid, output, ended };
}

test('WarmChild does not keep its parent alive, and ends with it', async () => {
  const { childPid, ended } = await startParent();
  expect(await ended).toEqual([0, null]);
  await vi.waitFor(() => expect(isGone(childPid)).toBe(true), { timeout: 10_000 });
});

test('WarmChild keeps what it prints to itself', async () => {
  const { output, ended } = await startParent('speak');
  expect(await ended).toEqual([0, null]);
  expect(await output).toEqual(['', '']);
});

test('WarmChild ends when its parent is killed', async () => {
  const { parent, childPid, ended } = await startParent('stay');
  parent.kill('SIGKILL');
  await ended;
  await vi.waitFor(() => expect(isGone(childPid)).toBe(true), { timeout: 10_000 });
});

test('WarmChild ends after its parent was killed even in an endless job', async () => {
  const { parent, childPid, ended } = await startParent('loop');
  parent.kill('SIGKILL');
  await ended;
  await vi.waitFor(() => expect(isGone(childPid)).toBe(true), { timeout: 10_000 });
});
