// What went wrong, in a person's words and in their language.

import { BusyError } from '../async/fair-semaphore.ts';
import { UserError, isAbort, isTimeout } from '../errors.ts';
import type { Vars } from '../errors.ts';
import type { Translate } from '../handler.ts';
import { inertWords, showHost } from '../parse/plain-words.ts';

/** What asking again would not change. */
const lasting = new Set([
  'error-not-a-link',
  'error-scheme',
  'error-userinfo',
  'error-port',
  'error-private',
  'error-too-large',
  'error-empty',
  'error-forgotten',
  'error-language',
  'error-link-too-long',
]);

/** Whether the same request could succeed a little later. */
export function isWorthAnotherTry(error: unknown): boolean {
  return !(error instanceof UserError && lasting.has(error.key));
}

/** What the words depend on. */
export interface ExplainOptions {
  t: Translate;
  /** Of the request. */
  id: string;
  deadlineMs: number;
  /** Whether the work only waited for a slot and never began. */
  onlyWaited: boolean;
  report: (error: unknown) => void;
}

/**
 * The words for a failure. What is unexpected is handed to `report`, and the person gets the request's id, which an
 * admin finds in the log.
 */
export function explain(error: unknown, { t, id, deadlineMs, onlyWaited, report }: ExplainOptions): string {
  if (error instanceof UserError) return t(error.key, shown(error.vars));
  if (error instanceof BusyError) return t(`error-busy-${error.full}`, { waiting: error.waiting });
  if (isTimeout(error)) {
    const key = onlyWaited ? 'error-deadline-waiting' : 'error-deadline';
    return t(key, { seconds: Math.round(deadlineMs / 1000) });
  }
  if (isAbort(error)) return t('cancelled');
  report(error);
  return t('error-unexpected', { id });
}

/** The values of a failure as people see them: hosts and schemes are strangers' words. */
function shown(vars: Vars): Vars {
  const show = (name: string, value: string) => (name === 'host' ? showHost(value) : inertWords(value));
  return Object.fromEntries(
    Object.entries(vars).map(([name, value]) => [
      name,
      typeof value === 'string' ? show(name, value) : value,
    ]),
  );
}
