// Failures whose words may reach a person; every other error is logged and shown as an id only.

/** Values that fill a text in `locales/`. Strings from outside are cleaned before they come here. */
export type Vars = Record<string, string | number>;

/**
 * A failure that the person can understand and act on.
 * `key` names a text in `locales/` (`error-…`), `vars` fill it; `cause` is for the log.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly key: string;
  readonly vars: Vars;

  constructor(key: string, vars: Vars = {}, options?: ErrorOptions) {
    super(`${key}: ${JSON.stringify(vars)}`, options);
    this.key = key;
    this.vars = vars;
  }
}

/** Whether `error` is the platform's way of saying that a deadline has passed. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

/** Whether `error` is the platform's way of saying that somebody stopped the work. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
