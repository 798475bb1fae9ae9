// One request and its answer: what a route is given, and the few ways to read and to answer.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';

/** What a route works with. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** What stood in the place of each `:name` of the route's path, as it was sent. */
  readonly params: Readonly<Record<string, string>>;
}

/** One address of the web server. `path` may hold `:name` in the place of a segment; HEAD is answered by GET. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  handle(exchange: Exchange): Promise<void> | void;
}

/** A failure that is the caller's doing: its `status` and message are sent. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Answers with `value` as JSON. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}

/**
 * Reads the body of `request`. Throws an `HttpError` 413 as soon as it is known to be longer than `maxBytes`; what is
 * left of it is then thrown away by node:http, so that the answer can be read.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new HttpError(413, `Cannot take the body: it is larger than ${maxBytes} bytes`);
  const promised = Number(request.headers['content-length'] ?? Number.NaN);
  if (promised > maxBytes) throw tooLarge();
  // A large body is put together where it stays, so that it is never held twice.
  const whole = promised >= 0 ? Buffer.allocUnsafe(promised) : undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop must not destroy the request: the answer goes out on the same socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('Cannot read the body: it was decoded before');
    if (length + chunk.length > maxBytes) throw tooLarge();
    if (whole) chunk.copy(whole, length);
    else chunks.push(chunk);
    length += chunk.length;
  }
  return whole ?? Buffer.concat(chunks, length);
}

/**
 * Reads the body of `request` as JSON of the given shape, at most `maxBytes` long. Throws an `HttpError` 415, 413 or 400
 * that names what is wrong.
 */
export async function readJson<T>(
  request: IncomingMessage,
  shape: z.ZodType<T>,
  { maxBytes = 64 * 1024 }: { maxBytes?: number } = {},
): Promise<T> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpError(415, 'Cannot read the body: expected content-type application/json');
  }
  return parseJson(await readBody(request, maxBytes), shape);
}

/** Parses a body as JSON of the given shape. Throws an `HttpError` 400 that names what is wrong. */
export function parseJson<T>(body: Buffer, shape: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch (cause) {
    throw new HttpError(400, 'Cannot read the body: it is no JSON', { cause });
  }
  return checkShape(value, shape, 'the body');
}

/** Gives `value` back as what `shape` makes of it, or throws an `HttpError` 400 that says what is wrong with `what`. */
export function checkShape<T>(value: unknown, shape: z.ZodType<T>, what: string): T {
  const checked = shape.safeParse(value);
  if (checked.success) return checked.data;
  const issues = checked.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter(Boolean).join(': '),
  );
  throw new HttpError(400, `Cannot read ${what}: ${issues.join('; ')}`);
}
