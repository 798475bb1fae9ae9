// Jobs of every instance: seen, cancelled, replaced and contested from any of them.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Request } from '../../src/handler.ts';
import { createEverywhere, hereOnly } from '../../src/work/everywhere.ts';
import type { Everywhere } from '../../src/work/everywhere.ts';
import type { Job } from '../../src/work/job.ts';
import { Jobs } from '../../src/work/jobs.ts';
import type { Replacement } from '../../src/work/jobs.ts';
import { eventually, usePostgres } from '../postgres/database.ts';
import { aJob, person } from './a-job.ts';
import { joinSome } from './some-instances.ts';
import type { Member } from './some-instances.ts';

const base = usePostgres();

let stack: AsyncDisposableStack;
let members: Member[];
let troubles: unknown[];
/** The jobs of three instances, and each one's way to all of them. */
let jobs: Jobs[];
let all: (Everywhere & Disposable)[];

/** A job that an instance works on. */
function at(index: number, id: string, request: Partial<Request> = {}): Job {
  const job = aJob({ request: { id, ...person(1), ...request } });
  jobs[index]?.add(job);
  return job;
}

/** The edit of a question, by the id of its request. */
const edit = (id: string, messageId = 5) => ({ id, chatId: 1, messageId });

/** Lists the job of an edit as one that may have nothing to replace. */
function editAt(index: number, id: string, messageId = 5): Job {
  const job = aJob({ request: { id, ...person(1), messageId } });
  jobs[index]?.add(job, { isCandidate: true });
  return job;
}

function endOf(replaced: Replacement): Promise<number | undefined> {
  if (!replaced || replaced === 'outdated') throw new Error(`Expected a replacement, not ${replaced}`);
  return replaced.ended;
}

const idsOf = (views: readonly { id: string }[] | undefined) => views?.map(({ id }) => id);

describe('createEverywhere', () => {
  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    stack.use(await base.openEmpty());
    members = await joinSome(base.line.url, 3, stack);
    troubles = [];
    jobs = members.map(() => new Jobs());
    all = members.map((member, index) => {
      const onTrouble = (error: unknown) => troubles.push(error);
      return stack.use(createEverywhere({ ...member, jobs: jobs[index] as Jobs, onTrouble }));
    });
  });
  afterEach(async () => {
    await stack.disposeAsync();
  });

  it("lists a person's jobs of all instances, oldest first, as each instance sees its own", async () => {
    at(1, 'zz', { input: 'c.example' });
    at(0, 'z', { input: 'b.example' });
    const first = at(2, 'a', { input: 'a.example' });
    at(1, 'b', person(2));
    first.sending = true;
    expect(await all[0]?.visibleTo(person(1))).toMatchObject([
      { id: 'a', subject: 'a.example', state: 'sending' },
      { id: 'z', subject: 'b.example', state: 'running' },
      { id: 'zz', subject: 'c.example', state: 'running' },
    ]);
    expect(idsOf(await all[2]?.visibleTo(person(2)))).toEqual(['b']);
  });

  it('lists a hundred jobs with long names of another instance, whole, their names cut', async () => {
    const ids = Array.from({ length: 100 }, (_, i) => (1_000 + i).toString(36));
    for (const id of ids) at(1, id, { input: '😀“'.repeat(2_000) });
    const views = await all[0]?.visibleTo(person(1));
    expect(idsOf(views)).toEqual(ids);
    expect(views?.[0]?.subject).toMatch(/^(?:😀“){40,}😀?…$/u);
    expect(troubles).toEqual([]);
  });

  it('cancels one by its id or all, wherever they are, and counts them', async () => {
    const [a, b, c] = [at(0, 'a'), at(1, 'b'), at(2, 'c')];
    expect(await all[0]?.cancel(person(1), 'b')).toBe(1);
    expect([a, b, c].map(({ stopped }) => stopped)).toEqual([undefined, 'person', undefined]);
    const other = at(2, 'd', person(2));
    expect(await all[1]?.cancel(person(1))).toBe(3);
    expect([a, c, other].map(({ stopped }) => stopped)).toEqual(['person', 'person', undefined]);
    expect(await all[1]?.cancel(person(1), 'nobody')).toBe(0);
  });

  it("leaves the decision to the instance that has the job: nobody cancels another's", async () => {
    const group = { id: -5, isPrivate: false };
    const private_ = at(1, 'a');
    const ofGroup = at(1, 'b', { person: { id: -5 }, chat: group });
    expect(await all[0]?.cancel(person(2), 'a')).toBe(0);
    expect(await all[0]?.cancel({ person: { id: 1 }, chat: group })).toBe(0);
    expect(await all[0]?.cancel({ person: { id: 2 }, chat: group }, 'b')).toBe(1);
    expect([private_.stopped, ofGroup.stopped]).toEqual([undefined, 'person']);
  });

  it('looks for no id that is too long to be one', async () => {
    expect(await all[0]?.cancel(person(1), 'x'.repeat(100_000))).toBe(0);
    expect(troubles).toEqual([]);
  });

  it.each([0, 1])(
    'replaces an edited question that instance %i works on, once that is over',
    async (index) => {
      const old = at(index, 'a', { messageId: 5 });
      old.progressId = 7;
      const replaced = await all[0]?.replace(edit('z'));
      expect(replaced).toBeDefined();
      await eventually(async () => expect(old.stopped).toBe('edited'));
      old.progressId = 8;
      await old[Symbol.asyncDispose]();
      expect(await endOf(replaced)).toBe(8);
    },
  );

  it('replaces nothing where no question of that message is worked on', async () => {
    const other = at(1, 'a', { messageId: 6 });
    expect(await all[0]?.replace(edit('z'))).toBeUndefined();
    expect(other.stopped).toBeUndefined();
  });

  it('goes on with the message it knows when it closes before it hears of the end', async () => {
    const old = at(1, 'a', { messageId: 5 });
    old.progressId = 7;
    const replaced = await all[0]?.replace(edit('z'));
    await eventually(async () => expect(old.stopped).toBe('edited'));
    all[0]?.[Symbol.dispose]();
    expect(await endOf(replaced)).toBe(7);
  });

  it('lets the later of two edits go on, whichever asks first, and the earlier one give way', async () => {
    for (const [first, second, message] of [
      ['b', 'c', 5],
      ['e', 'd', 6],
    ] as const) {
      const old = at(2, `${message}`, { messageId: message });
      const edits = [editAt(0, first, message), editAt(1, second, message)];
      const [one, other] = await Promise.all([
        all[0]?.replace(edit(first, message)),
        all[1]?.replace(edit(second, message)),
      ]);
      const [earlier, later] = first === 'b' ? [one, other] : [other, one];
      expect(earlier).toBe('outdated');
      await eventually(async () => expect(old.stopped).toBe('edited'));
      old.progressId = 7;
      await old[Symbol.asyncDispose]();
      expect(await endOf(later)).toBe(7);
      expect(edits.map(({ stopped }) => stopped)).toEqual([undefined, undefined]);
    }
  });

  it('lets the later of two edits replace the earlier one that works already, and go on with its message', async () => {
    const old = at(2, 'a', { messageId: 5 });
    const earlier = editAt(0, 'b');
    const first = await all[0]?.replace(edit('b'));
    editAt(1, 'c');
    const second = await all[1]?.replace(edit('c'));
    await eventually(async () => expect([old.stopped, earlier.stopped]).toEqual(['edited', 'edited']));
    old.progressId = 7;
    await old[Symbol.asyncDispose]();
    earlier.progressId = await endOf(first);
    await earlier[Symbol.asyncDispose]();
    expect(await endOf(second)).toBe(7);
  });

  it('lets an edit give way to a later one that has asked already', async () => {
    at(2, 'a', { messageId: 5 });
    editAt(1, 'c');
    expect(await all[1]?.replace(edit('c'))).toMatchObject({ ended: expect.any(Promise) });
    editAt(0, 'b');
    expect(await all[0]?.replace(edit('b'))).toBe('outdated');
  });

  it('lets two edits of an answered question replace nothing', async () => {
    editAt(0, 'b');
    editAt(1, 'c');
    expect(await all[1]?.replace(edit('c'))).toBeUndefined();
    expect(await all[0]?.replace(edit('b'))).toBe('outdated');
  });

  it('lets the later of two presses of a button give way, whichever asks first', async () => {
    const press = { tap: { id: 'q', messageId: 3 } };
    const [later, earlier] = [at(0, 'b', press), at(1, 'a', press)];
    expect(await Promise.all([all[0]?.isTappedFor(later), all[1]?.isTappedFor(earlier)])).toEqual([
      true,
      false,
    ]);
  });

  it('lets a press give way to an earlier one that turns up while it is still asking', async () => {
    all[2]?.[Symbol.dispose]();
    const answered = Promise.withResolvers<void>();
    members[0]?.channel.on('answer', () => answered.resolve());
    const press = { tap: { id: 'q', messageId: 3 } };
    const later = all[0]?.isTappedFor(at(0, 'b', press));
    await answered.promise;
    const earlier = all[1]?.isTappedFor(at(1, 'a', press));
    expect([await later, await earlier]).toEqual([true, false]);
  });

  it('lets a press give way to a job that runs already, even if that was asked for later', async () => {
    const press = { tap: { id: 'q', messageId: 3 } };
    const running = at(0, 'b', press);
    expect(await all[0]?.isTappedFor(running)).toBe(false);
    expect(await all[1]?.isTappedFor(at(1, 'a', press))).toBe(true);
    expect(await all[0]?.isTappedFor(at(0, 'c', press))).toBe(true);
    running.stop('person');
    expect(await all[2]?.isTappedFor(at(2, 'd', { tap: { id: 'q', messageId: 4 } }))).toBe(false);
  });

  it('lets exactly one of three presses at once go on', async () => {
    for (let round = 0; round < 20; round++) {
      const press = { tap: { id: 'q', messageId: 10 + round } };
      const ids = ['a', 'b', 'c'].map((letter, i) => `${(7 * round + 3 * i) % 9}${letter}`);
      const presses = all.map((one, index) => one.isTappedFor(at(index, ids[index] ?? '', press)));
      const answers = await Promise.all(presses);
      expect(answers.filter((isTapped) => !isTapped)).toHaveLength(1);
    }
  });

  it('stops what a chat asked for on all instances, and nothing else', async () => {
    const [here, there, other] = [at(0, 'a'), at(1, 'b'), at(1, 'c', person(2))];
    all[0]?.stopChat(1, 'blocked');
    expect(here.stopped).toBe('blocked');
    await eventually(async () => expect(there.stopped).toBe('blocked'));
    expect(other.stopped).toBeUndefined();
  });

  it('counts an instance that does not answer as having nothing', async () => {
    at(0, 'a');
    at(1, 'b');
    at(2, 'c');
    all[2]?.[Symbol.dispose]();
    expect(idsOf(await all[0]?.visibleTo(person(1)))).toEqual(['a', 'b']);
  });

  it('reaches what is here while the database is away or mute', async () => {
    const [mine, theirs] = [at(0, 'a'), at(1, 'b')];
    base.line.hush();
    expect(idsOf(await all[0]?.visibleTo(person(1)))).toEqual(['a']);
    await base.line.cut();
    expect(await all[0]?.cancel(person(1))).toBe(1);
    expect([mine.stopped, theirs.stopped]).toEqual(['person', undefined]);
    expect(troubles.length).toBeGreaterThan(0);
    await base.line.mend();
  });
});

describe('hereOnly', () => {
  it('sees, cancels, replaces and contests the jobs of this process before anything is waited for', async () => {
    jobs = [new Jobs()];
    const here = hereOnly(jobs[0] as Jobs);
    const press = { tap: { id: 'q', messageId: 3 } };
    const [a, b, c] = [at(0, 'a', { messageId: 5 }), at(0, 'b', press), at(0, 'c', press)];
    expect(idsOf(await here.visibleTo(person(1)))).toEqual(['a', 'b', 'c']);
    const replaced = here.replace(edit('z'));
    expect(a.stopped).toBe('edited');
    await a[Symbol.asyncDispose]();
    expect(await endOf(await replaced)).toBeUndefined();
    expect(await here.isTappedFor(c)).toBe(true);
    expect(await here.isTappedFor(a)).toBe(false);
    const cancelled = here.cancel(person(1), 'b');
    expect(b.stopped).toBe('person');
    expect(await cancelled).toBe(1);
    here.stopChat(1, 'blocked');
    expect(c.stopped).toBe('blocked');
  });
});
