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

/** What makes the press of a button the same as another. */
export type Press = Pick<Request, 'id' | 'chat' | 'tap' | 'handler' | 'input'>;

/** Work on a question that was edited; it has been told to stop. */
export interface Replaced {
  /** Resolves when it is over, with its progress message, for the next one to go on with. */
  readonly ended: Promise<number | undefined>;
}

export class Jobs {
  readonly #all = new Map<string, Job>();

  get size(): number {
    return this.#all.size;
  }

  /** Lists a job until what is returned is disposed of. */
  add(job: Job): Disposable {
    this.#all.set(job.request.id, job);
    return { [Symbol.dispose]: () => void this.#all.delete(job.request.id) };
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

  /** The newest job that answers a message, if it is still at it. */
  answering({ chatId, messageId }: Place): Job | undefined {
    return this.#where(({ request }) => request.chat.id === chatId && request.messageId === messageId).at(-1);
  }

  /** Ends the work on a question that was edited, if it is still worked on. */
  replace(place: Place): Replaced | undefined {
    const old = this.answering(place);
    if (!old) return undefined;
    old.stop('edited');
    return { ended: old.ended.then(() => old.progressId) };
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

  #where(test: (job: Job) => boolean): Job[] {
    return [...this.#all.values()].filter(test);
  }
}
