// What reaches jobs wherever they are worked on: in this process, or in every instance that shares the database.
//
// Each instance knows its own jobs only. What concerns others is asked of all, and whoever has the job decides there
// whether the asker may see or stop it. An instance that does not answer within a second counts as having nothing.

import type { JobView } from '../handler.ts';
import { plainWords } from '../parse/plain-words.ts';
import type { Job, StopCause } from './job.ts';
import { ageOf } from './jobs.ts';
import type { Asker, Edit, Jobs, Press, Replaced, Replacement } from './jobs.ts';
import { Questions } from './questions.ts';
import type { QuestionsOptions } from './questions.ts';

/** Ids are the numbers of updates in base 36; whatever is longer is none. */
const maxIdLength = 12;
/** What another instance gets to see of what a job is about: in UTF-16 units, and in graphemes of what is longer. */
const maxSubjectLength = 400;
const maxGraphemes = 100;
/** How long the end of work that was told to stop is waited for, in milliseconds. */
const endWithinMs = 10_000;

/** All jobs. What this process has is looked at before anything is waited for. */
export interface Everywhere {
  /** What somebody may see of their jobs where they ask, oldest first. */
  visibleTo(asker: Asker): Promise<JobView[]>;
  /** Cancels all that the asker may see, or the one of this id if it is theirs to cancel; resolves with how many. */
  cancel(asker: Asker, id?: string): Promise<number>;
  /**
   * Ends the work on a question that was edited; resolves with nothing when it is not worked on. The edit's own job is
   * listed before, as a candidate.
   */
  replace(edit: Edit): Promise<Replacement>;
  /** Whether a job that is listed has to give way to one that an earlier press of the same button has started. */
  isTappedFor(job: Job): Promise<boolean>;
  /** Stops what a chat asked for, without waiting for its end. */
  stopChat(chatId: number, cause: StopCause): void;
}

/** Reaches the jobs of this process, which has no others beside it. */
export function hereOnly(jobs: Jobs): Everywhere {
  return {
    visibleTo: async (asker) => jobs.visibleTo(asker).map((job) => job.view()),
    cancel: async (asker, id) => jobs.cancel(asker, id),
    replace: async (edit) => jobs.replace(edit),
    isTappedFor: async ({ request }) => jobs.isTappedFor(request),
    stopChat: (chatId, cause) => jobs.stopChat(chatId, cause),
  };
}

/** Reaches the jobs of all instances, and answers the others for this one until it is disposed of. */
export function createEverywhere(
  options: Omit<QuestionsOptions, 'answers'> & { jobs: Jobs },
): Everywhere & Disposable {
  return new AllInstances(options);
}

/** What an instance knows of a question that was edited. */
interface Found {
  readonly instance: string;
  readonly isOutdated: boolean;
  /** What the work on it as it was before shows, if there is any. */
  readonly replaced?: { readonly progressId?: number };
}

/** Whether a job may go on that another press of the same button may have started too. */
interface Contest {
  /** Whether all instances were asked. */
  isOver: boolean;
  /** Whether it gives way. */
  isBeaten: boolean;
}

class AllInstances implements Everywhere, Disposable {
  readonly #jobs: Jobs;
  readonly #questions: Questions;
  readonly #contests = new WeakMap<Job, Contest>();

  constructor({ jobs, ...options }: Omit<QuestionsOptions, 'answers'> & { jobs: Jobs }) {
    const { id: instance } = options.instances;
    this.#jobs = jobs;
    this.#questions = new Questions({
      ...options,
      answers: {
        visible: (asker: Asker): JobView[] => jobs.visibleTo(asker).map(brief),
        cancel: ({ asker, id }: { asker: Asker; id?: string }): number[] => [jobs.cancel(asker, id)],
        answering(edit: Edit): Found[] {
          const isOutdated = jobs.isOutdated(edit);
          const old = isOutdated ? undefined : jobs.replacedBy(edit).at(-1);
          if (!isOutdated && !old) return [];
          return [{ instance, isOutdated, replaced: old && { progressId: old.progressId } }];
        },
        replace: async (edit: Edit) => [(await jobs.end(edit)) ?? null],
        press: (press: Press): boolean[] => [this.#hasPrecedence(press)],
        stopChat: ({ chatId, cause }: { chatId: number; cause: StopCause }): [] => {
          jobs.stopChat(chatId, cause);
          return [];
        },
      },
    });
  }

  async visibleTo({ person, chat }: Asker): Promise<JobView[]> {
    const mine = this.#jobs.visibleTo({ person, chat }).map((job) => job.view());
    const theirs = await this.#questions.ask<JobView>('visible', { person, chat });
    return [...mine, ...theirs].toSorted((a, b) => ageOf(a) - ageOf(b));
  }

  async cancel({ person, chat }: Asker, id?: string): Promise<number> {
    const here = this.#jobs.cancel({ person, chat }, id);
    const isOver = id !== undefined && (here > 0 || id.length > maxIdLength);
    if (isOver) return here;
    const about = { asker: { person, chat }, id };
    const isEnough = (counts: readonly number[]) => id !== undefined && counts.some((count) => count > 0);
    const there = await this.#questions.ask<number>('cancel', about, { isEnough });
    return there.reduce((sum, count) => sum + count, here);
  }

  async replace(edit: Edit): Promise<Replacement> {
    if (this.#jobs.isOutdated(edit)) return 'outdated';
    // Asked first, stopped then: what is stopped by one that gives way in the end would be lost.
    const isEnough = (answers: readonly Found[]) => answers.some(({ isOutdated }) => isOutdated);
    const found = await this.#questions.ask<Found>('answering', edit, { isEnough });
    if (isEnough(found) || this.#jobs.isOutdated(edit)) return 'outdated';
    const elsewhere = found.map((one): Replaced => ({ ended: this.#end(one, edit) }));
    return this.#jobs.replace(edit, { elsewhere });
  }

  async isTappedFor(job: Job): Promise<boolean> {
    const { id, chat, tap, handler, input } = job.request;
    const press = { id, chat, tap, handler, input };
    if (!tap) return false;
    if (this.#jobs.isTappedFor(press)) return true;
    const contest: Contest = { isOver: false, isBeaten: false };
    this.#contests.set(job, contest);
    const isEnough = (answers: readonly boolean[]) => answers.includes(true);
    const answers = await this.#questions.ask<boolean>('press', press, { isEnough });
    contest.isOver = true;
    contest.isBeaten ||= isEnough(answers);
    return contest.isBeaten;
  }

  stopChat(chatId: number, cause: StopCause): void {
    this.#jobs.stopChat(chatId, cause);
    void this.#questions.ask('stopChat', { chatId, cause });
  }

  [Symbol.dispose](): void {
    this.#questions[Symbol.dispose]();
  }

  async #end({ instance, replaced }: Found, edit: Edit): Promise<number | undefined> {
    const options = { to: instance, withinMs: endWithinMs };
    const [ended] = await this.#questions.ask<number | null>('replace', edit, options);
    return ended ?? replaced?.progressId;
  }

  /** Whether a job here goes before another instance's: it runs, or it was pressed for earlier. Else it gives way. */
  #hasPrecedence(press: Press): boolean {
    for (const rival of this.#jobs.rivalsOf(press)) {
      const contest = this.#contests.get(rival);
      if (contest?.isBeaten) continue;
      if (!contest || contest.isOver || ageOf(rival.request) < ageOf(press)) return true;
      contest.isBeaten = true;
    }
    return false;
  }
}

function brief(job: Job): JobView {
  const view = job.view();
  if (view.subject.length <= maxSubjectLength) return view;
  return { ...view, subject: plainWords(view.subject, maxGraphemes) };
}
