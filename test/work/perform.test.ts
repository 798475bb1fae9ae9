// One request to its end: whatever the handler does, somebody is answered.

import { setTimeout as sleepOfNode } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BusyError } from '../../src/async/fair-semaphore.ts';
import { UserError } from '../../src/errors.ts';
import type { Handler, Reply } from '../../src/handler.ts';
import type { Job, StopCause } from '../../src/work/job.ts';
import { fallback, perform, performAtOnce } from '../../src/work/perform.ts';
import { languages, speak, tools } from '../handlers/tools.ts';
import { aJob } from './a-job.ts';

const nobody = (_run: Promise<unknown>): void => {
  throw new Error('Expected no stray run');
};

/** Runs a handler as a job. */
async function performing(run: Handler['run'], { job = aJob({ handler: { run } }), onStray = nobody } = {}) {
  await using it = job;
  return await perform(it, tools({ signal: it.signal }), onStray);
}

/** A job whose deadline has passed already when it starts. */
const late = (run: Handler['run']) => aJob({ handler: { run }, deadlineMs: -1 });

/** Settles when the job's signal has aborted. */
const abortOf = ({ signal }: { signal: AbortSignal }) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const againButton = (job: Job) => [[{ label: 'Try again', call: `again:${job.request.id}` }]];

describe('perform', () => {
  it('ends answered with the reply of the handler', async () => {
    const reply: Reply = { words: { text: 'here' }, buttons: [[{ label: 'x', call: 'y:z' }]] };
    expect(await performing(async () => reply)).toEqual({ ending: 'answered', reply });
  });

  it('gives the handler its request and its tools', async () => {
    const job = aJob({
      request: { input: 'abc' },
      handler: { run: async ({ input }, { language }) => ({ words: { text: `${input} ${language}` } }) },
    });
    expect(await performing(job.handler.run, { job })).toMatchObject({
      reply: { words: { text: 'abc en' } },
    });
  });

  it('ends timed out with what the handler has at its deadline', async () => {
    const run: Handler['run'] = async (_request, its) => {
      await abortOf(its);
      return { words: { text: 'half of it' } };
    };
    expect(await performing(run, { job: late(run) })).toEqual({
      ending: 'timed out',
      reply: { words: { text: 'half of it' } },
    });
  });

  it('ends timed out with a way to try again when the handler ends with the reason of its signal', async () => {
    const run: Handler['run'] = async (_request, its) => {
      await abortOf(its);
      throw its.signal.reason;
    };
    const job = late(run);
    expect(await performing(run, { job })).toEqual({
      ending: 'timed out',
      reply: {
        words: { text: expect.stringMatching(/^No answer within 15 seconds/) },
        buttons: againButton(job),
      },
    });
  });

  it("ends timed out when the handler ends with the platform's own AbortError at its deadline", async () => {
    const run: Handler['run'] = async (_request, { signal }) => {
      await sleepOfNode(60_000, undefined, { signal });
      return {};
    };
    expect(await performing(run, { job: late(run) })).toMatchObject({
      ending: 'timed out',
      reply: { words: { text: expect.stringMatching(/^No answer within/) } },
    });
  });

  it('does not wait for a handler that does not obey, and hands its run over', async () => {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const strays: Promise<unknown>[] = [];
    const run = () => promise;
    const result = await performing(run, { job: late(run), onStray: (stray) => void strays.push(stray) });
    expect(result.ending).toBe('timed out');
    expect(strays).toHaveLength(1);
    resolve({ words: { text: 'too late' } });
    expect(await strays[0]).toEqual({ words: { text: 'too late' } });
  });

  it('does not mind how a run ends that was handed over', async () => {
    const { promise, reject } = Promise.withResolvers<Reply>();
    const strays: Promise<unknown>[] = [];
    const run = () => promise;
    await performing(run, { job: late(run), onStray: (stray) => void strays.push(stray) });
    reject(new Error('too late'));
    await expect(strays[0]).rejects.toThrow('too late');
  });

  it.each([
    ['person', { ending: 'cancelled', reply: { words: { text: 'Cancelled.' } } }],
    ['edited', { ending: 'cancelled' }],
    ['blocked', { ending: 'cancelled' }],
    ['stopping', { ending: 'interrupted' }],
  ] as const)(
    'ends as it should when it was stopped (%s), whatever the handler does then',
    async (cause, result) => {
      const endings: Handler['run'][] = [
        async (_request, its) => (await abortOf(its), { words: { text: 'ready all the same' } }),
        async (_request, its) => (await abortOf(its), Promise.reject(its.signal.reason)),
        async (_request, its) => (await abortOf(its), Promise.reject(new Error('broken'))),
        async (_request, its) => (
          await abortOf(its),
          Promise.reject(new UserError('error-empty', { host: 'a' }))
        ),
      ];
      for (const run of endings)
        expect(await performing(run, { job: stoppedJob(run, cause) })).toEqual(result);
    },
  );

  it('ends failed, and is answered, when the handler throws before it returns a promise', async () => {
    const run = () => {
      throw new UserError('error-empty', { host: 'a.example' });
    };
    expect(await performing(run)).toMatchObject({ ending: 'failed' });
  });

  it('leaves no listener at the signal and no timer when it is over', async () => {
    const job = aJob();
    const { signal } = job;
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...parts: Parameters<typeof addEventListener>) => {
      listeners++;
      addEventListener.apply(signal, parts);
    };
    signal.removeEventListener = (...parts: Parameters<typeof removeEventListener>) => {
      listeners--;
      removeEventListener.apply(signal, parts);
    };
    await performing(job.handler.run, { job });
    expect(listeners).toBe(0);
  });
});

describe('fallback', () => {
  it.each(languages)(
    'has a text and a way to try again for everything that may pass (%s)',
    async (language) => {
      await using job = aJob();
      const t = speak(language);
      const buttons = [[{ label: t('button-again'), call: `again:${job.request.id}` }]];
      const endings = [
        [new DOMException('x', 'TimeoutError'), 'timed out', t('error-deadline', { seconds: 15 })],
        [new BusyError('person', 60), 'busy', t('error-busy-person', { waiting: 60 })],
        [new BusyError('total', 5_000), 'busy', t('error-busy-total')],
        [
          new UserError('error-dns', { host: 'a.example' }),
          'failed',
          t('error-dns', { host: 'a.\u2060example' }),
        ],
        [new Error('secret inner state'), 'failed', t('error-unexpected', { id: 'r1' })],
        ['not even an error', 'failed', t('error-unexpected', { id: 'r1' })],
      ] as const;
      for (const [error, ending, text] of endings) {
        expect(fallback(error, job, tools({ language }))).toEqual({
          ending,
          reply: { words: { text }, buttons },
        });
      }
    },
  );

  it.each([
    ['error-not-a-link', {}],
    ['error-scheme', { scheme: 'ftp:' }],
    ['error-private', { host: 'a' }],
    ['error-too-large', { size: 60, limit: 50 }],
    ['error-forgotten', {}],
  ])('offers no other try after %s, which it would not change', async (key, vars) => {
    await using job = aJob();
    const { ending, reply } = fallback(new UserError(key, vars), job, tools());
    expect(ending).toBe('failed');
    expect(reply?.buttons).toBeUndefined();
  });

  it('reports what is unexpected, and nothing else', async () => {
    await using job = aJob();
    const explained: unknown[] = [];
    const its = tools({ explain: (error) => (explained.push(error), 'told') });
    const failure = new Error('x');
    expect(fallback(failure, job, its)).toMatchObject({ reply: { words: { text: 'told' } } });
    expect(explained).toEqual([failure]);
  });
});

describe('performAtOnce', () => {
  const atOnce = (job: Job) => performAtOnce(job, tools());

  it('ends answered with the reply, whatever the time', async () => {
    const reply: Reply = { words: { text: 'here' } };
    expect(await atOnce(late(async () => reply))).toEqual({ ending: 'answered', reply });
  });

  it('replies with what went wrong, also when the handler throws before it waits', async () => {
    const job = late(() => {
      throw new UserError('error-forgotten');
    });
    expect(await atOnce(job)).toMatchObject({
      ending: 'failed',
      reply: { words: { text: expect.any(String) } },
    });
  });

  it('leaves the request open when the service stops', async () => {
    const job = stoppedJob(() => new Promise((resolve) => setImmediate(resolve, {})), 'stopping');
    expect(await atOnce(job)).toEqual({ ending: 'interrupted' });
  });
});

/** A job that is stopped while it runs. */
function stoppedJob(run: Handler['run'], cause: StopCause): Job {
  const job = aJob({ handler: { run } });
  queueMicrotask(() => job.stop(cause));
  return job;
}
