// What is not worked on, and says so: what failed on every try, and what was asked too long ago.

import type { Logger } from 'pino';
import { now } from '../async/clock.ts';
import type { Request, Words } from '../handler.ts';
import type { Entry, Inbox } from '../work/inbox.ts';
import { isNotItsFault, isShutOut } from './call-failure.ts';
import type { Caller } from './caller.ts';
import { putWords } from './send-reply.ts';
import type { Speaker } from './speaker.ts';
import { telegramAheadMs } from './telegram-clock.ts';
import { untilOurs } from './still-ours.ts';

/** Older updates are not worked on; a chat is told once in this time. In milliseconds. */
const tooOldMs = 60 * 60 * 1000;
/** Telegram's first year: an earlier date is none. */
const firstDateMs = Date.UTC(2013);

/**
 * Whether nobody waits for it any more: Telegram keeps updates for a day while nobody fetches them. What is dated by
 * Telegram is judged by its clock, which is ahead of ours by so many milliseconds.
 */
export function isTooOld({ update, acceptedAt, note }: Entry, aheadMs = 0): boolean {
  const { message, edited_message: edited } = update;
  const sentAt = (message?.date ?? edited?.edit_date ?? 0) * 1000;
  const cameTooLate = !note.isRetried && sentAt >= firstDateMs && acceptedAt + aheadMs - sentAt > tooOldMs;
  return cameTooLate || now() - acceptedAt > tooOldMs;
}

export interface NotDoneOptions {
  caller: Caller;
  inbox: Inbox;
  speaker: Speaker;
  log: Logger;
}

export class NotDone {
  readonly #options: NotDoneOptions;
  /** When each chat was told that the bot was away, the longest ago first. */
  readonly #told = new Map<number, number>();

  #hasWarned = false;

  constructor(options: NotDoneOptions) {
    this.#options = options;
  }

  /** Whether nobody waits for it any more, also where this computer's clock is wrong. */
  isTooOld(entry: Entry): boolean {
    const aheadMs = telegramAheadMs();
    if (aheadMs !== 0 && !this.#hasWarned) {
      const minutes = Math.round(Math.abs(aheadMs) / 60_000);
      const side = aheadMs > 0 ? 'slow' : 'fast';
      this.#options.log.warn({ aheadMs }, `the clock of this computer is wrong: ${minutes} minutes ${side}`);
      this.#hasWarned = true;
    }
    return isTooOld(entry, aheadMs);
  }

  /** Gives an update up that failed on every try. Rejects when Telegram cannot be reached. */
  async bury(entry: Entry, request: Request): Promise<void> {
    const { update, note, failures } = entry;
    const { caller, inbox, speaker, log } = this.#options;
    log.error({ request: request.id, handler: request.handler }, 'buried: every try failed');
    const words = { text: await speaker.say(request, 'error-buried', { id: request.id }) };
    try {
      await putWords(caller, request, note.progressId, { words }, { untilOurs: untilOurs(inbox, entry) });
    } catch (error) {
      if (isNotItsFault(error)) throw error;
      log.error({ request: request.id, err: error }, 'nobody was told');
    }
    const reason =
      failures > 0 ? `${failures} tries have failed` : 'it has ended the process again and again';
    await inbox.bury(update.update_id, reason);
  }

  /**
   * Says that the bot was away, once for all that was asked in a chat, and in the place of whatever progress was shown.
   * Presses and edits without any are dropped.
   */
  async sayAway({ update, note }: Entry, request: Request): Promise<void> {
    const isShown = note.progressId !== undefined;
    if (!isShown && (!update.message || this.#isTold(request.chat.id))) return;
    this.#told.set(request.chat.id, now());
    const words: Words = { text: await this.#options.speaker.say(request, 'away') };
    try {
      await putWords(this.#options.caller, request, note.progressId, { words }, {});
    } catch (error) {
      if (isShutOut(error)) return;
      this.#told.delete(request.chat.id);
      throw error;
    }
  }

  #isTold(chatId: number): boolean {
    for (const [id, at] of this.#told) {
      if (now() - at < tooOldMs) break;
      this.#told.delete(id);
    }
    return this.#told.has(chatId);
  }
}
