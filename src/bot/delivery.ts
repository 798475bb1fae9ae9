// The last step of a request: its result reaches the person, whatever becomes of the first try.

import type { Logger } from 'pino';
import type { Ending } from '../events.ts';
import type { Reply, Tools } from '../handler.ts';
import { tooLarge } from '../net/failure.ts';
import { keepIfPossible } from '../store/stores.ts';
import type { Stores } from '../store/stores.ts';
import type { Job } from '../work/job.ts';
import { fallback } from '../work/perform.ts';
import type { Result } from '../work/perform.ts';
import type { Answer } from './answer.ts';
import type { BusyNotices } from './busy-notices.ts';
import { again } from './read-update.ts';
import { isShutOut, isStaleFileId, isTooLargeToSend } from './call-failure.ts';
import { UncertainError } from './caller.ts';
import type { Caller } from './caller.ts';

/** One request with all that its answer needs. */
export interface Case {
  job: Job;
  tools: Tools;
  answer: Answer;
  /** Runs the handler once more. */
  again: () => Promise<Result>;
}

export interface DeliveryOptions {
  caller: Caller;
  stores: Stores;
  busy: BusyNotices;
  log: Logger;
}

type FileReply = Reply & Required<Pick<Reply, 'file'>>;

/**
 * Brings a result to the person. Resolves with how the request ended, or with undefined when it has to stay open.
 * Rejects when Telegram cannot be reached, or refuses what is sent.
 */
export async function deliver(
  the: Case,
  result: Result,
  options: DeliveryOptions,
): Promise<Ending | undefined> {
  const { job, answer } = the;
  try {
    return await bring(the, result, options);
  } catch (error) {
    if (error instanceof UncertainError && result.ending !== 'interrupted') {
      options.log.error(
        { request: job.request.id, err: error },
        'the answer may be lost; it is not sent twice',
      );
      return result.ending;
    }
    if (job.goesOn) return undefined;
    if (!isShutOut(error)) throw error;
    options.log.info({ request: job.request.id }, 'shut out of the chat: nobody to answer');
    return 'cancelled';
  } finally {
    await answer.halt();
  }
}

async function bring(
  the: Case,
  { ending, reply }: Result,
  options: DeliveryOptions,
): Promise<Ending | undefined> {
  const { job, answer, tools } = the;
  const { caller, stores, busy } = options;
  // Without a reply the question was edited or the chat is closed: there is nobody to tell.
  if (ending === 'interrupted' || !reply) return ending === 'interrupted' ? undefined : ending;
  if (reply.file) return bringFile(the, { ...reply, file: reply.file }, options);
  if (offersAgain(reply)) await keepIfPossible(stores.asked, job.request.id, job.request, options.log);
  const { words } = reply;
  const { id: chatId } = job.request.chat;
  if (ending === 'busy' && words && (caller.isHeld(chatId) || busy.isWaiting(chatId))) {
    await answer.halt();
    if (job.progressId === undefined) {
      await busy.add(job.request, { ...reply, words }, tools.t);
      return ending;
    }
  }
  await answer.finish(reply);
  return ending;
}

async function bringFile(the: Case, reply: FileReply, options: DeliveryOptions): Promise<Ending | undefined> {
  const { job, tools, answer } = the;
  const { file } = reply;
  job.sending = true;
  try {
    await answer.finish(reply);
    return 'answered';
  } catch (error) {
    if (isShutOut(error) || error instanceof UncertainError || job.goesOn) throw error;
    if (isStaleFileId(error) && file.key && 'fileId' in file.source) {
      await options.stores.fileIds.delete(file.key);
      // Else the next run would join what is held here: the same file under the same id.
      await job.letGo();
      return await bring(the, await the.again(), options);
    }
    const cause = isTooLargeToSend(error)
      ? tooLarge(file.size, tools.limits.uploadBytes, { cause: error })
      : error;
    return await bring(the, fallback(job.signal.aborted ? job.signal.reason : cause, job, tools), options);
  } finally {
    job.sending = false;
  }
}

function offersAgain({ buttons = [] }: Reply): boolean {
  return buttons.flat().some((button) => 'call' in button && button.call.startsWith(`${again}:`));
}
