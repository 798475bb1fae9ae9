// One request while it is worked on.

import { describe, expect, it } from 'vitest';
import { Job, StoppedError } from '../../src/work/job.ts';
import { aHandler, aJob, person, settled, someSlots } from './a-job.ts';
import { aRequest } from '../handlers/tools.ts';

const never = new AbortController().signal;
const lookup = { kind: 'lookup', host: 'a.example', unless: never } as const;

describe('Job', () => {
  it('is due when its time has passed since the request was accepted, waiting included', async () => {
    const hour = 60 * 60 * 1000;
    const acceptedAt = Date.now() - hour;
    await using job = new Job(aRequest({ acceptedAt }), aHandler(), 2 * hour);
    expect(job.dueAt).toBe(acceptedAt + 2 * hour);
    expect(job.signal.aborted).toBe(false);
    await using late = new Job(aRequest({ acceptedAt }), aHandler(), hour);
    await new Promise((resolve) => late.signal.addEventListener('abort', resolve, { once: true }));
    expect(late.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(late.stopped).toBeUndefined();
  });

  it('aborts with the cause when it is stopped, and keeps the first one', async () => {
    await using job = aJob();
    job.stop('person');
    job.stop('stopping');
    expect(job.signal.reason).toBeInstanceOf(StoppedError);
    expect(job.signal.reason).toMatchObject({ name: 'AbortError', why: 'person' });
    expect(job.stopped).toBe('person');
  });

  it('keeps its deadline as the reason when it is stopped only afterwards', async () => {
    await using job = aJob({ deadlineMs: -1 });
    await new Promise((resolve) => job.signal.addEventListener('abort', resolve, { once: true }));
    job.stop('person');
    expect(job.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(job.stopped).toBe('person');
  });

  it('never aborts after it was disposed of', async () => {
    const job = aJob({ deadlineMs: 5 });
    const { signal } = job;
    await job[Symbol.asyncDispose]();
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(signal.aborted).toBe(false);
  });

  it('gives everything back in reverse order, then is ended; twice is harmless', async () => {
    const job = aJob();
    const given: string[] = [];
    job.resources.defer(() => void given.push('slot'));
    job.resources.defer(async () => {
      await settled();
      given.push('file');
    });
    void job.ended.then(() => given.push('ended'));
    await job[Symbol.asyncDispose]();
    await job[Symbol.asyncDispose]();
    await settled();
    expect(given).toEqual(['file', 'slot', 'ended']);
  });

  it('is ended although something could not be given back', async () => {
    const job = aJob();
    job.resources.defer(() => {
      throw new Error('stuck');
    });
    await expect(job[Symbol.asyncDispose]()).rejects.toThrow('stuck');
    await job.ended;
  });

  it('keeps the newest thing that was said', async () => {
    await using job = aJob();
    expect(job.said).toBeUndefined();
    job.say('first');
    job.say({ text: 'second', entities: [{ type: 'bold', offset: 0, length: 6 }] });
    expect(job.said).toEqual({ text: 'second', entities: [{ type: 'bold', offset: 0, length: 6 }] });
    job.say('third');
    expect(job.said).toEqual({ text: 'third' });
  });
});

describe('Job.takeSlot', () => {
  it('tells how many go first while it waits, and that it waits no more when it has a slot', async () => {
    const slots = someSlots({ slots: 1 });
    const states: string[] = [];
    await using first = aJob({ request: person(1) });
    await using second = aJob({ request: person(2) });
    await using third = aJob({ request: person(3), onState: (state) => states.push(state) });
    const running = await first.takeSlot(slots, lookup);
    const waiting = second.takeSlot(slots, lookup);
    const last = third.takeSlot(slots, lookup);
    expect(first.ahead).toBeUndefined();
    expect([second.ahead, third.ahead]).toEqual([0, 1]);
    expect([first.isWaiting, third.isWaiting]).toEqual([false, true]);
    expect(third.view()).toMatchObject({ state: 'waiting', ahead: 1 });
    running[Symbol.dispose]();
    (await waiting)[Symbol.dispose]();
    using _slot = await last;
    expect(third.ahead).toBeUndefined();
    expect(states).toEqual(['waiting']);
  });

  it('tells the claim of several that is nearest, and nothing while one of them runs', async () => {
    const slots = someSlots({ slots: 1 });
    await using other = aJob({ request: person(1) });
    await using job = aJob({ request: person(2) });
    const running = await other.takeSlot(slots, lookup);
    const claims = [job.takeSlot(slots, lookup), job.takeSlot(slots, lookup)];
    expect(job.ahead).toBe(0);
    {
      using _run = job.run();
      expect([job.isWaiting, job.ahead]).toEqual([false, undefined]);
      expect(job.view().state).toBe('running');
    }
    expect(job.ahead).toBe(0);
    running[Symbol.dispose]();
    for (const claim of claims) (await claim)[Symbol.dispose]();
    expect(slots.running).toBe(0);
  });

  it('leaves the waiting room when the job is stopped, with its reason', async () => {
    const slots = someSlots({ slots: 1 });
    await using first = aJob({ request: person(1) });
    await using second = aJob({ request: person(2) });
    using _slot = await first.takeSlot(slots, lookup);
    const waiting = second.takeSlot(slots, lookup);
    expect(slots.waiting).toBe(1);
    second.stop('person');
    await expect(waiting).rejects.toMatchObject({ why: 'person' });
    expect(slots.waiting).toBe(0);
    expect(second.ahead).toBeUndefined();
  });

  it('leaves the waiting room when the slot is needed no more', async () => {
    const slots = someSlots({ slots: 1 });
    const needless = new AbortController();
    await using first = aJob({ request: person(1) });
    await using second = aJob({ request: person(2) });
    using _slot = await first.takeSlot(slots, lookup);
    const waiting = second.takeSlot(slots, { ...lookup, unless: needless.signal });
    needless.abort(new Error('somebody else began'));
    await expect(waiting).rejects.toThrow('somebody else began');
    expect(slots.waiting).toBe(0);
    expect(second.signal.aborted).toBe(false);
  });

  it('rejects with BusyError when nobody may wait', async () => {
    const slots = someSlots({ slots: 1, waitingPerPerson: 0 });
    await using first = aJob({ request: person(1) });
    using _slot = await first.takeSlot(slots, lookup);
    await expect(first.takeSlot(slots, lookup)).rejects.toMatchObject({ name: 'BusyError', full: 'person' });
  });

  it('counts for the person who asks: their share is theirs', async () => {
    const slots = someSlots({ slots: 3, share: 1 });
    await using ann = aJob({ request: person(1) });
    await using bob = aJob({ request: person(2) });
    using _anns = await ann.takeSlot(slots, lookup);
    using _bobs = await bob.takeSlot(slots, lookup);
    const more = ann.takeSlot(slots, lookup);
    expect(slots.waiting).toBe(1);
    ann.stop('person');
    await expect(more).rejects.toThrow();
  });
});

describe('Job.view', () => {
  it('shows what it is about, in which state, and how long it has left', async () => {
    await using job = aJob({
      request: { id: 'r9', links: ['https://a.example/'], input: 'x' },
      handler: { name: 'get' },
    });
    expect(job.view()).toMatchObject({
      id: 'r9',
      handler: 'get',
      subject: 'https://a.example/',
      state: 'running',
      ahead: 0,
    });
    expect(job.view().leftMs).toBeLessThanOrEqual(60_000);
    job.subject = 'a.example';
    job.sending = true;
    expect(job.view()).toMatchObject({ subject: 'a.example', state: 'sending' });
  });

  it('is about what was written where there is no link', async () => {
    await using job = aJob({ request: { input: 'a word' } });
    expect(job.view().subject).toBe('a word');
  });

  it('tells each change to running once', async () => {
    const states: string[] = [];
    await using job = aJob({ onState: (state) => states.push(state) });
    {
      using _one = job.run();
      using _two = job.run();
    }
    using _three = job.run();
    expect(states).toEqual(['running', 'running']);
  });
});
