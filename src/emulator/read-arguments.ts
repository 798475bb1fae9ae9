// Reads the arguments of a call from the address and the body: query, form, JSON or multipart.

import type { IncomingMessage } from 'node:http';
import { Arguments } from './arguments.ts';
import { BotError, badRequest } from './bot-error.ts';
import type { FileStore } from './file-store.ts';
import { readMultipart } from './read-multipart.ts';

const maxPlainBytes = 4 << 20;

/**
 * The arguments in `query` and in the body of `request`; uploaded files go to `files`. Throws a `BotError` for a body
 * that is too large or no JSON, other errors when the client leaves.
 */
export async function readArguments(
  request: IncomingMessage,
  query: string,
  files: FileStore,
): Promise<Arguments> {
  const values = query === '' ? {} : readForm(query);
  if (request.method === 'GET') return new Arguments(values);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) {
    const form = await readMultipart(request, files);
    return new Arguments({ ...values, ...form.values }, form.files);
  }
  const body = await readText(request);
  if (body === '') return new Arguments(values);
  return new Arguments({
    ...values,
    ...(type.startsWith('application/json') ? readJson(body) : readForm(body)),
  });
}

function readForm(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

function readJson(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw Object.assign(badRequest("can't parse object"), { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw badRequest('JSON object expected');
  return value as Record<string, unknown>;
}

function readText(request: IncomingMessage): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxPlainBytes) chunks.push(chunk);
    else reject(new BotError(413, 'Request Entity Too Large'));
  });
  request.on('end', () =>
    resolve((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString() ?? ''),
  );
  request.on('error', reject);
  return promise;
}
