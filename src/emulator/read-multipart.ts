// Reads a multipart body: values into memory, files straight to disk.

import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Dicer } from '@fastify/busboy';
import type { UploadedFile } from './arguments.ts';
import { BotError, badRequest } from './bot-error.ts';
import type { FileStore } from './file-store.ts';
import { readDisposition } from './read-disposition.ts';

/** What a multipart body held. */
export interface MultipartForm {
  values: Record<string, string>;
  files: Map<string, UploadedFile>;
}

type PartHeaders = Record<string, string[] | undefined>;

const maxFileBytes = 50 << 20;
const maxValueBytes = 1 << 20;
const maxFiles = 50;
const slackBytes = 1 << 20;

/** Says nothing about a file; its name does. */
const generic = 'application/octet-stream';

/**
 * Reads the body of `request`. Rejects with 413 for a file of more than 50 MB as soon as that is known, leaving the
 * rest of the body unread, and with another error when the client leaves. Leaves no file behind when it rejects.
 */
export async function readMultipart(request: IncomingMessage, store: FileStore): Promise<MultipartForm> {
  if (Number(request.headers['content-length'] ?? 0) > maxFileBytes + slackBytes) throw tooLarge('');
  const reader = new FormReader(store);
  const parser = new Dicer({ boundary: findBoundary(request) });
  const { promise: parsed, resolve, reject } = Promise.withResolvers<void>();
  const leave = () => {
    if (!request.complete) reject(new Error('Cannot read the upload: the client left'));
  };
  parser.on('part', (part: Readable) => {
    // A part fails only together with the parser, which reports it.
    part.on('error', () => {});
    part.once('header', (headers: PartHeaders) => void reader.read(part, headers).catch(reject));
  });
  parser.once('finish', resolve);
  parser.on('error', () => reject(badRequest('unexpected end of multipart data')));
  request.once('close', leave);
  request.pipe(parser);
  try {
    await parsed;
    return await reader.finish();
  } catch (error) {
    request.unpipe(parser);
    await reader.abandon(error as Error);
    throw error;
  } finally {
    request.off('close', leave);
  }
}

/** Reads the parts of one body. */
class FormReader {
  readonly #store: FileStore;
  readonly #form: MultipartForm = { values: {}, files: new Map() };
  readonly #parts = new Map<Readable, Promise<void>>();
  readonly #paths: string[] = [];

  constructor(store: FileStore) {
    this.#store = store;
  }

  read(part: Readable, headers: PartHeaders): Promise<void> {
    const reading = this.#readPart(part, headers);
    this.#parts.set(part, reading);
    return reading;
  }

  /** Waits for the last part. */
  async finish(): Promise<MultipartForm> {
    await Promise.all(this.#parts.values());
    return this.#form;
  }

  /** Ends the parts that are still being read and removes the files. */
  async abandon(reason: Error): Promise<void> {
    for (const part of this.#parts.keys()) part.destroy(reason);
    await Promise.allSettled(this.#parts.values());
    await Promise.all(this.#paths.map((path) => this.#store.discard(path)));
  }

  async #readPart(part: Readable, headers: PartHeaders): Promise<void> {
    const { name, filename } = readDisposition(headers['content-disposition']?.[0] ?? '');
    const type = headers['content-type']?.[0];
    if (filename === undefined) this.#form.values[name] = await readValue(part);
    else await this.#save(part, name, { name: filename, type: type === generic ? undefined : type });
  }

  async #save(part: Readable, field: string, facts: Pick<UploadedFile, 'name' | 'type'>): Promise<void> {
    if (this.#paths.length === maxFiles) throw tooLarge(': too many files attached');
    const { path, stream } = this.#store.create();
    this.#paths.push(path);
    const meter = new Meter(maxFileBytes);
    await pipeline(part, meter, stream);
    this.#form.files.set(field, { ...facts, size: meter.bytes, path });
  }
}

/** Passes on and counts what flows through; fails beyond `maxBytes`. */
class Meter extends Transform {
  readonly #maxBytes: number;
  bytes = 0;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  override _transform(chunk: Buffer, _: string, done: (error: Error | null, chunk?: Buffer) => void): void {
    this.bytes += chunk.length;
    if (this.bytes > this.#maxBytes) done(tooLarge(''));
    else done(null, chunk);
  }
}

async function readValue(part: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of part as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxValueBytes) throw tooLarge(': too many parameters in form data');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function findBoundary({ headers }: IncomingMessage): string {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(headers['content-type'] ?? '') ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw badRequest('boundary in multipart/form-data not found');
  return boundary;
}

function tooLarge(detail: string): BotError {
  return new BotError(413, `Request Entity Too Large${detail}`);
}
