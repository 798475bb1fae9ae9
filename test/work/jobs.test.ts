// The requests that are worked on: found, and stopped from there.

import { describe, expect, it } from 'vitest';
import type { Work } from '../../src/handler.ts';
import type { Job } from '../../src/work/job.ts';
import { Jobs } from '../../src/work/jobs.ts';
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
  it('finds a job by its message until it is removed', () => {
    const job = ofWork('lookup', 'a');
    const jobs = new Jobs();
    const listed = jobs.add(job);
    expect(jobs.answering(job.request.chat.id, job.request.messageId)).toBe(job);
    expect(jobs.size).toBe(1);
    listed[Symbol.dispose]();
    expect(jobs.answering(job.request.chat.id, job.request.messageId)).toBeUndefined();
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

  it('finds the newest job that answers a message of a chat', () => {
    const ofMessage = (messageId: number, who: number) => aJob({ request: { messageId, ...person(who) } });
    const [old, fresh] = [ofMessage(5, 1), ofMessage(5, 1)];
    const jobs = jobsWith(ofMessage(5, 2), old, ofMessage(7, 1));
    const listed = jobs.add(fresh);
    expect(jobs.answering(1, 5)).toBe(fresh);
    expect(jobs.answering(1, 6)).toBeUndefined();
    listed[Symbol.dispose]();
    expect(jobs.answering(1, 5)).toBe(old);
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
