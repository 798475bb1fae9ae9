// All requests that are worked on in this process: found by id, by person, by message, and stopped from there.

import { isSlow } from '../handler.ts';
import type { Request } from '../handler.ts';
import type { Job, StopCause } from './job.ts';

/** Who asks for jobs, and where. */
export type Asker = Pick<Request, 'person' | 'chat'>;

/** Where a question stands. */
export interface Place {
  readonly chatId: number;
  readonly messageId: number;
}

/** The edit of a question. */
export interface Edit extends Place {
  /** Its request's id. */
  readonly id: string;
}

/** What makes the press of a button the same as another. */
export type Press = Pick<Request, 'id' | 'chat' | 'tap' | 'handler' | 'input'>;

/** Work on a question that was edited; it has been told to stop. `'outdated'` when a later edit is worked on instead. */
export type Replacement = Replaced | 'outdated' | undefined;

/** Work that has been told to stop. */
export interface Replaced {
  /** Resolves when it is over, with its progress message, for the next one to go on with. */
  readonly ended: Promise<number | undefined>;
}

export class Jobs {
  readonly #all = new Map<string, Job>();
  /** Edits of which nobody knows yet whether they replace anything; `isBeaten` by a later one. */
  readonly #candidates = new Map<string, { isBeaten: boolean }>();

  get size(): number {
    return this.#all.size;
  }

  /** Lists a job until what is returned is disposed of; a candidate becomes one of them when it replaces another. */
  add(job: Job, { isCandidate = false } = {}): Disposable {
    const { id } = job.request;
    this.#all.set(id, job);
    if (isCandidate) this.#candidates.set(id, { isBeaten: false });
    return {
      [Symbol.dispose]: () => {
        this.#all.delete(id);
        this.#candidates.delete(id);
      },
    };
  }

  /** A person's jobs that can be seen and cancelled, oldest first: control and settings are over in a moment. */
  of(personId: number): Job[] {
    return this.#where(({ request, handler }) => request.person.id === personId && isSlow(handler));
  }

  /** What somebody may see of their jobs where they ask: in a group, only those of the group. */
  visibleTo({ person, chat }: Asker): Job[] {
    return this.of(person.id).filter(({ request }) => chat.isPrivate || request.chat.id === chat.id);
  }

  /** Cancels all that the asker may see, or the one of this id if it is theirs to cancel; returns how many. */
  cancel(asker: Asker, id?: string): number {
    const found = id === undefined ? this.visibleTo(asker) : this.#cancellableBy(asker, id);
    for (const job of found) job.stop('person');
    return found.length;
  }

  /** The jobs that an edit replaces, oldest first. Earlier candidates have to give way from now on. */
  replacedBy(edit: Edit): Job[] {
    const earlier = this.#answering(edit).filter(({ request }) => !isLater(request, edit));
    for (const { request } of earlier) {
      const candidate = this.#candidates.get(request.id);
      if (candidate) candidate.isBeaten = true;
    }
    return earlier.filter(({ request }) => !this.#candidates.has(request.id));
  }

  /** Whether a later edit of the same question is worked on, or was while this one was a candidate. */
  isOutdated(edit: Edit): boolean {
    const isBeaten = this.#candidates.get(edit.id)?.isBeaten ?? false;
    return isBeaten || this.#answering(edit).some(({ request }) => isLater(request, edit));
  }

  /** Ends the work on a question that was edited, if it is still worked on here or `elsewhere`. */
  replace(edit: Edit, { elsewhere = [] }: { elsewhere?: readonly Replaced[] } = {}): Replacement {
    if (this.isOutdated(edit)) return 'outdated';
    const here = this.replacedBy(edit).map((old) => stopForEdit(old));
    const all = [...elsewhere, ...here];
    if (all.length === 0) return undefined;
    this.#candidates.delete(edit.id);
    return { ended: lastOf(all) };
  }

  /** Ends the work that an edit replaces, whatever is worked on since. */
  end(edit: Edit): Promise<number | undefined> {
    return lastOf(this.replacedBy(edit).map((old) => stopForEdit(old)));
  }

  /** The jobs that another press of the same button has started and that still go on. */
  rivalsOf({ id, chat, tap, handler, input }: Press): Job[] {
    if (!tap) return [];
    return this.#where(
      ({ request }) =>
        request.id !== id &&
        request.chat.id === chat.id &&
        request.tap?.messageId === tap.messageId &&
        request.handler === handler &&
        request.input === input,
    ).filter((job) => !job.signal.aborted);
  }

  /** Whether a button that was pressed again is being worked for already. */
  isTappedFor(press: Press): boolean {
    return this.rivalsOf(press).length > 0;
  }

  /** Stops what a chat asked for; used when the bot was shut out of it. */
  stopChat(chatId: number, cause: StopCause): void {
    for (const job of this.#where(({ request }) => request.chat.id === chatId)) job.stop(cause);
  }

  stopAll(cause: StopCause): void {
    for (const job of this.#all.values()) job.stop(cause);
  }

  /** One's own, or one that was asked for in the name of the group: Telegram does not tell which admin that was. */
  #cancellableBy({ person, chat }: Asker, id: string): Job[] {
    return this.#where(({ request, handler }) => {
      const isTheirs = request.person.id === person.id;
      const isTheGroups = request.person.id === chat.id && request.chat.id === chat.id;
      return request.id === id && isSlow(handler) && (isTheirs || isTheGroups);
    });
  }

  #answering({ id, chatId, messageId }: Edit): Job[] {
    const found = this.#where(
      ({ request }) => request.id !== id && request.chat.id === chatId && request.messageId === messageId,
    );
    return found.toSorted((a, b) => ageOf(a.request) - ageOf(b.request));
  }

  #where(test: (job: Job) => boolean): Job[] {
    return [...this.#all.values()].filter(test);
  }
}

/** Rises with the time of asking, as the numbers of updates do. */
export function ageOf({ id }: { readonly id: string }): number {
  return Number.parseInt(id, 36);
}

/** A press works on what was asked before, so it is replaced by any edit. */
function isLater(request: Request, edit: Edit): boolean {
  return !request.tap && ageOf(request) > ageOf(edit);
}

function stopForEdit(job: Job): Replaced {
  job.stop('edited');
  return { ended: job.ended.then(() => job.progressId) };
}

/** Waits for all; the last that shows its progress has gone on with that of the ones before. */
async function lastOf(replaced: readonly Replaced[]): Promise<number | undefined> {
  const progressIds = await Promise.all(replaced.map(({ ended }) => ended));
  return progressIds.findLast((id) => id !== undefined);
}
