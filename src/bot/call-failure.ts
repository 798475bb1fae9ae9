// What a failed Bot API call means: whether it may be made again, and whether anybody is still there.

import { GrammyError, HttpError } from 'grammy';
import { UserError } from '../errors.ts';
import { PolicyError } from '../net/failure.ts';
import { UnreadableAnswerError } from './telegram-client.ts';

/** Failures of connecting: nothing was sent yet. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Milliseconds that Telegram asks to wait, if it does (Bot API, ResponseParameters.retry_after). */
export function retryAfterMs(error: unknown): number | undefined {
  if (!(error instanceof GrammyError) || error.error_code !== 429) return undefined;
  return Math.max(1, error.parameters.retry_after ?? 1) * 1000;
}

/** The supergroup that a group has become. */
export function migratedTo(error: unknown): number | undefined {
  return error instanceof GrammyError ? error.parameters.migrate_to_chat_id : undefined;
}

/** Whether Telegram takes exception to what is sent, such as an entity or a button. */
export function isContentRefused(error: unknown): boolean {
  return error instanceof GrammyError && error.error_code === 400 && !isShutOut(error);
}

/** Whether the same call could succeed a little later: Telegram or a proxy is in trouble, or the connection was. */
export function isPassing(error: unknown): boolean {
  if (error instanceof GrammyError) return error.error_code >= 500;
  if (!(error instanceof HttpError)) return false;
  const { error: cause } = error;
  return !(cause instanceof UnreadableAnswerError) || cause.status < 400 || cause.status >= 500;
}

/** Whether it is no failure of what was to be sent: Telegram is in trouble, or knows the token no more. */
export function isNotItsFault(error: unknown): boolean {
  return isPassing(error) || (error instanceof GrammyError && error.error_code === 401);
}

/**
 * Whether Telegram may have carried a failed call out. It has not when it said so, when a proxy before it turned the
 * call away, or when no connection came about; a gateway's time-out, a broken connection and silence leave it open.
 */
export function mayHaveArrived(error: unknown): boolean {
  if (error instanceof GrammyError) return false;
  const cause = error instanceof HttpError ? error.error : error;
  if (cause instanceof UnreadableAnswerError) return cause.status < 400 || cause.status === 504;
  return !failedToConnect(cause);
}

function failedToConnect(cause: unknown): boolean {
  if (cause instanceof UserError || cause instanceof PolicyError || cause instanceof AggregateError)
    return true;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return neverConnected.has(code) || code.startsWith('ERR_TLS') || code.startsWith('CERT_');
}

/** Whether the chat is closed to the bot: it was blocked, removed, or the person is gone (Bot API, 403). */
export function isShutOut(error: unknown): boolean {
  if (!(error instanceof GrammyError)) return false;
  return error.error_code === 403 || /chat not found/.test(error.description);
}

/** Whether the message to be edited is gone, or is not the bot's to edit any more. */
export function isEditImpossible(error: unknown): boolean {
  if (!(error instanceof GrammyError) || error.error_code !== 400) return false;
  return /message to edit not found|message can't be edited|MESSAGE_ID_INVALID/.test(error.description);
}

/** Whether an edit would change nothing, which is as good as done. */
export function isUnchanged(error: unknown): boolean {
  return error instanceof GrammyError && /message is not modified/.test(error.description);
}

/** Whether a button was pressed so long ago that Telegram takes no answer to it (Bot API, answerCallbackQuery). */
export function isPressForgotten(error: unknown): boolean {
  return error instanceof GrammyError && /query is too old|query ID is invalid/.test(error.description);
}

/** Whether a file id is not, or no longer, known to Telegram. */
export function isStaleFileId(error: unknown): boolean {
  return (
    error instanceof GrammyError &&
    /wrong file.?identifier|wrong remote file|file reference/i.test(error.description)
  );
}

/** Whether a file was too large for the Bot API server. */
export function isTooLargeToSend(error: unknown): boolean {
  if (error instanceof GrammyError)
    return error.error_code === 413 || /too large|too big/i.test(error.description);
  return (
    error instanceof HttpError && error.error instanceof UnreadableAnswerError && error.error.status === 413
  );
}
