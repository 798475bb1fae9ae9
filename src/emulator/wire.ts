// The HTTP side: who may ask, what for, and how the answer leaves.

import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { failure, send } from './answer.ts';
import type { Answer } from './answer.ts';
import { BotError } from './bot-error.ts';
import { runCall } from './calls.ts';
import type { CallParts } from './calls.ts';
import { isLocal } from './guard.ts';
import { readArguments } from './read-arguments.ts';

/** A listening server. */
export interface Wire extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly root: string;
}

const keepAliveMs = 75_000;
const route = /^\/(file\/)?bot([^/]*)\/(?:test\/)?([^?]*)(?:\?(.*))?$/s;

/** Listens on 127.0.0.1; rejects when the port is taken. */
export async function listen(port: number, token: string, parts: CallParts): Promise<Wire> {
  const server = createServer({ keepAliveTimeout: keepAliveMs, requestTimeout: 0 });
  server.on('request', (request, response) => {
    respond(token, parts, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { root, [Symbol.asyncDispose]: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

async function respond(
  token: string,
  parts: CallParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isLocal(request))
    return finish(request, response, failure(new BotError(403, 'Forbidden: foreign host or origin')));
  const [, isFile, given = '', rest = '', query = ''] = route.exec(request.url ?? '') ?? [];
  const refusal = rest === '' ? new BotError(404, 'Not Found') : checkToken(decode(given), token);
  if (refusal) return finish(request, response, failure(refusal));
  if (isFile) return sendFile(parts, decode(rest), request, response);
  const read = () => readArguments(request, query, parts.world.files);
  const answer = await runCall(parts, { method: decode(rest), read, signal: signalOf(response) });
  return finish(request, response, answer);
}

function checkToken(given: string, token: string): BotError | undefined {
  if (given === token) return undefined;
  const wellFormed = given.includes(':') && !given.startsWith('0') && given.length <= 80;
  return new BotError(401, wellFormed ? 'Unauthorized' : 'Unauthorized: invalid token specified');
}

async function sendFile(
  { world }: CallParts,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = world.files.byRemotePath(path);
  if (!file) return finish(request, response, failure(new BotError(404, 'Not Found')));
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.size });
  await pipeline(createReadStream(file.path), response);
}

/**
 * Sends the answer. What the client still sends of a refused body is read and thrown away: closing the connection
 * could destroy the answer before the client has read it.
 */
function finish(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (typeof answer === 'string') {
    response.destroy();
    return;
  }
  send(response, answer);
  if (!request.complete) request.resume();
}

/** A signal, made when first asked for, that is aborted when the client leaves. */
function signalOf(response: ServerResponse): () => AbortSignal {
  let controller: AbortController | undefined;
  return () => {
    if (controller) return controller.signal;
    const made = new AbortController();
    controller = made;
    const abort = () => made.abort(new Error('Cannot answer: the client left'));
    if (response.closed) abort();
    else response.once('close', abort);
    return made.signal;
  };
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // What is no valid percent-encoding is taken as it is and will match nothing.
    if (error instanceof URIError) return text;
    throw error;
  }
}
