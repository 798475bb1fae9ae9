// Who is there: the dead are found by their beats, taken over once, and an outage kills nobody.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database, Queryable } from '../../src/postgres/database.ts';
import { joinInstances } from '../../src/postgres/instances.ts';
import type { InstanceOptions, Instances, TakeOver } from '../../src/postgres/instances.ts';
import { Judge } from '../../src/postgres/judge.ts';
import fc from '../properties.ts';
import { eventually, usePostgres } from './database.ts';

const base = usePostgres();
const times = { beatMs: 60, deadAfterMs: 350 };

let database: Database & { url: string };
let stack: AsyncDisposableStack;

async function joinOne(options: Partial<InstanceOptions> = {}): Promise<Instances> {
  const instance = await joinInstances(database, { name: 'a', version: '1', ...times, ...options });
  return stack.use(instance);
}

/** Takes over what is held, and says for whom. */
function aTakeOver() {
  const dead: string[] = [];
  const first = Promise.withResolvers<string>();
  const takeOver: TakeOver = async (tx, deadId) => {
    await tx.query('UPDATE errand.updates SET holder = NULL WHERE holder = $1', [deadId]);
    dead.push(deadId);
    first.resolve(deadId);
  };
  return { dead, first: first.promise, takeOver };
}

/** A process with an instance that holds update 1. */
async function aChild() {
  await database.query('INSERT INTO errand.updates (id, accepted_at) VALUES (1, 0) ON CONFLICT DO NOTHING');
  const script = join(import.meta.dirname, 'an-instance.ts');
  const child = spawn(process.execPath, [script, database.url, `${times.beatMs}`, `${times.deadAfterMs}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stack.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => (await lines.next()).value as string;
  const [, id = ''] = (await nextLine()).split(' ');
  return { id, nextLine, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}

/** An instance that never beats. */
async function aSilentOne(): Promise<string> {
  const id = randomUUID();
  await database.query(`INSERT INTO errand.instances (id, name, version) VALUES ($1, 'b', '1')`, [id]);
  return id;
}

/** Waits until everybody has beaten often enough to have judged again. */
async function severalBeats(): Promise<void> {
  const read = async () =>
    (await database.query<{ beat: number }>('SELECT beat FROM errand.instances ORDER BY id')).rows;
  const before = await read();
  await eventually(async () => {
    for (const [index, { beat }] of (await read()).entries()) {
      expect(beat).toBeGreaterThan((before[index]?.beat ?? 0) + 2);
    }
  });
}

const holderOf = async (target: Queryable) =>
  (await target.query('SELECT holder FROM errand.updates WHERE id = 1')).rows[0]?.holder;

describe('Instances', () => {
  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    database = stack.use(await base.openEmpty());
  });
  afterEach(async () => {
    await stack.disposeAsync();
  });

  it('count each other, and stay alive through many beats', async () => {
    const [one, two] = [await joinOne(), await joinOne()];
    for (const instance of [one, two]) instance.watch([aTakeOver().takeOver]);
    await severalBeats();
    await severalBeats();
    await severalBeats();
    expect([one.size, two.size]).toEqual([2, 2]);
    expect([one.alive.aborted, two.alive.aborted]).toEqual([false, false]);
  });

  it('take over what a killed one held', async () => {
    const observer = aTakeOver();
    (await joinOne()).watch([observer.takeOver]);
    const child = await aChild();
    expect(await holderOf(database)).toBe(child.id);
    child.kill('SIGKILL');
    expect(await observer.first).toBe(child.id);
    await eventually(async () => expect(await holderOf(database)).toBeNull());
  });

  it('take over once, although two judge while the first takes its time, and go on beating', async () => {
    const { dead, first, takeOver } = aTakeOver();
    const slow: TakeOver = async (tx) => void (await tx.query('SELECT pg_sleep(0.3)'));
    const instances = [await joinOne(), await joinOne()];
    for (const instance of instances) instance.watch([slow, takeOver]);
    const silent = await aSilentOne();
    await first;
    await severalBeats();
    // Leaving waits for what is under way.
    for (const instance of instances) await instance[Symbol.asyncDispose]();
    expect(dead.filter((id) => id === silent)).toHaveLength(1);
  });

  it('leave one alone that beats again before they can take over', async () => {
    const { dead, takeOver } = aTakeOver();
    const silent = await aSilentOne();
    const beat = () => database.query('UPDATE errand.instances SET beat = beat + 1 WHERE id = $1', [silent]);
    const twice = Promise.withResolvers<void>();
    let count = 0;
    const late: Database = {
      query: (...parameters) => database.query(...parameters),
      async transaction(run) {
        await beat();
        const result = await database.transaction(run);
        if (++count === 2) twice.resolve();
        return result;
      },
      connect: (options) => database.connect(options),
      async [Symbol.asyncDispose]() {},
    };
    const observer = stack.use(await joinInstances(late, { name: 'a', version: '1', ...times }));
    observer.watch([takeOver]);
    await twice.promise;
    expect(dead).toEqual([]);
  });

  it('that only stood still find out that they are dead, and are sure of nothing', async () => {
    const observer = aTakeOver();
    (await joinOne()).watch([observer.takeOver]);
    const child = await aChild();
    child.kill('SIGSTOP');
    expect(await observer.first).toBe(child.id);
    child.kill('SIGCONT');
    expect(await child.nextLine()).toBe('lost: Instance: declared dead by the others');
  });

  it('leave a dead one to the next try when its takeover fails', async () => {
    const troubles: unknown[] = [];
    const observer = aTakeOver();
    const failing: TakeOver = async (tx, deadId) => {
      await tx.query('UPDATE errand.updates SET holder = NULL WHERE holder = $1', [deadId]);
      if (troubles.length < 2) throw new Error('not now');
    };
    const survivor = await joinOne({ onTrouble: (error) => troubles.push(error) });
    survivor.watch([failing, observer.takeOver]);
    const silent = await aSilentOne();
    expect(await observer.first).toBe(silent);
    expect(troubles.map(String)).toEqual(['Error: not now', 'Error: not now']);
    expect(survivor.alive.aborted).toBe(false);
  });

  it('that leave give back what they hold in the same moment', async () => {
    const leaving = await joinInstances(database, { name: 'a', version: '1', ...times });
    const { dead, takeOver } = aTakeOver();
    leaving.watch([takeOver]);
    await leaving[Symbol.asyncDispose]();
    await leaving[Symbol.asyncDispose]();
    expect(dead).toEqual([leaving.id]);
    expect((await database.query('SELECT 1 FROM errand.instances')).rows).toEqual([]);
  });

  it('are sure at once, after a doubt from the next beat on, and not while the database is away', async () => {
    const lost = Promise.withResolvers<unknown>();
    let beat = Promise.withResolvers<void>();
    const one = await joinOne({ onTrouble: lost.resolve, onBeat: () => beat.resolve() });
    await beat.promise;
    one.watch([aTakeOver().takeOver]);
    await one.untilSure();
    one.doubt();
    expect(one.isSure).toBe(false);
    await one.untilSure({ signal: AbortSignal.timeout(5_000) });

    await base.line.cut();
    await lost.promise;
    expect(one.isSure).toBe(false);
    const reason = new Error('stop');
    const stop = new AbortController();
    const waiting = one.untilSure({ signal: stop.signal });
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    const patient = one.untilSure();
    beat = Promise.withResolvers();
    await base.line.mend();
    await Promise.all([patient, beat.promise]);
    expect(one.isSure).toBe(true);
    expect(one.alive.aborted).toBe(false);
  });

  it('survive an outage that is longer than death takes', async () => {
    // One is back before the other beats again.
    const [one, two] = [await joinOne(), await joinOne({ beatMs: 200 })];
    const { dead, takeOver } = aTakeOver();
    for (const instance of [one, two]) instance.watch([takeOver]);
    await base.line.cut();
    await new Promise((resolve) => setTimeout(resolve, times.deadAfterMs * 1.5));
    await base.line.mend();
    await Promise.all([one.untilSure(), two.untilSure()]);
    expect([dead, one.alive.aborted, two.alive.aborted]).toEqual([[], false, false]);
  });
});

describe('Judge', () => {
  const aJudge = () => new Judge({ deadAfterMs: 8_000, gapMs: 5_000 });
  const look = (judge: Judge, at: number, beat: number) => judge.look([{ id: 'a', beat }], at);

  it('finds dead whose beat stays the same for so long, and nobody before', () => {
    const judge = aJudge();
    for (const at of [0, 2_000, 4_000, 6_000, 7_999]) expect(look(judge, at, 5)).toEqual([]);
    expect(look(judge, 8_000, 5)).toEqual([{ id: 'a', beat: 5 }]);
    expect(look(judge, 8_001, 6)).toEqual([]);
  });

  it('forgets what it saw before a gap of its own', () => {
    const judge = aJudge();
    for (const at of [0, 4_000, 9_001]) expect(look(judge, at, 5)).toEqual([]);
    expect(look(judge, 13_000, 5)).toEqual([]);
    expect(look(judge, 17_001, 5)).toEqual([{ id: 'a', beat: 5 }]);
  });

  it('never condemns one that beats, however the looks fall', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9_000 })), (pauses) => {
        const judge = aJudge();
        let at = 0;
        for (const pause of pauses) {
          at += pause;
          expect(look(judge, at, Math.floor(at / 2_000))).toEqual([]);
        }
      }),
    );
  });
});
