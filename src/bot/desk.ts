// Where an update is worked on, from its first look to its last mark in the inbox.

import type { Update, UserFromGetMe } from 'grammy/types';
import type { Logger } from 'pino';
import { now } from '../async/clock.ts';
import type { Ending, Events } from '../events.ts';
import { isSlow } from '../handler.ts';
import type { Handler, Request, Tools } from '../handler.ts';
import type { Texts } from '../i18n.ts';
import type { Stores } from '../store/stores.ts';
import type { Everywhere } from '../work/everywhere.ts';
import { isGivenUp } from '../work/inbox.ts';
import type { Entry, Inbox, Note } from '../work/inbox.ts';
import { Job } from '../work/job.ts';
import type { Jobs } from '../work/jobs.ts';
import { fallback, perform, performAtOnce, tooLate } from '../work/perform.ts';
import type { Result } from '../work/perform.ts';
import { Suspects } from '../work/suspects.ts';
import type { Toolbox } from '../work/toolbox.ts';
import type { Admins } from './admins.ts';
import { Answer } from './answer.ts';
import { BusyNotices } from './busy-notices.ts';
import type { Caller } from './caller.ts';
import type { Crowds } from './crowds.ts';
import { deliver } from './delivery.ts';
import { NotDone } from './not-done.ts';
import { pressOf, Presses } from './presses.ts';
import { again, readUpdate } from './read-update.ts';
import { Speaker } from './speaker.ts';
import { untilOurs } from './still-ours.ts';
import { turnAway } from './turn-away.ts';
import { Uploads } from './uploads.ts';

/** The parts a desk works with. */
export interface DeskOptions {
  me: UserFromGetMe;
  admins: Admins;
  handlers: readonly Handler[];
  caller: Caller;
  crowds: Crowds;
  inbox: Inbox;
  jobs: Jobs;
  everywhere: Everywhere;
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
  readonly #notDone: NotDone;
  readonly #presses: Presses;
  readonly #speaker: Speaker;
  readonly #suspects: Suspects;
  readonly #uploads: Uploads;

  constructor(options: DeskOptions) {
    const { caller, inbox, stores, texts, log } = options;
    this.#options = options;
    this.#speaker = new Speaker(texts, stores.people);
    this.#busy = new BusyNotices(caller);
    this.#notDone = new NotDone({ caller, inbox, speaker: this.#speaker, log });
    this.#presses = new Presses(caller, log);
    this.#suspects = new Suspects(inbox);
    this.#uploads = new Uploads(stores.fileIds, log);
  }

  /** What an update asks for, if anything. One that is not as Telegram's documentation says asks for nothing. */
  read(update: Update, acceptedAt: number): Request | undefined {
    try {
      return readUpdate(update, acceptedAt, this.#options);
    } catch (error) {
      this.#options.log.warn({ err: error, update: update.update_id }, 'update cannot be read');
      return undefined;
    }
  }

  /**
   * Works on an update until it is done; when `tooMany` answers wait in its chat already, the person is told so. Rejects
   * when it has to be tried again.
   */
  async handle(
    entry: Entry,
    request: Request | undefined,
    { tooMany }: { tooMany?: number } = {},
  ): Promise<void> {
    try {
      if (await this.#settle(entry, request, tooMany)) await this.#noteEnd(entry);
    } finally {
      this.#suspects.leave(entry);
    }
  }

  async #noteEnd({ update }: Entry): Promise<void> {
    const { inbox, log } = this.#options;
    try {
      await inbox.done(update.update_id);
    } catch (error) {
      // It goes with the next mark: the person has the answer, and must not get a second one.
      log.error({ err: error, update: update.update_id }, 'end was not noted');
    }
  }

  /** Whether the update is done with; else it stays as it is in the inbox. */
  async #settle(entry: Entry, request: Request | undefined, tooMany?: number): Promise<boolean> {
    if (!request || entry.note.answerId !== undefined) return this.#take(entry.update);
    if (isGivenUp(entry)) {
      await this.#notDone.bury(entry, request);
      return false;
    }
    // What shows progress was taken in before.
    if (tooMany !== undefined && entry.note.progressId === undefined) return this.#turnAway(request, tooMany);
    if (!this.#notDone.isTooOld(entry)) return this.#answer(entry, request);
    await this.#notDone.sayAway(entry, request);
    return true;
  }

  async #turnAway(request: Request, tooMany: number): Promise<true> {
    const handler = this.#options.handlers.find(({ name }) => name === request.handler);
    await using job = handler && this.#open(request, handler);
    if (job) this.#announce(job);
    await turnAway(request, tooMany, { speaker: this.#speaker, presses: this.#presses, busy: this.#busy });
    if (job) this.#end(job, 'busy');
    return true;
  }

  /** What asks for nothing may still have to be known. */
  #take({ callback_query: query, my_chat_member: member }: Update): boolean {
    if (query) void this.#presses.answer({ id: query.id, personId: query.from?.id });
    if (member?.chat && ['kicked', 'left'].includes(member.new_chat_member?.status)) {
      this.#options.everywhere.stopChat(member.chat.id, 'blocked');
    }
    return true;
  }

  /** Answers what was asked; false when the update stays open. */
  async #answer(entry: Entry, asked: Request): Promise<boolean> {
    const { everywhere, handlers, jobs } = this.#options;
    const request = asked.handler === again ? await this.#recall(asked) : asked;
    const handler = handlers.find((one) => one.name === request?.handler);
    if (!request || !handler) {
      void this.#presses.answer(pressOf(asked), await this.#speaker.say(asked, 'error-forgotten'));
      return true;
    }
    const job = this.#open(request, handler);
    entry.hold?.addEventListener('abort', () => job.stop('taken over'), { once: true });
    // Before anything is waited for, so that the next update already finds it; until all it held was given back.
    const isEdit = entry.update.edited_message !== undefined;
    using _listed = jobs.add(job, { isCandidate: isEdit && !entry.isLeftOver });
    await using _held = job;
    const edit = { id: request.id, chatId: request.chat.id, messageId: request.messageId };
    const replaced = isEdit ? await everywhere.replace(edit) : undefined;
    if (replaced === 'outdated') return true;
    // An edit of a question that was answered already changes nothing. One that was left open was worked on.
    if (isEdit && !replaced && !entry.isLeftOver) return true;
    this.#announce(job);
    if (request.tap && isSlow(handler) && (await everywhere.isTappedFor(job))) return this.#giveWay(job);
    const tapped = asked.handler === again ? asked.tap?.messageId : undefined;
    job.progressId = replaced ? await replaced.ended : (entry.note.progressId ?? tapped);
    return await this.#work(entry, job);
  }

  /** The same button was pressed before, and is being worked for. */
  #giveWay(job: Job): true {
    void this.#presses.answer(pressOf(job.request));
    this.#end(job, 'cancelled');
    return true;
  }

  /** The request behind a "Try again", as if it were asked now. A button's data may be forged: only its own chat may. */
  async #recall({ id, input, acceptedAt, person, chat, tap }: Request): Promise<Request | undefined> {
    const request = await this.#options.stores.asked.get(input);
    return request?.chat.id === chat.id ? { ...request, id, acceptedAt, person, tap } : undefined;
  }

  #open(request: Request, handler: Handler): Job {
    const { deadlinesMs, events } = this.#options;
    const { id } = request;
    const deadlineMs = handler.work === 'download' ? deadlinesMs.download : deadlinesMs.lookup;
    return new Job(request, handler, deadlineMs, (state) => events.emit(state, { id, at: now() }));
  }

  #announce({ request, handler }: Job): void {
    const { id, person, chat } = request;
    const { id: personId, languageCode } = person;
    const what = { id, person: personId, chat: chat.id, handler: handler.name, languageCode, at: now() };
    this.#options.events.emit('accepted', what);
  }

  async #work(entry: Entry, job: Job): Promise<boolean> {
    const { caller, crowds, stores, toolbox, log } = this.#options;
    const { request, handler } = job;
    const tools = toolbox(job, await this.#speaker.languageFor(request));
    const answer = this.#prepare(entry, job, tools);
    const run = () => this.#perform(entry, job, tools);
    if (isSlow(handler)) {
      if (entry.isLeftOver && job.dueAt > now()) job.say(tools.t('progress-restarted'));
      answer.begin();
      await this.#presses.answerFirst(pressOf(request), () => {
        if (!entry.isLeftOver && job.progressId === undefined) job.stop('forgotten');
      });
    }
    const result = await run();
    if (!isSlow(handler)) void this.#presses.answer(pressOf(request), result.reply?.toast);
    using _answer = isSlow(handler) ? crowds.enter(request) : undefined;
    const ending = await deliver({ job, tools, answer, again: run }, result, {
      caller,
      stores,
      busy: this.#busy,
      log,
    });
    if (!ending) return false;
    this.#end(job, ending);
    return true;
  }

  #end({ request, handler, waitMs }: Job, ending: Ending): void {
    const at = now();
    const totalMs = at - request.acceptedAt;
    this.#options.events.emit('ended', {
      id: request.id,
      handler: handler.name,
      ending,
      waitMs,
      totalMs,
      at,
    });
  }

  #prepare(entry: Entry, job: Job, { t }: Tools): Answer {
    const { caller, inbox, everywhere, log } = this.#options;
    return new Answer({
      caller,
      uploads: this.#uploads,
      job,
      t,
      log,
      mayShow: () => inbox.isSure,
      untilOurs: untilOurs(inbox, entry),
      onProgressMessage: (progressId) => this.#note(entry, { progressId }),
      onAnswer: (answerId) => this.#note(entry, { answerId }),
      onShutOut: () => everywhere.stopChat(job.request.chat.id, 'blocked'),
    });
  }

  /** What cannot be written now goes with the next mark, and keeps nobody from an answer. */
  #note({ update }: Entry, note: Note): void {
    this.#options.inbox
      .note(update.update_id, note)
      .catch((error: unknown) => this.#options.log.error({ err: error }, 'message was not noted'));
  }

  async #perform(entry: Entry, job: Job, tools: Tools): Promise<Result> {
    const { request, handler } = job;
    if (handler.needs === 'link' && request.links.length === 0 && request.input === '') {
      return { ending: 'answered', reply: { words: { text: tools.t(`${handler.name}-ask`) }, asks: true } };
    }
    if (isSlow(handler) && entry.isLeftOver && job.dueAt <= now()) return tooLate(job, tools);
    if (this.#suspects.isOne(entry)) return this.#performWatched(entry, job, tools);
    return this.#run(job, tools);
  }

  async #performWatched(entry: Entry, job: Job, tools: Tools): Promise<Result> {
    try {
      await this.#suspects.enter(entry, job);
      return await this.#run(job, tools);
    } catch (error) {
      if (!job.signal.aborted) throw error;
      return fallback(job.signal.reason, job, tools);
    }
  }

  async #run(job: Job, tools: Tools): Promise<Result> {
    const { request, handler } = job;
    if (!isSlow(handler)) return performAtOnce(job, tools);
    return perform(job, tools, (run) => {
      this.#options.log.warn(
        { request: request.id, handler: handler.name },
        'handler does not obey its signal',
      );
      job.resources.defer(async () => void (await Promise.allSettled([run])));
    });
  }
}
