// All requests that are worked on in this process: found by id, by person, by message, and stopped from there.

import { isSlow } from '../handler.ts';
import type { Request } from '../handler.ts';
import type { Job, StopCause } from './job.ts';

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
  visibleTo({ person, chat }: Request): Job[] {
    return this.of(person.id).filter(({ request }) => chat.isPrivate || request.chat.id === chat.id);
  }

  /**
   * The job of this id, if it is the asker's to cancel: their own, or one that was asked for in the name of the group
   * they are in, since Telegram does not tell which admin that was.
   */
  cancellableBy({ person, chat }: Request, id: string): Job[] {
    return this.#where(({ request, handler }) => {
      const isTheirs = request.person.id === person.id;
      const isTheGroups = request.person.id === chat.id && request.chat.id === chat.id;
      return request.id === id && isSlow(handler) && (isTheirs || isTheGroups);
    });
  }

  /** The newest job that answers a message, if it is still at it. */
  answering(chatId: number, messageId: number): Job | undefined {
    return this.#where(({ request }) => request.chat.id === chatId && request.messageId === messageId).at(-1);
  }

  /** Whether a button that was pressed again is being worked for already. */
  isTappedFor({ chat, tap, handler, input }: Request): boolean {
    if (!tap) return false;
    return this.#where(
      ({ request }) =>
        request.chat.id === chat.id &&
        request.tap?.messageId === tap.messageId &&
        request.handler === handler &&
        request.input === input,
    ).some((job) => !job.signal.aborted);
  }

  /** Stops what a chat asked for; used when the bot was shut out of it. */
  stopChat(chatId: number, cause: StopCause): void {
    for (const job of this.#where(({ request }) => request.chat.id === chatId)) job.stop(cause);
  }

  stopAll(cause: StopCause): void {
    for (const job of this.#all.values()) job.stop(cause);
  }

  #where(test: (job: Job) => boolean): Job[] {
    return [...this.#all.values()].filter(test);
  }
}
