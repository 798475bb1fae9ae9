// /jobs and /cancel: what goes on for me, and how it ends.

import { describe, expect, it } from 'vitest';
import { cancel } from '../../handlers/cancel.ts';
import { jobs } from '../../handlers/jobs.ts';
import type { JobView } from '../../src/handler.ts';
import { aRequest, tools } from './tools.ts';

function aJob(part: Partial<JobView> = {}): JobView {
  return {
    id: 'j1',
    handler: 'get',
    subject: 'a.example',
    state: 'running',
    ahead: 0,
    leftMs: 12_300,
    ...part,
  };
}

describe('jobs', () => {
  const three = [
    aJob({ id: 'j1', subject: 'a.example', state: 'running' }),
    aJob({ id: 'j2', subject: 'b.example', state: 'waiting', ahead: 4, leftMs: 900 }),
    aJob({ id: 'j3', subject: 'c.example', state: 'sending', leftMs: -5 }),
  ];

  it('lists in English what runs, what waits and what is being sent, with the time left', async () => {
    const { words } = await jobs.run(aRequest(), tools({ jobs: async () => three }));
    expect(words?.text.split('\n')).toEqual([
      '3 requests of yours:',
      '1. a.example – running, 13 s left',
      '2. b.example – waiting, 4 ahead of it, 1 s left',
      '3. c.example – being sent, 0 s left',
    ]);
  });

  it('lists the same in Russian', async () => {
    const { words } = await jobs.run(aRequest(), tools({ jobs: async () => three, language: 'ru' }));
    expect(words?.text.split('\n')).toEqual([
      'Ваши 3 запроса:',
      '1. a.example – выполняется, осталось 13 с',
      '2. b.example – ждёт, перед ним 4, осталось 1 с',
      '3. c.example – отправляется, осталось 0 с',
    ]);
  });

  it.each([
    ['en', 'Nothing is running or waiting for you.'],
    ['ru', 'Для вас сейчас ничего не выполняется и не ждёт.'],
  ])('says that there is nothing (%s)', async (language, text) => {
    expect(await jobs.run(aRequest(), tools({ language }))).toEqual({ words: { text } });
  });

  it('has a button to cancel each, and one for all', async () => {
    const { buttons } = await jobs.run(aRequest(), tools({ jobs: async () => three }));
    expect(buttons).toEqual([
      [
        { label: 'Cancel 1', call: 'cancel:j1' },
        { label: 'Cancel 2', call: 'cancel:j2' },
        { label: 'Cancel 3', call: 'cancel:j3' },
      ],
      [{ label: 'Cancel all', call: 'cancel:all' }],
    ]);
  });

  it('has no more than eight single buttons, however much goes on', async () => {
    const many = Array.from({ length: 30 }, (_, i) => aJob({ id: `j${i}` }));
    const { words, buttons } = await jobs.run(aRequest(), tools({ jobs: async () => many }));
    expect(buttons?.map((row) => row.length)).toEqual([4, 4, 1]);
    expect(words?.text.split('\n')).toHaveLength(31);
  });
});

describe('cancel', () => {
  /** A cancel that remembers what it was asked for and stops so many. */
  function stopping(count: number) {
    const asked: (string | undefined)[] = [];
    return { asked, cancel: async (id?: string) => (asked.push(id), count) };
  }

  it.each(['', 'all', 'ALL'])('stops everything when asked with %j', async (input) => {
    const it = stopping(2);
    await cancel.run(aRequest({ input }), tools({ cancel: it.cancel }));
    expect(it.asked).toEqual([undefined]);
  });

  it('stops one by its id, in whatever letters it is typed', async () => {
    const it = stopping(1);
    await cancel.run(aRequest({ input: '1A2B' }), tools({ cancel: it.cancel }));
    expect(it.asked).toEqual(['1a2b']);
  });

  it.each([
    ['en', 0, 'There is nothing of yours to cancel.'],
    ['en', 1, 'Cancelled.'],
    ['en', 3, 'Cancelled 3 requests.'],
    ['ru', 0, 'Отменять нечего.'],
    ['ru', 1, 'Отменено.'],
    ['ru', 3, 'Отменено 3 запроса.'],
    ['ru', 21, 'Отменён 21 запрос.'],
  ])('says (%s) how many it stopped: %i', async (language, count, text) => {
    const reply = await cancel.run(aRequest(), tools({ ...stopping(count), language }));
    expect(reply).toEqual({ words: { text } });
  });

  it('says it over the chat to whoever pressed a button', async () => {
    const tap = { id: 'q', messageId: 5 };
    const reply = await cancel.run(aRequest({ input: 'j1', tap }), tools(stopping(1)));
    expect(reply).toEqual({ toast: 'Cancelled.' });
  });
});
