// A file for a person: what is offered is known before the body is taken, then it goes to disk piece by piece.

import { UserError } from '../errors.ts';
import type { TempFile } from '../store/temp-files.ts';
import { detectKind, kindOfText } from './file-kind.ts';
import type { FileKind } from './file-kind.ts';
import { nameAsFound, nameFile } from './file-name.ts';
import { fail, tooLarge } from './failure.ts';
import { FileWriter } from './file-writer.ts';
import { takeBody } from './resume.ts';
import type { Beginning } from './resume.ts';
import { readSize, readType, readValidator } from './response-facts.ts';
import type { OpenOptions, Web, WebResponse } from './web.ts';

/** First bytes of a file that are looked at to know what it is. */
const headBytes = 4_100;

/** How a download is asked for. */
export interface DownloadOptions extends Pick<OpenOptions, 'signal' | 'enterHost'> {
  /** The largest file that is taken, in bytes. */
  maxBytes: number;
  /** Milliseconds before a broken download is first taken up again (250); they double with every try. */
  pauseMs?: number;
}

/** A file that a server is ready to send. Disposing it closes the connection. */
export interface Offer extends AsyncDisposable {
  /** Where the redirects ended. */
  url: URL;
  /** The file's own name, cleaned. */
  name: string;
  /** The media type that the server declares. */
  type: string | undefined;
  /** Bytes promised. */
  size: number | undefined;
  /** What tells this version from others (RFC 9110 §8.8): a strong ETag, else a Last-Modified that is strong. */
  validator: string | undefined;
  /**
   * Writes the file; resumes after a broken connection. Rejects with `UserError` (`error-too-large`, `error-cut-short`,
   * `error-empty`, `error-disk-full`, …) or the signal's reason; the connection is closed either way. Works once.
   */
  take(file: TempFile, options: TakeOptions): Promise<Taken>;
}

/** How the body of an offer is taken. */
export interface TakeOptions {
  signal: AbortSignal;
  /** Called after each piece with the bytes there are and the bytes promised. */
  onProgress?: (have: number, want: number | undefined) => void;
  /** Tells a file by the signature it begins with, outside this process; by default it is looked for in here. */
  detect?: Detect | undefined;
}

/** Finds out what a file is that begins with `head`; undefined when it has no signature. */
export type Detect = (head: Uint8Array, options: { signal: AbortSignal }) => Promise<FileKind | undefined>;

/** A file on disk. */
export interface Taken {
  path: string;
  /** The offered name, with the extension of what the file really is. */
  name: string;
  /** Bytes. */
  size: number;
  type: string | undefined;
}

/**
 * Asks for a file and resolves when its headers are in. Rejects with `UserError`: `error-status`, `error-too-large`,
 * `error-empty` and all that `Web.open` rejects with; or with the signal's reason.
 */
export async function offerDownload(web: Web, address: URL, options: DownloadOptions): Promise<Offer> {
  const { signal, enterHost } = options;
  const response = await web.open(address, { signal, enterHost, acceptEncoding: false });
  try {
    return describe(web, response, options);
  } catch (error) {
    await response[Symbol.asyncDispose]();
    throw error;
  }
}

function describe(web: Web, response: WebResponse, options: DownloadOptions): Offer {
  const { url, status, headers } = response;
  const { maxBytes } = options;
  if (status < 200 || status > 299 || status === 206)
    throw new UserError('error-status', { status, host: url.hostname });
  const { wireSize, size } = readSize(headers);
  if (wireSize !== undefined && wireSize > maxBytes) throw tooLarge(wireSize, maxBytes);
  if (wireSize === 0 || status === 204 || status === 205)
    throw new UserError('error-empty', { host: url.hostname });
  const type = readType(headers);
  const offer = {
    url,
    name: nameFile(url, headers['content-disposition'], type),
    type,
    size,
    validator: readValidator(headers),
  };
  return {
    ...offer,
    take: (file, { signal, onProgress, detect }) => {
      const both = AbortSignal.any([options.signal, signal]);
      return take({ ...options, ...offer, web, response, signal: both, onProgress }, file, detect);
    },
    [Symbol.asyncDispose]: () => response[Symbol.asyncDispose](),
  };
}

async function take(
  source: Beginning & Pick<Offer, 'name' | 'type'>,
  file: TempFile,
  detect?: Detect,
): Promise<Taken> {
  const { name, type, signal } = source;
  const host = source.url.hostname;
  try {
    if (source.size !== undefined) file.reserve(source.size);
    await using writer = new FileWriter(file);
    // A disk that fails stops the download just as a person does.
    await takeBody({ ...source, signal: AbortSignal.any([signal, writer.broken]) }, writer);
    const size = await writer.finish();
    if (size === 0) throw new UserError('error-empty', { host });
    const found = await (detect ? lookAtHead(file, detect, signal) : detectKind(file.handle));
    return { path: file.path, name: nameAsFound(name, found), size, type: found?.mime ?? type };
  } catch (error) {
    return fail(error, host, signal);
  } finally {
    await source.response[Symbol.asyncDispose]();
  }
}

/** What a file is; undefined when nobody can make it out: then it is what its server says. */
async function lookAtHead(
  { handle }: TempFile,
  detect: Detect,
  signal: AbortSignal,
): Promise<FileKind | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  const head = buffer.subarray(0, bytesRead);
  try {
    return (await detect(head, { signal })) ?? kindOfText(head);
  } catch {
    // What was too much for the parser, which has told the log, is no reason to keep a file from its person.
    signal.throwIfAborted();
    return undefined;
  }
}
