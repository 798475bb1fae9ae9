// Posts updates to a webhook on this computer, and reads what it answers.

import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import { addAbortSignal } from 'node:stream';
import type { Update } from 'grammy/types';
import { deadline } from '../async/deadline.ts';
import { Arguments } from './arguments.ts';
import { BotError } from './bot-error.ts';
import type { FileStore } from './file-store.ts';
import { readArguments } from './read-arguments.ts';

/** Where updates are posted. */
export interface WebhookTarget {
  /** An http address on this computer. */
  readonly address: URL;
  /** Sent along as a header, unless it is ''. */
  readonly secretToken: string;
  readonly maxConnections: number;
  /** How long an answer may take. */
  readonly timeoutMs: number;
}

/** An update that was posted and not confirmed; says why in the words of getWebhookInfo. */
export class Unconfirmed extends Error {
  override readonly name = 'Unconfirmed';
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** For how long the answer asks to wait; 0 when it doesn't. */
  readonly retryAfterS: number;

  constructor(why: string, options: ErrorOptions & { status?: number; retryAfterS?: number } = {}) {
    super(why, options);
    this.status = options.status ?? 0;
    this.retryAfterS = options.retryAfterS ?? 0;
  }
}

const addresses = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** Every name that is asked for means this computer: nobody else is asked what it means. */
const lookup: LookupFunction = (_name, options, callback) =>
  options.all ? callback(null, addresses) : callback(null, '127.0.0.1', 4);

/** The connections to one webhook. */
export class WebhookClient {
  readonly #target: WebhookTarget;
  readonly #files: FileStore;
  readonly #agent: Agent;

  constructor(target: WebhookTarget, files: FileStore) {
    this.#target = target;
    this.#files = files;
    this.#agent = new Agent({ keepAlive: true });
  }

  /** How many connections are open, idle ones included. */
  get connections(): number {
    const { sockets, freeSockets } = this.#agent;
    return [...Object.values(sockets), ...Object.values(freeSockets)].flat().length;
  }

  /**
   * Posts `update` and returns what its answer says, if anything, once all of it is there. Rejects with `Unconfirmed`
   * unless the status is 2xx, and with the reason of `signal`.
   */
  async post(update: Update, { signal }: { signal: AbortSignal }): Promise<Arguments> {
    using due = deadline(this.#target.timeoutMs, { signal });
    try {
      const response = addAbortSignal(due.signal, await this.#send(JSON.stringify(update), due.signal));
      const { statusCode: status = 0, statusMessage = '' } = response;
      const said = await this.#read(response);
      if (status >= 200 && status <= 299) return said;
      throw new Unconfirmed(`Wrong response from the webhook: ${status} ${statusMessage}`, {
        status,
        retryAfterS: Number.parseInt(response.headers['retry-after'] ?? '', 10) || 0,
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Unconfirmed) throw error;
      throw new Unconfirmed(due.signal.aborted ? 'Read timeout expired' : describe(error), { cause: error });
    }
  }

  /** Closes the connections that are idle; those in use end with the signal of their request. */
  close(): void {
    this.#agent.destroy();
  }

  #send(body: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { address, secretToken } = this.#target;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = request(address, {
      method: 'POST',
      agent: this.#agent,
      lookup,
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...(secretToken && { 'x-telegram-bot-api-secret-token': secretToken }),
      },
    });
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
    return promise;
  }

  /** What an answer says that nobody can read is nothing. */
  async #read(response: IncomingMessage): Promise<Arguments> {
    try {
      return await readArguments(response, '', this.#files);
    } catch (error) {
      if (error instanceof BotError) return new Arguments({});
      throw error;
    }
  }
}

const failures: Record<string, string> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  ETIMEDOUT: 'Connection timed out',
};

function describe(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return failures[code] ?? message;
}
