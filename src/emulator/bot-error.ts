// The errors that the Bot API answers with, in its own words.

/** What may come with an error besides its text. */
export interface ErrorParameters {
  retry_after?: number;
  migrate_to_chat_id?: number;
}

/** A call that fails the documented way: HTTP status (the same as `error_code`), `description` and `parameters`. */
export class BotError extends Error {
  override readonly name = 'BotError';
  readonly status: number;
  readonly parameters: ErrorParameters | undefined;

  constructor(status: number, description: string, parameters?: ErrorParameters) {
    super(description);
    this.status = status;
    this.parameters = parameters;
  }
}

/** An error 400, "Bad Request: " and `text`. */
export function badRequest(text: string, parameters?: ErrorParameters): BotError {
  return new BotError(400, `Bad Request: ${text}`, parameters);
}

/** An error 403, "Forbidden: " and `text`. */
export function forbidden(text: string): BotError {
  return new BotError(403, `Forbidden: ${text}`);
}

/** An error 409, "Conflict: " and `text`. */
export function conflict(text: string): BotError {
  return new BotError(409, `Conflict: ${text}`);
}

/** An error 429 that asks to wait `seconds`. */
export function tooManyRequests(seconds: number): BotError {
  return new BotError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}

/** The answer's body for `error`. */
export function describeError(error: BotError): Record<string, unknown> {
  const body = { ok: false, error_code: error.status, description: error.message };
  return error.parameters ? { ...body, parameters: error.parameters } : body;
}
