// The requests that are worked on: found, and stopped from there.

import { describe, expect, it } from 'vitest';
import type { Request, Work } from '../../src/handler.ts';
import type { Job } from '../../src/work/job.ts';
import { Jobs } from '../../src/work/jobs.ts';
import type { Replaced } from '../../src/work/jobs.ts';
import { aJob, person } from './a-job.ts';

const ofWork = (work: Work, id: string, who = 1) =>
  aJob({ request: { id, ...person(who) }, handler: { work } });

/** Jobs that are all added. */
function jobsWith(...all: Job[]): Jobs {
  const jobs = new Jobs();
  for (const job of all) jobs.add(job);
  return jobs;
}

const idsOf = (jobs: Job[]) => jobs.map(({ request }) => request.id);

describe('Jobs', () => {
  it('finds what an edit replaces by its message until that is removed', () => {
    const job = ofWork('lookup', 'a');
    const jobs = new Jobs();
    const listed = jobs.add(job);
    const edit = { id: 'b', chatId: job.request.chat.id, messageId: job.request.messageId };
    expect(jobs.replacedBy(edit)).toEqual([job]);
    expect(jobs.size).toBe(1);
    listed[Symbol.dispose]();
    expect(jobs.replacedBy(edit)).toEqual([]);
    expect(jobs.size).toBe(0);
  });

  it("gives a person's slow work, oldest first, and nobody else's", () => {
    const jobs = jobsWith(
      ofWork('download', 'a'),
      ofWork('lookup', 'b', 2),
      ofWork('control', 'c'),
      ofWork('turn', 'd'),
      ofWork('lookup', 'e'),
    );
    expect(idsOf(jobs.of(1))).toEqual(['a', 'e']);
    expect(idsOf(jobs.of(2))).toEqual(['b']);
    expect(jobs.of(3)).toEqual([]);
  });

  it('lets an edit replace what was asked before, and give way to a later edit, but not to a press', () => {
    const ofMessage = (id: string, part: Partial<Request> = {}) =>
      aJob({ request: { id, messageId: 5, ...person(1), ...part } });
    const [first, second, press] = [
      ofMessage('1'),
      ofMessage('3'),
      ofMessage('9', { tap: { id: 'q', messageId: 6 } }),
    ];
    const jobs = jobsWith(second, first, press, ofMessage('2', person(2)), ofMessage('2x', { messageId: 7 }));
    const edit = (id: string) => ({ id, chatId: 1, messageId: 5 });
    expect(idsOf(jobs.replacedBy(edit('4')))).toEqual(['1', '3', '9']);
    expect(jobs.isOutdated(edit('4'))).toBe(false);
    expect(idsOf(jobs.replacedBy(edit('2')))).toEqual(['1', '9']);
    expect(jobs.replace(edit('2'))).toBe('outdated');
    expect(first.stopped).toBeUndefined();
  });

  it('takes an edit for work only when it has replaced some', () => {
    const edit = (id: string) => ({ id, chatId: 1, messageId: 5 });
    const asked = (id: string) => aJob({ request: { id, messageId: 5, ...person(1) } });
    const jobs = new Jobs();
    jobs.add(asked('2'), { isCandidate: true });
    expect(jobs.replace(edit('3'))).toBeUndefined();
    expect(jobs.replace(edit('2'))).toBe('outdated');
    jobs.add(asked('1'));
    jobs.add(asked('4'), { isCandidate: true });
    expect(idsOf(jobs.replacedBy(edit('5')))).toEqual(['1']);
    expect(jobs.replace(edit('4'))).toBe('outdated');
    jobs.add(asked('6'), { isCandidate: true });
    expect(jobs.replace(edit('6'))).toMatchObject({ ended: expect.any(Promise) });
    expect(idsOf(jobs.replacedBy(edit('7')))).toEqual(['1', '6']);
  });

  it("cancels one by its id or all, and only what is the asker's where they ask", () => {
    const group = { id: -5, isPrivate: false };
    const inGroup = (id: string, who: number) =>
      aJob({ request: { id, person: { id: who }, chat: group }, handler: { work: 'lookup' } });
    const all = [
      ofWork('lookup', 'a'),
      inGroup('b', 1),
      inGroup('c', 2),
      inGroup('d', -5),
      ofWork('control', 'e'),
    ];
    const jobs = jobsWith(...all);
    const stopped = () => all.filter((job) => job.stopped === 'person').map(({ request }) => request.id);
    const [ann, annInGroup] = [person(1), { person: { id: 1 }, chat: group }];
    expect(['c', 'd', 'e'].map((id) => jobs.cancel(ann, id))).toEqual([0, 0, 0]);
    expect(stopped()).toEqual([]);
    expect([jobs.cancel(annInGroup), stopped()]).toEqual([1, ['b']]);
    expect([jobs.cancel(annInGroup, 'd'), stopped()]).toEqual([1, ['b', 'd']]);
    expect([jobs.cancel(ann), stopped()]).toEqual([2, ['a', 'b', 'd']]);
  });

  it('ends the work on an edited question, and gives its progress message when it is over', async () => {
    const job = aJob({ request: { messageId: 5, ...person(1) } });
    const jobs = jobsWith(job);
    expect(jobs.replace({ id: 'zzzz', chatId: 1, messageId: 6 })).toBeUndefined();
    const replaced = jobs.replace({ id: 'zzzz', chatId: 1, messageId: 5 });
    expect(job.stopped).toBe('edited');
    job.progressId = 9;
    await job[Symbol.asyncDispose]();
    expect(replaced).not.toBe('outdated');
    expect(await (replaced as Replaced).ended).toBe(9);
  });

  it('knows the rivals of a press: the same button, still worked for, and not the job itself', () => {
    const pressed = (id: string, part: Partial<Request> = {}) =>
      aJob({ request: { id, ...person(1), tap: { id: `q${id}`, messageId: 3 }, input: 'x', ...part } });
    const [one, again] = [pressed('1'), pressed('2')];
    const others = [
      pressed('3', { input: 'y' }),
      pressed('4', { tap: { id: 'q', messageId: 4 } }),
      pressed('5', person(2)),
      pressed('6', { handler: 'other' }),
      pressed('7', { tap: undefined }),
    ];
    const jobs = jobsWith(one, again, ...others);
    expect(idsOf(jobs.rivalsOf(again.request))).toEqual(['1']);
    expect(others.map(({ request }) => jobs.isTappedFor(request))).toEqual(others.map(() => false));
    one.stop('person');
    expect(jobs.isTappedFor(again.request)).toBe(false);
  });

  it('stops everything of one chat, or of all', () => {
    const [a, b, c] = [ofWork('lookup', 'a', 1), ofWork('download', 'b', 2), ofWork('control', 'c', 1)];
    const jobs = jobsWith(a, b, c);
    jobs.stopChat(1, 'blocked');
    expect([a, b, c].map(({ stopped }) => stopped)).toEqual(['blocked', undefined, 'blocked']);
    jobs.stopAll('stopping');
    expect([a, b, c].map(({ stopped }) => stopped)).toEqual(['blocked', 'stopping', 'blocked']);
  });
});
