// A body that survives broken connections: what is missing is asked for again, only if it is still the same file.

import { sleep } from '../async/sleep.ts';
import { UserError } from '../errors.ts';
import { describeFailure, LimitError, tooLarge } from './failure.ts';
import type { FileWriter } from './file-writer.ts';
import { codingOf, readContentRange, readSize, readValidator } from './response-facts.ts';
import { unpack } from './unpack.ts';
import type { OpenOptions, Web, WebResponse } from './web.ts';

/** A file that a server has begun to send, and how to ask for it again. */
export interface Beginning extends Pick<OpenOptions, 'signal' | 'enterHost'> {
  web: Web;
  url: URL;
  /** The answer that is being taken; replaced when the file is asked for again. */
  response: WebResponse;
  /** Bytes promised. */
  size: number | undefined;
  validator: string | undefined;
  maxBytes: number;
  /** Milliseconds before the file is first asked for again; they double with every try. */
  pauseMs?: number | undefined;
  /** Called after each piece with the bytes there are and the bytes promised. */
  onProgress?: ((have: number, want: number | undefined) => void) | undefined;
}

const maxTries = 5;
const defaultPauseMs = 250;

/** Failures of the connection, after which asking again may help. */
const passing = new Set([
  'error-broken',
  'error-refused',
  'error-unreachable',
  'error-no-answer',
  'error-dns',
]);

/**
 * Writes the whole body. After a break it asks for the rest, up to 5 times with growing pauses.
 * Rejects with `UserError`: `error-cut-short` when the file never got whole, `error-too-large`, `error-unpack`,
 * `error-disk-full`; or with the signal's reason.
 */
export async function takeBody(source: Beginning, writer: FileWriter): Promise<void> {
  const { signal, pauseMs = defaultPauseMs } = source;
  const host = source.url.hostname;
  for (let tries = 0; ; tries++) {
    try {
      if (tries > 0) await askAgain(source, writer);
      return await pour(source, writer);
    } catch (error) {
      signal.throwIfAborted();
      const failure = describeFailure(error, host);
      if (!passing.has(failure.key)) throw failure;
      if (tries === maxTries) throw new UserError('error-cut-short', { host }, { cause: failure });
    } finally {
      await source.response[Symbol.asyncDispose]();
    }
    await sleep(pauseMs * 2 ** tries, { signal });
  }
}

async function pour(source: Beginning, writer: FileWriter): Promise<void> {
  const { response, maxBytes, size, signal, onProgress } = source;
  const stop = () => response.body.destroy(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    const contentEncoding = codingOf(response.headers);
    for await (const chunk of unpack(response.body, { contentEncoding, maxBytes: maxBytes - writer.size })) {
      await writer.append(chunk);
      free(chunk);
      onProgress?.(writer.size, size);
    }
  } catch (error) {
    throw error instanceof LimitError ? tooLarge(undefined, maxBytes, { cause: error }) : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  if (size !== undefined && writer.size !== size)
    throw new UserError('error-broken', { host: source.url.hostname });
}

/**
 * Gives the memory of bytes back that nobody needs any more. If it waited to be collected, a large file would have V8
 * collect everything every 30 MB. Bytes that share their memory with others keep it.
 */
function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}

/** Asks for the rest of the file, or for all of it where the halves can't be joined safely. */
async function askAgain(source: Beginning, writer: FileWriter): Promise<void> {
  const { web, url, enterHost, validator, signal } = source;
  const canJoin =
    validator !== undefined && writer.size > 0 && codingOf(source.response.headers) === undefined;
  const headers: Record<string, string> = canJoin
    ? { range: `bytes=${writer.size}-`, 'if-range': validator }
    : {};
  source.response = await web.open(url, { signal, enterHost, headers, acceptEncoding: false });
  if (source.response.status === 200) await restart(source, writer);
  else if (!canJoin || !continues(source.response, source.size, writer.size)) throw cutShort(source);
}

async function restart(source: Beginning, writer: FileWriter): Promise<void> {
  const { headers } = source.response;
  const { wireSize, size } = readSize(headers);
  if (wireSize !== undefined && wireSize > source.maxBytes) throw tooLarge(wireSize, source.maxBytes);
  source.size = size;
  source.validator = readValidator(headers);
  await writer.restart();
}

function continues({ status, headers }: WebResponse, size: number | undefined, have: number): boolean {
  const range = readContentRange(headers);
  if (status !== 206 || range?.start !== have || codingOf(headers) !== undefined) return false;
  return size === undefined || range.total === undefined || range.total === size;
}

function cutShort({ url, response }: Beginning): UserError {
  const cause = new Error(
    `Cannot resume: the answer was ${response.status} ${response.headers['content-range'] ?? ''}`,
  );
  return new UserError('error-cut-short', { host: url.hostname }, { cause });
}
