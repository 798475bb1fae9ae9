// One answer in the making, as the person sees it: "typing…", after a second a message with progress and a Cancel
// button, edited in place; in the end that message becomes the answer.

import type { Logger } from 'pino';
import { sleep } from '../async/sleep.ts';
import type { Reply, Translate, Words } from '../handler.ts';
import { inertWords } from '../parse/plain-words.ts';
import type { Job } from '../work/job.ts';
import { isContentRefused, isEditImpossible, isShutOut } from './call-failure.ts';
import type { Caller, CallOptions } from './caller.ts';
import { LeftOutError } from './caller.ts';
import { addressOf, putWords, sendFile, split } from './send-reply.ts';
import type { Uploads } from './uploads.ts';

/** Most answers are there before this, in milliseconds. */
const typingAfterMs = 200;
const progressAfterMs = 1_000;
/** How often progress is edited: Telegram allows 20 edits a minute in a group. */
const paceMs = { private: 1_500, group: 3_500, waiting: 5_000 };

const inTurn = { as: 'progress', hasTurn: true } as const;
/** Why showing progress ends; made once, because thousands of answers a minute need it. */
const answerIsThere = new DOMException('Progress: the answer is there', 'AbortError');
const nothingShown = Promise.resolve();

/** What an answer needs. */
export interface AnswerOptions {
  caller: Caller;
  uploads: Uploads;
  job: Job;
  t: Translate;
  log: Logger;
  /** Whether progress may be shown now. */
  mayShow: () => boolean;
  /** Waited for before the answer goes out (`CallOptions.untilOurs`). */
  untilOurs: CallOptions['untilOurs'];
  /** Hears of the progress message as soon as there is one. */
  onProgressMessage: (messageId: number) => void;
  /** Hears of the message with the answer as soon as there is one. */
  onAnswer: (messageId: number) => void;
  /** Hears that the bot is shut out of the chat. */
  onShutOut: () => void;
}

/** A reply that has this part. */
type With<K extends keyof Reply> = Reply & Required<Pick<Reply, K>>;

export class Answer {
  readonly #options: AnswerOptions;
  #shown: string | undefined;
  #progress: { stop: AbortController; over: Promise<void> } | undefined;

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  /** Starts to show that something is being done. */
  begin(): void {
    const stop = new AbortController();
    const over = this.#show(stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) this.#log('error', error, 'progress failed');
    });
    this.#progress = { stop, over };
  }

  /** Stops showing progress; resolves when nothing of it is under way any more. */
  halt(): Promise<void> {
    if (!this.#progress) return nothingShown;
    this.#progress.stop.abort(answerIsThere);
    return this.#progress.over;
  }

  /** Puts the reply in the place of the progress, or sends it. */
  async finish(reply: Reply): Promise<void> {
    if (has(reply, 'file')) return this.#finishWithFile(reply);
    await this.halt();
    if (!has(reply, 'words')) return;
    try {
      await this.#finishWithWords(reply);
    } catch (error) {
      if (!isContentRefused(error)) throw error;
      // An answer without its looks is better than none; strangers' addresses must not come to life without them.
      this.#log('error', error, 'Telegram refuses the looks of an answer');
      await this.#finishWithWords({ words: { text: inertWords(reply.words.text) } });
    }
  }

  async #finishWithFile(reply: With<'file'>): Promise<void> {
    const { caller, uploads, job, untilOurs, onAnswer } = this.#options;
    const sent = await sendFile(caller, uploads, job.request, reply, { signal: job.signal, untilOurs });
    onAnswer(sent.message_id);
    await this.halt();
    await this.#remove();
  }

  async #finishWithWords(reply: With<'words'>): Promise<void> {
    const { caller, job, untilOurs, onAnswer } = this.#options;
    const place = reply.inPlace ? job.request.tap?.messageId : job.progressId;
    const answerId = await putWords(caller, job.request, place, reply, { untilOurs });
    // If the question was edited meanwhile, its next answer takes this one's place.
    if (answerId !== place) job.progressId = answerId;
    onAnswer(answerId);
  }

  /** Takes the progress message away; it is not worth a failure that it stays. */
  async #remove(): Promise<void> {
    const { caller, job } = this.#options;
    if (job.progressId === undefined) return;
    try {
      await caller.call('deleteMessage', { chat_id: job.request.chat.id, message_id: job.progressId });
    } catch (error) {
      this.#log('debug', error, 'progress message stays');
    }
  }

  async #show(signal: AbortSignal): Promise<void> {
    if (this.#options.job.progressId === undefined) {
      await sleep(typingAfterMs, { signal });
      await this.#try(() => this.#type(signal), signal);
      await sleep(progressAfterMs - typingAfterMs, { signal });
    }
    while (!signal.aborted) {
      await this.#try(() => this.#put(signal), signal);
      await sleep(this.#pace(), { signal });
    }
  }

  #pace(): number {
    const { job } = this.#options;
    if (job.isWaiting && job.progressId !== undefined) return paceMs.waiting;
    return job.request.chat.isPrivate ? paceMs.private : paceMs.group;
  }

  async #type(signal: AbortSignal): Promise<void> {
    const { caller, job } = this.#options;
    const { chat } = job.request;
    const payload = { chat_id: chat.id, message_thread_id: chat.threadId, action: 'typing' as const };
    await caller.call('sendChatAction', payload, { as: 'progress', signal });
  }

  /** Shows what is to be said when its turn has come; it is put in words then. */
  async #put(signal: AbortSignal): Promise<void> {
    const { caller, job, mayShow } = this.#options;
    // Not asked while it waits: to count who goes first costs the more, the more people wait.
    if (!mayShow() || (!job.isWaiting && this.#words().text === this.#shown)) return;
    const isFirst = job.progressId === undefined;
    const { id: chatId } = job.request.chat;
    if (!caller.takeProgressTurn(chatId)) {
      await caller.progressTurn(chatId, { isFirst, signal });
      signal.throwIfAborted();
    }
    const words = this.#words();
    if (words.text === this.#shown) return;
    await this.#write(words);
    this.#shown = words.text;
  }

  /** Sends or edits the progress message. Not stopped in the middle: its outcome must be known. */
  async #write({ text, entities }: Words): Promise<void> {
    const { caller, job, t, onProgressMessage } = this.#options;
    const reply_markup = {
      inline_keyboard: [[{ text: t('button-cancel'), callback_data: `cancel:${job.request.id}` }]],
    };
    const content = { text, entities, reply_markup, link_preview_options: { is_disabled: true } };
    if (job.progressId === undefined) {
      const address = { ...addressOf(job.request), disable_notification: true };
      const sent = await caller.call('sendMessage', { ...address, ...content }, inTurn);
      job.progressId = sent.message_id;
      onProgressMessage(sent.message_id);
    } else {
      const message = { chat_id: job.request.chat.id, message_id: job.progressId };
      await caller.call('editMessageText', { ...message, ...content }, inTurn);
    }
  }

  #words(): Words {
    const { job, t } = this.#options;
    if (job.sending) return { text: t('progress-sending') };
    const { ahead } = job;
    if (ahead !== undefined) return { text: t('progress-waiting', { ahead }) };
    return (job.said && split(job.said)[0]) ?? { text: t('progress-working') };
  }

  /** Progress may fail: the answer comes all the same. */
  async #try(step: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { job, onShutOut } = this.#options;
    try {
      await step();
    } catch (error) {
      if (isShutOut(error)) onShutOut();
      else if (isEditImpossible(error)) job.progressId = undefined;
      else if (!signal.aborted && !(error instanceof LeftOutError))
        this.#log('debug', error, 'progress left out');
    }
  }

  #log(level: 'debug' | 'error', error: unknown, what: string): void {
    const { job, log } = this.#options;
    log[level]({ request: job.request.id, err: error }, what);
  }
}

function has<K extends keyof Reply>(reply: Reply, part: K): reply is With<K> {
  return reply[part] !== undefined;
}
