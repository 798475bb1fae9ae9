// What is sent back for a call.

import type { ServerResponse } from 'node:http';
import { BotError, describeError } from './bot-error.ts';

/** A body with its status, or what happens instead of an answer. */
export type Answer =
  | { status: number; body: string; type: string; retryAfterS?: number | undefined }
  | 'hang'
  | 'drop';

const json = 'application/json';

/** A result that the answer says something about in its `description`. */
export class Remarked {
  readonly result: unknown;
  readonly remark: string;

  constructor(result: unknown, remark: string) {
    this.result = result;
    this.remark = remark;
  }
}

/** The answer that carries `result`. */
export function success(result: unknown): Answer {
  const body =
    result instanceof Remarked
      ? JSON.stringify({ ok: true, result: result.result, description: result.remark })
      : `{"ok":true,"result":${JSON.stringify(result)}}`;
  return { status: 200, body, type: json };
}

/** The answer that says what went wrong; anything but a `BotError` is an internal error. */
export function failure(error: unknown): Answer {
  const known =
    error instanceof BotError
      ? error
      : new BotError(500, `Internal Server Error: ${(error as Error).message}`);
  const retryAfterS = known.parameters?.retry_after;
  return { status: known.status, body: JSON.stringify(describeError(known)), type: json, retryAfterS };
}

/** A page as a proxy in front of the server sends it. */
export function page(status: number, html: string): Answer {
  return { status, body: html, type: 'text/html' };
}

/** Sends `answer`, which is a body. */
export function send(response: ServerResponse, answer: Exclude<Answer, string>): void {
  const { status, body, type, retryAfterS } = answer;
  if (retryAfterS !== undefined) response.setHeader('retry-after', retryAfterS);
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
