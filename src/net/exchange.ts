// One request and its answer on a connection of its own, opened through the guarded connector.

import type { Readable } from 'node:stream';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Client } from 'undici';
import { UserError } from '../errors.ts';
import { createConnector } from './connect.ts';
import type { ConnectorOptions } from './connect.ts';
import { HeaderFloodError } from './failure.ts';
import { leastSpeed } from './least-speed.ts';
import type { Speed } from './least-speed.ts';
import { readSize } from './response-facts.ts';
import { readInPieces } from './small-reads.ts';
import { WireBody } from './wire-body.ts';

/** An answer whose headers are in and whose body waits. Disposing it closes the connection. */
export interface Exchange extends AsyncDisposable {
  status: number;
  /** Names in lower case; values as latin1, several of one name joined with a comma. */
  headers: Record<string, string>;
  /** The body as it is on the wire. Errors reach whoever reads it and nobody else. */
  body: Readable;
  remoteAddress: string;
  /** When the certificate of an https host ends. */
  certificateUntil: Date | undefined;
}

/** What a request is sent with. */
export interface ExchangeOptions extends Omit<ConnectorOptions, 'onConnect' | 'signal'> {
  signal: AbortSignal;
  headers: Record<string, string>;
  maxHeaderBytes: number;
  /** The slowest that the body may come (10 KB in 10 seconds); it breaks with `UserError` (`error-too-slow`) then. */
  least?: Speed | undefined;
}

/** Milliseconds for which a server may keep silent before and within an answer. */
export const maxSilenceMs = 30_000;

/** Interim answers (1xx) that are borne with; each gives the server a new header limit and a new time-out. */
const maxInterim = 10;

/**
 * Sends a GET and resolves with its answer, whatever the status. Rejects with what undici or the connector reported,
 * and with the signal's reason as soon as it aborts; everything is closed by then.
 */
export async function sendGet(url: URL, options: ExchangeOptions): Promise<Exchange> {
  const { signal, headers, maxHeaderBytes, least = leastSpeed, ...rules } = options;
  signal.throwIfAborted();
  let peer: Peer = { remoteAddress: '', certificateUntil: undefined };
  let pieces: Disposable | undefined;
  const onConnect = (socket: Socket) => {
    peer = describePeer(socket);
    pieces = readInPieces(socket);
  };
  const connect = createConnector({ ...rules, signal, onConnect });
  const client = new Client(url.origin, {
    connect,
    allowH2: false,
    pipelining: 0,
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: maxSilenceMs,
    bodyTimeout: maxSilenceMs,
  });
  let body: WireBody | undefined;
  const close = async (reason?: unknown) => {
    signal.removeEventListener('abort', stop);
    const error =
      reason === undefined || reason instanceof Error ? reason : new Error('Stopped', { cause: reason });
    body?.destroy(error);
    await client.destroy(error ?? null);
  };
  const stop = () => void close(signal.reason);
  // Only chunks may be followed by headers again, and a large body comes faster in large pieces.
  const onHead = (received: Answer['headers']) => {
    if (received['transfer-encoding'] === undefined) pieces?.[Symbol.dispose]();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const answer = await ask(client, url, { headers, least, onHead });
    ({ body } = answer);
    // An answer nobody reads may still break; that must not end the process.
    body.on('error', () => {});
    body.once('close', () => void close());
    return { ...answer, ...peer, [Symbol.asyncDispose]: () => close() };
  } catch (error) {
    await close(error);
    signal.throwIfAborted();
    throw error;
  }
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: WireBody;
}

interface Asking {
  headers: Record<string, string>;
  least: Speed;
  onHead: (received: Answer['headers']) => void;
}

function ask(client: Client, url: URL, { headers, least, onHead }: Asking): Promise<Answer> {
  const tooSlow = () => new UserError('error-too-slow', { host: url.hostname });
  return new Promise((resolve, reject) => {
    let interim = 0;
    let body: WireBody | undefined;
    client.dispatch(
      { method: 'GET', path: url.pathname + url.search, headers },
      {
        onRequestStart() {},
        onResponseStart(controller, status, received) {
          if (status >= 200) {
            const joined = joinHeaders(received);
            onHead(joined);
            body = new WireBody(controller, { promisedBytes: readSize(joined).wireSize, least, tooSlow });
            resolve({ status, headers: joined, body });
          } else if (++interim > maxInterim) {
            throw new HeaderFloodError(`Refused to wait: ${interim} interim answers`);
          }
        },
        onResponseData: (_, chunk) => body?.add(chunk),
        onResponseEnd: () => body?.finish(),
        onResponseError: (_, error) => (body ? body.finish(error) : reject(error)),
      },
    );
  });
}

type Peer = Pick<Exchange, 'remoteAddress' | 'certificateUntil'>;

function describePeer(socket: Socket): Peer {
  const until = socket instanceof TLSSocket ? new Date(socket.getPeerCertificate().valid_to) : undefined;
  return {
    remoteAddress: socket.remoteAddress ?? '',
    certificateUntil: until && !Number.isNaN(until.getTime()) ? until : undefined,
  };
}

function joinHeaders(
  received: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const joined: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(received)) joined[name] = [value ?? []].flat().join(', ');
  return joined;
}
