// One answer as the person sees it: its progress, and how the answer takes the place of it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Answer } from '../../src/bot/answer.ts';
import { Uploads } from '../../src/bot/uploads.ts';
import type { Person } from '../../src/emulator/contract.ts';
import type { Reply, Request } from '../../src/handler.ts';
import { openStores } from '../../src/store/stores.ts';
import type { Stores } from '../../src/store/stores.ts';
import type { Job } from '../../src/work/job.ts';
import { speak } from '../handlers/tools.ts';
import { aJob } from '../work/a-job.ts';
import { failureOf, startLine } from './telegram.ts';
import type { Line } from './telegram.ts';

describe('Answer', () => {
  let line: Line;
  let ann: Person;
  let stores: Stores;
  let jobs: AsyncDisposableStack;
  /** What the answer told the others. */
  let told: ({ progressId?: number; answerId?: number } | 'shut out')[];

  beforeEach(async () => {
    line = await startLine();
    stores = openStores(':memory:');
    ann = line.emulator.person({ first_name: 'Ann' });
    jobs = new AsyncDisposableStack();
    told = [];
  });
  afterEach(async () => {
    await jobs.disposeAsync();
    stores[Symbol.dispose]();
    await line[Symbol.asyncDispose]();
  });

  /** An answer to a question of Ann's. */
  function answering(part: Partial<Request> = {}): { answer: Answer; job: Job } {
    const messageId = ann.send('please').message_id;
    const request = { person: { id: ann.id }, chat: { id: ann.id, isPrivate: true }, messageId, ...part };
    const job = jobs.use(aJob({ request }));
    const answer = new Answer({
      caller: line.caller,
      uploads: new Uploads(stores.fileIds, line.log),
      job,
      t: speak('en'),
      log: line.log,
      mayShow: () => true,
      untilOurs: undefined,
      onProgressMessage: (id) => told.push({ progressId: id }),
      onAnswer: (id) => told.push({ answerId: id }),
      onShutOut: () => told.push('shut out'),
    });
    jobs.defer(() => answer.halt());
    return { answer, job };
  }

  /** A message of the bot's, as its progress is. */
  const botSays = async (text: string) =>
    (await line.caller.call('sendMessage', { chat_id: ann.id, text })).message_id;

  const answers = () =>
    ann.chat.messages.filter(({ from }) => from?.is_bot).map(({ message_id, text }) => [message_id, text]);

  /** Puts a reply in place; resolves with the id of the message that has it. */
  const finish = async (answer: Answer, reply: Reply) => {
    const before = told.length;
    await answer.finish(reply);
    const ids = told.slice(before).flatMap((one) => (one === 'shut out' ? [] : (one.answerId ?? [])));
    expect(ids.length).toBeLessThanOrEqual(1);
    return ids[0];
  };

  const words = { text: 'the answer' };

  describe('that is ready', () => {
    it('is sent where there is no progress, and tells its id', async () => {
      const { answer } = answering();
      const id = await finish(answer, { words });
      expect(answers()).toEqual([[id, 'the answer']]);
    });

    it('takes the place of the progress', async () => {
      const { answer, job } = answering();
      job.progressId = await botSays('Working…');
      expect(await finish(answer, { words })).toBe(job.progressId);
      expect(answers()).toEqual([[job.progressId, 'the answer']]);
    });

    it('is sent anew when the progress was deleted', async () => {
      const { answer, job } = answering();
      job.progressId = await botSays('Working…');
      await line.caller.call('deleteMessage', { chat_id: ann.id, message_id: job.progressId });
      const id = await finish(answer, { words });
      expect(answers()).toEqual([[id, 'the answer']]);
    });

    it('is there already when nothing would change', async () => {
      const { answer, job } = answering();
      job.progressId = await botSays('Working…');
      await finish(answer, { words });
      expect(await finish(answer, { words })).toBe(job.progressId);
      expect(line.emulator.calls('editMessageText').map(({ ok }) => ok)).toEqual([true, false]);
      expect(answers()).toHaveLength(1);
    });

    it('changes the message of the pressed button, if it wants to', async () => {
      const menu = await botSays('the menu');
      const { answer } = answering({ tap: { id: 'q', messageId: menu } });
      expect(await finish(answer, { words, inPlace: true })).toBe(menu);
      expect(answers()).toEqual([[menu, 'the answer']]);
    });

    it('is a new message when it asks back: only that can open the reply field', async () => {
      const { answer, job } = answering();
      const progressId = await botSays('Working…');
      job.progressId = progressId;
      const id = await finish(answer, { words, asks: true });
      expect(id).not.toBe(progressId);
      expect(line.emulator.calls('sendMessage').at(-1)?.payload).toMatchObject({
        reply_markup: { force_reply: true },
      });
    });

    it('comes plain when Telegram refuses its looks', async () => {
      const { answer } = answering();
      const buttons = [[{ label: 'Broken', url: 'not a link' }]];
      const id = await finish(answer, { words, buttons });
      expect(answers()).toEqual([[id, 'the answer']]);
      expect(line.logged.join('')).toContain('refuses the looks');
    });

    it('is nothing when only a toast is to be shown', async () => {
      const { answer } = answering();
      expect(await finish(answer, { toast: 'Saved.' })).toBeUndefined();
      expect(answers()).toEqual([]);
    });

    it('rejects when the person has blocked the bot', async () => {
      const { answer } = answering();
      ann.block();
      expect(await failureOf(finish(answer, { words }))).toMatchObject({ error_code: 403 });
    });
  });

  describe('with a file', () => {
    let directory: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'errand-answer-'));
      await writeFile(join(directory, 'x'), 'hello');
    });
    afterEach(() => rm(directory, { recursive: true }));
    const file = () => ({ name: 'x.txt', size: 5, key: 'k', source: { path: join(directory, 'x') } });

    it('is sent, and the progress goes away', async () => {
      const { answer, job } = answering();
      job.progressId = await botSays('Working…');
      const id = await finish(answer, { file: file(), words: { text: '5 B' } });
      const sent = ann.chat.messages.find(({ message_id }) => message_id === id);
      expect(sent).toMatchObject({ caption: '5 B', document: { file_name: 'x.txt', file_size: 5 } });
      expect(answers()).toHaveLength(1);
    });

    it('goes up once: whoever wants it at the same time or later gets it by its id', async () => {
      const uploads = new Uploads(stores.fileIds, line.log);
      const sends: unknown[] = [];
      const send = async (document: unknown) => {
        sends.push(typeof document);
        return line.caller.call('sendDocument', { chat_id: ann.id, document: document as string });
      };
      const { signal } = new AbortController();
      const sent = await Promise.all([1, 2, 3].map(() => uploads.send(file(), send, { signal })));
      expect(new Set(sent.map(({ document }) => document.file_id)).size).toBe(1);
      expect(sends).toEqual(['object', 'string', 'string']);
      expect(await stores.fileIds.get('k')).toBe(sent[0]?.document.file_id);
    });

    it('does not fail because the same upload to somebody else failed', async () => {
      const uploads = new Uploads(stores.fileIds, line.log);
      const { signal } = new AbortController();
      const send = (chat_id: number) => (document: unknown) =>
        line.caller.call('sendDocument', { chat_id, document: document as string });
      const lost = failureOf(uploads.send(file(), send(999), { signal }));
      const kept = uploads.send(file(), send(ann.id), { signal });
      expect(await lost).toMatchObject({ description: 'Bad Request: chat not found' });
      expect((await kept).document.file_name).toBe('x.txt');
    });
  });

  describe('in the making', () => {
    it('shows typing, then what is being done with a way to cancel, and becomes the answer', async () => {
      const { answer, job } = answering();
      job.say('Looking…');
      answer.begin();
      expect(await line.emulator.nextCall('sendChatAction')).toMatchObject({ payload: { action: 'typing' } });
      const progress = await ann.chat.nextMessage();
      expect(progress).toMatchObject({
        text: 'Looking…',
        reply_markup: { inline_keyboard: [[{ text: 'Cancel', callback_data: `cancel:${job.request.id}` }]] },
      });
      expect(await finish(answer, { words })).toBe(progress.message_id);
      expect(told).toEqual([{ progressId: progress.message_id }, { answerId: progress.message_id }]);
      expect(answers()).toEqual([[progress.message_id, 'the answer']]);
    });

    it('shows nothing when the answer is there at once', async () => {
      const { answer } = answering();
      answer.begin();
      await finish(answer, { words });
      await answer.halt();
      expect(line.emulator.calls().map(({ method }) => method)).toEqual(['sendMessage']);
    });

    it('goes on with the progress message of an earlier run, at once', async () => {
      const { answer, job } = answering();
      job.progressId = await botSays('Working…');
      job.say('I was restarted; still on it…');
      answer.begin();
      await ann.chat.waitFor(({ text }) => text === 'I was restarted; still on it…');
      expect(answers()).toEqual([[job.progressId, 'I was restarted; still on it…']]);
    });

    it('hears that the bot is shut out', async () => {
      const { answer } = answering();
      ann.block();
      answer.begin();
      await expect.poll(() => told).toEqual(['shut out']);
    });

    it('comes although its progress cannot be shown', async () => {
      const { answer, job } = answering();
      job.progressId = await botSays('Working…');
      line.emulator.faults.add({ method: 'editMessageText', outcome: { status: 500 } });
      answer.begin();
      await line.emulator.nextCall('editMessageText', { where: ({ ok }) => !ok });
      expect(await finish(answer, { words })).toBe(job.progressId);
      expect(answers()).toEqual([[job.progressId, 'the answer']]);
    });
  });
});
