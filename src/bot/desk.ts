// Where an update is worked on, from its first look to its last mark in the inbox.

import type { Logger } from 'pino';
import type { Update, UserFromGetMe } from 'grammy/types';
import { now } from '../async/clock.ts';
import type { Events } from '../events.ts';
import { isSlow } from '../handler.ts';
import type { Handler, Request, Tools } from '../handler.ts';
import type { Texts } from '../i18n.ts';
import type { Stores } from '../store/stores.ts';
import type { Entry, Inbox, Note } from '../work/inbox.ts';
import { Job } from '../work/job.ts';
import type { Jobs } from '../work/jobs.ts';
import { perform, performAtOnce } from '../work/perform.ts';
import type { Result } from '../work/perform.ts';
import type { Toolbox } from '../work/toolbox.ts';
import { Answer } from './answer.ts';
import { BusyNotices } from './busy-notices.ts';
import type { Caller } from './caller.ts';
import { deliver } from './delivery.ts';
import { again, readUpdate } from './read-update.ts';
import { sendWords } from './send-reply.ts';
import { Uploads } from './uploads.ts';

/** After so many starts of the process in the middle of an update, it is not tried again. */
const maxAttempts = 3;

/** The parts a desk works with. */
export interface DeskOptions {
  me: UserFromGetMe;
  handlers: readonly Handler[];
  caller: Caller;
  inbox: Inbox;
  jobs: Jobs;
  stores: Stores;
  texts: Texts;
  toolbox: Toolbox;
  events: Events;
  log: Logger;
  /** Milliseconds in which each kind of work is answered. */
  deadlinesMs: { lookup: number; download: number };
}

export class Desk {
  readonly #options: DeskOptions;
  readonly #busy: BusyNotices;
  readonly #uploads: Uploads;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#busy = new BusyNotices(options.caller);
    this.#uploads = new Uploads(options.stores.fileIds, options.log);
  }

  /** What an update asks for, if anything. One that is not as Telegram's documentation says asks for nothing. */
  read({ update, acceptedAt }: Entry): Request | undefined {
    try {
      return readUpdate(update, acceptedAt, this.#options);
    } catch (error) {
      this.#options.log.warn({ err: error, update: update.update_id }, 'update cannot be read');
      return undefined;
    }
  }

  /** Works on an update until it is done. Rejects when it stays open, to be worked on again at the next start. */
  async handle(entry: Entry, request: Request | undefined): Promise<void> {
    const { update, note } = entry;
    if (request && entry.attempts > maxAttempts) return this.#bury(entry, request);
    const isOver =
      request && note.answerId === undefined ? await this.#answer(entry, request) : this.#take(update);
    if (isOver) await this.#options.inbox.done(update.update_id);
  }

  /** Gives an update up that ended every attempt before, and says so. */
  async #bury({ update }: Entry, request: Request): Promise<void> {
    const { caller, inbox, texts, log } = this.#options;
    log.error({ request: request.id, handler: request.handler }, 'buried: every attempt ended the process');
    const words = { text: texts.write(this.#language(request), 'error-buried', { id: request.id }) };
    await inbox.bury(update.update_id, `${maxAttempts} attempts`);
    await sendWords(caller, request, { words }, {});
  }

  /** What asks for nothing may still have to be known. */
  #take({ callback_query: query, my_chat_member: member }: Update): boolean {
    if (query) this.#answerTap(query.id, query.from?.id);
    if (member && ['kicked', 'left'].includes(member.new_chat_member?.status)) {
      this.#options.jobs.stopChat(member.chat.id, 'blocked');
    }
    return true;
  }

  /** Answers what was asked; false when the update stays open. */
  async #answer(entry: Entry, asked: Request): Promise<boolean> {
    const isEdit = entry.update.edited_message !== undefined;
    const replaced = isEdit ? this.#options.jobs.answering(asked.chat.id, asked.messageId) : undefined;
    // An edit of a question that was answered already changes nothing. One that was left open was worked on.
    if (isEdit && !replaced && entry.attempts === 0) return true;

    const request = asked.handler === again ? await this.#recall(asked) : asked;
    const handler = this.#options.handlers.find((one) => one.name === request?.handler);
    if (!request || !handler) {
      const text = this.#options.texts.write(this.#language(asked), 'error-forgotten');
      this.#answerTap(asked.tap?.id, asked.person.id, text);
      return true;
    }
    if (isSlow(handler) && this.#options.jobs.isTappedFor(request)) {
      this.#answerTap(asked.tap?.id, asked.person.id);
      return true;
    }
    const job = this.#open(request, handler);
    // Before anything is waited for, so that the next update already finds it; until all it held was given back.
    using _listed = this.#options.jobs.add(job);
    await using _held = job;
    const tapped = asked.handler === again ? asked.tap?.messageId : undefined;
    job.progressId = replaced ? await replace(replaced) : (entry.note.progressId ?? tapped);
    return await this.#work(entry, job);
  }

  /** The request behind a "Try again", as if it were asked now. A button's data may be forged: only its own chat may. */
  async #recall({ id, input, acceptedAt, person, chat, tap }: Request): Promise<Request | undefined> {
    const request = await this.#options.stores.asked.get(input);
    return request?.chat.id === chat.id ? { ...request, id, acceptedAt, person, tap } : undefined;
  }

  #open(request: Request, handler: Handler): Job {
    const { deadlinesMs, events } = this.#options;
    const { id, person, chat } = request;
    const deadlineMs = handler.work === 'download' ? deadlinesMs.download : deadlinesMs.lookup;
    const { id: personId, languageCode } = person;
    const what = { id, person: personId, chat: chat.id, handler: handler.name, languageCode };
    events.emit('accepted', { ...what, at: now() });
    return new Job(request, handler, deadlineMs, (state) => events.emit(state, { id, at: now() }));
  }

  async #work(entry: Entry, job: Job): Promise<boolean> {
    const { caller, stores, toolbox, events, log } = this.#options;
    const { request, handler } = job;
    const person = await stores.people.get(`${request.person.id}`);
    const tools = toolbox(job, this.#language(request, person?.language));
    const answer = this.#prepare(entry, job, tools);
    const run = () => this.#perform(job, tools);
    if (isSlow(handler)) {
      if (entry.attempts > 0) job.say(tools.t('progress-restarted'));
      // A press is answered before the work: Telegram waits for seconds only.
      this.#answerTap(request.tap?.id, request.person.id);
      answer.begin();
    }
    const result = await run();
    if (!isSlow(handler)) this.#answerTap(request.tap?.id, request.person.id, result.reply?.toast);
    const the = {
      job,
      tools,
      answer,
      noteAnswer: (answerId: number) => this.#note(entry, { answerId }),
      again: run,
    };
    const ending = await deliver(the, result, { caller, stores, busy: this.#busy, log });
    if (!ending) return false;
    const at = now();
    const totalMs = at - request.acceptedAt;
    events.emit('ended', { id: request.id, handler: handler.name, ending, waitMs: job.waitMs, totalMs, at });
    return true;
  }

  #prepare(entry: Entry, job: Job, { t }: Tools): Answer {
    const { caller, jobs, log } = this.#options;
    const onProgressMessage = (progressId: number) => this.#note(entry, { progressId });
    const onShutOut = () => jobs.stopChat(job.request.chat.id, 'blocked');
    return new Answer({ caller, uploads: this.#uploads, job, t, log, onProgressMessage, onShutOut });
  }

  /** What cannot be written now goes with the next mark, and keeps nobody from an answer. */
  #note({ update }: Entry, note: Note): void {
    this.#options.inbox
      .note(update.update_id, note)
      .catch((error: unknown) => this.#options.log.error({ err: error }, 'message was not noted'));
  }

  async #perform(job: Job, tools: Tools): Promise<Result> {
    const { request, handler } = job;
    if (handler.needs === 'link' && request.links.length === 0 && request.input === '') {
      return { ending: 'answered', reply: { words: { text: tools.t(`${handler.name}-ask`) }, asks: true } };
    }
    if (!isSlow(handler)) return performAtOnce(job, tools);
    return perform(job, tools, (run) => {
      this.#options.log.warn(
        { request: request.id, handler: handler.name },
        'handler does not obey its signal',
      );
      job.resources.defer(async () => void (await Promise.allSettled([run])));
    });
  }

  #language({ person }: Request, chosen?: string): string {
    return this.#options.texts.choose(chosen, person.languageCode);
  }

  /** Answers the press of a button. Nothing waits for it, and nothing is lost when Telegram has forgotten the press. */
  #answerTap(id: string | undefined, personId: number | undefined, text?: string): void {
    if (id === undefined) return;
    this.#options.caller
      .call('answerCallbackQuery', { callback_query_id: id, text }, { lane: `presses of ${personId}` })
      .catch((error: unknown) =>
        this.#options.log.debug({ err: error }, 'press of a button was not answered'),
      );
  }
}

/** Ends the job of a question that was edited; resolves with its progress message, for the next one to go on with. */
async function replace(old: Job): Promise<number | undefined> {
  old.stop('edited');
  await old.ended;
  return old.progressId;
}
