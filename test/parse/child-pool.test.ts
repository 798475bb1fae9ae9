import { once } from 'node:events';
import { mkdtemp, mkdtempDisposable, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { ChildPool, restartDelayMs } from '../../src/parse/child-pool.ts';
import type { PoolOptions } from '../../src/parse/child-pool.ts';
import type { Order } from './children/obey.ts';
import type { Reach } from './children/reach.ts';
import { isGone } from './is-gone.ts';

const childFile = (name: string) => join(import.meta.dirname, 'children', name);
const { signal: never } = new AbortController();

function createPool(options: Partial<PoolOptions> = {}) {
  const pool = new ChildPool({
    children: 1,
    maxHeapMb: 64,
    maxJobMs: 20_000,
    recycleAfter: 100,
    onCrash: () => {},
    file: childFile('obey.ts'),
    ...options,
  });
  return {
    pool,
    tell: (order: Order, signal = never) => pool.run(order, { signal }),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

/** Asks until the answer is none of `known`. */
async function changeOf(ask: () => Promise<unknown>, ...known: unknown[]): Promise<void> {
  while (known.includes(await ask()));
}

test('ChildPool lets a child read its code and reach nothing else', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'reach-'));
  const secretFile = join(directory, 'secret');
  await writeFile(secretFile, 'a secret');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  process.env['A_SECRET'] = 'secret';
  try {
    await using parsers = createPool({ file: childFile('reach.ts') });
    const reach: Reach = { secretFile, directory, port };
    expect(await parsers.pool.run(reach, { signal: never })).toEqual({
      'read its own code': true,
      'read a file': 'ERR_ACCESS_DENIED',
      'list a directory': 'ERR_ACCESS_DENIED',
      'write a file': 'ERR_ACCESS_DENIED',
      'write beside its code': 'ERR_ACCESS_DENIED',
      connect: 'ERR_ACCESS_DENIED',
      listen: 'ERR_ACCESS_DENIED',
      'send a datagram': 'ERR_ACCESS_DENIED',
      'ask a web server': 'ERR_ACCESS_DENIED',
      'ask the system for a name': 'ERR_ACCESS_DENIED',
      'ask a name server': 'ERR_ACCESS_DENIED',
      'start a program': 'ERR_ACCESS_DENIED',
      'start a thread': 'ERR_ACCESS_DENIED',
      'read the environment': [],
    });
  } finally {
    delete process.env['A_SECRET'];
    server.close();
    await rm(directory, { recursive: true });
  }
});

test('ChildPool kills a child in an endless job at the signal, rejects with its reason, and goes on with another', async () => {
  await using parsers = createPool();
  const first = (await parsers.tell('tell pid')) as number;
  const deadline = AbortSignal.timeout(200);
  const endless = parsers.tell('loop', deadline);
  const next = parsers.tell('tell pid');
  await expect(endless).rejects.toSatisfy((reason) => reason === deadline.reason);
  expect(await next).not.toBe(first);
  expect(isGone(first)).toBe(true);
  expect(parsers.pool.size).toBe(1);
});

test('ChildPool takes a waiting job out of the queue at its signal and leaves the working child alone', async () => {
  await using parsers = createPool();
  const pid = await parsers.tell('tell pid');
  const controller = new AbortController();
  const working = parsers.tell('tell pid');
  const waiting = parsers.tell('exit', controller.signal);
  const behind = parsers.tell('tell pid');
  controller.abort();
  await expect(waiting).rejects.toBe(controller.signal.reason);
  expect([await working, await behind]).toEqual([pid, pid]);
});

test('ChildPool refuses a job whose signal has already been given, at no cost to a child', async () => {
  await using parsers = createPool();
  const pid = await parsers.tell('tell pid');
  const given = AbortSignal.abort(new Error('too late'));
  await expect(parsers.tell('loop', given)).rejects.toBe(given.reason);
  expect(await parsers.tell('tell pid')).toBe(pid);
});

test('ChildPool sends no job whose signal is given at the last moment', async () => {
  await using parsers = createPool();
  const pid = await parsers.tell('tell pid');
  const controller = new AbortController();
  const job = parsers.tell('loop', controller.signal);
  controller.abort();
  await expect(job).rejects.toBe(controller.signal.reason);
  expect(await parsers.tell('tell pid')).toBe(pid);
});

test('ChildPool replaces an idle child that somebody else has killed', async () => {
  const noticed = Promise.withResolvers<Error>();
  await using parsers = createPool({ onCrash: noticed.resolve });
  const pid = (await parsers.tell('tell pid')) as number;
  process.kill(pid, 'SIGKILL');
  expect((await noticed.promise).message).toBe('Parser ended: SIGKILL');
  expect(await parsers.tell('tell pid')).not.toBe(pid);
});

test('ChildPool removes its listener from the signal of a finished job', async () => {
  await using parsers = createPool();
  const { signal } = new AbortController();
  const removed = vi.spyOn(signal, 'removeEventListener');
  const added = vi.spyOn(signal, 'addEventListener');
  await Promise.all([parsers.tell('tell pid', signal), parsers.tell('tell pid', signal)]);
  expect(added.mock.calls.length).toBeGreaterThan(2);
  expect(removed.mock.calls.length).toBe(added.mock.calls.length);
});

test('ChildPool ends a job at its own bound with words for the person', async () => {
  await using parsers = createPool({ maxJobMs: 200 });
  const error = await parsers.tell('loop').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({
    key: 'error-unreadable',
    cause: { message: 'Cannot parse: no answer in 200 ms' },
  });
  expect(await parsers.tell('tell pid')).toBeTypeOf('number');
});

test('ChildPool survives a child that outgrows its heap, and the job of the other child does too', async () => {
  const onCrash = vi.fn<(error: Error) => void>();
  await using parsers = createPool({ children: 2, onCrash });
  const growing = parsers.tell('grow').catch((thrown: unknown) => thrown);
  const others = await Promise.all(Array.from({ length: 20 }, () => parsers.tell('tell pid')));
  expect(new Set(others).size).toBe(1);
  expect(await growing).toMatchObject({
    message: 'Cannot parse: the process that should have done it is gone',
    cause: { message: 'Parser ended: SIGABRT' },
  });
  await vi.waitFor(() => expect(parsers.pool.size).toBe(2), { timeout: 10_000 });
  expect(onCrash).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ message: 'Parser ended: SIGABRT' }),
  );
});

test('ChildPool tells the exit code of a child that left in the middle of a job', async () => {
  await using parsers = createPool();
  await expect(parsers.tell('exit')).rejects.toMatchObject({
    cause: { message: 'Parser ended: exit code 7' },
  });
  expect(await parsers.tell('tell pid')).toBeTypeOf('number');
});

test('ChildPool passes on why a job threw', async () => {
  await using parsers = createPool();
  await expect(parsers.tell('throw')).rejects.toThrow('Cannot parse: TypeError: no such page');
});

test('ChildPool gives jobs to a fresh child after the agreed number, and ends the worn one', async () => {
  const onCrash = vi.fn<(error: Error) => void>();
  await using parsers = createPool({ recycleAfter: 2, onCrash });
  const first = (await parsers.tell('tell pid')) as number;
  expect(await parsers.tell('tell pid')).toBe(first);
  await vi.waitFor(() => expect(isGone(first)).toBe(true), { timeout: 10_000 });
  await vi.waitFor(() => expect(parsers.pool.size).toBe(1));
  expect(await parsers.tell('tell pid')).not.toBe(first);
  expect(parsers.pool.size).toBe(1);
  expect(onCrash).not.toHaveBeenCalled();
});

test('ChildPool lets a worn child go on for as long as its successor is not warm', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'child-'));
  const file = join(directory.path, 'child.mjs');
  const serveJobs = join(import.meta.dirname, '../../src/parse/serve-jobs.ts');
  const code = `import { serveJobs } from '${serveJobs}'; serveJobs(() => process.pid);`;
  await writeFile(file, code);
  const failed = Promise.withResolvers<Error>();
  await using parsers = createPool({ file, recycleAfter: 1, onCrash: failed.resolve });
  const first = await parsers.tell('tell pid');
  await writeFile(file, 'process.exit(3)');
  expect(await parsers.tell('tell pid')).toBe(first);
  expect(await failed.promise).toMatchObject({ message: 'Parser ended: exit code 3' });
  expect(await parsers.tell('tell pid')).toBe(first);
  await writeFile(file, code);
  await changeOf(() => parsers.tell('tell pid'), first);
});

test('ChildPool renews children that are worn at once one after another', async () => {
  await using parsers = createPool({ children: 2, recycleAfter: 1 });
  const sizes = new Set<number>();
  const ask = async () => {
    const pid = await parsers.tell('tell pid');
    sizes.add(parsers.pool.size);
    return pid;
  };
  const [one, two] = await Promise.all([ask(), ask()]);
  await Promise.all([changeOf(ask, one, two), changeOf(ask, one, two)]);
  expect(Math.max(...sizes)).toBe(3);
});

test('ChildPool keeps trying a child that cannot start, while a job waits for it until its signal', async () => {
  const thrice = Promise.withResolvers<void>();
  const onCrash = vi.fn<(error: Error) => void>(() => {
    if (onCrash.mock.calls.length === 3) thrice.resolve();
  });
  await using parsers = createPool({ file: childFile('broken.ts'), onCrash });
  const controller = new AbortController();
  const job = parsers.tell('tell pid', controller.signal);
  await thrice.promise;
  controller.abort();
  await expect(job).rejects.toBe(controller.signal.reason);
  expect(onCrash.mock.calls[0]?.[0].message).toBe('Parser ended: exit code 1');
});

test('restartDelayMs grows with each failure up to ten seconds', () => {
  expect([0, 1, 2, 3, 7, 8, 5000].map(restartDelayMs)).toEqual([0, 100, 200, 400, 6400, 10_000, 10_000]);
});

test('ChildPool disposed has no child left, and fails what runs, waits or comes later', async () => {
  const parsers = createPool();
  const pid = (await parsers.tell('tell pid')) as number;
  const running = parsers.tell('loop').catch((error: Error) => error.message);
  const waiting = parsers.tell('tell pid').catch((error: Error) => error.message);
  await Promise.all([parsers.pool[Symbol.asyncDispose](), parsers.pool[Symbol.asyncDispose]()]);
  expect(isGone(pid)).toBe(true);
  expect(parsers.pool.size).toBe(0);
  expect(await running).toBe('Cannot parse: the process that should have done it is gone');
  expect(await waiting).toBe('Cannot parse: the parsers are closed');
  await expect(parsers.tell('tell pid')).rejects.toThrow('Cannot parse: the parsers are closed');
  // A replacement would be started by a timer that is due before this one.
  await setTimeout(5);
  expect(parsers.pool.size).toBe(0);
});

test('serveJobs leaves the end of the child to the parent when a signal reaches both', async () => {
  await using parsers = createPool();
  const pid = (await parsers.tell('tell pid')) as number;
  process.kill(pid, 'SIGINT');
  process.kill(pid, 'SIGTERM');
  expect(await parsers.tell('tell pid')).toBe(pid);
});
