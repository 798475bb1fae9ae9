// One JSON request and its answer, on undici's dispatch: without the stream that `request` makes of an answer.

import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** What is sent where. */
export interface JsonRequest {
  origin: string;
  path: string;
  body: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds of silence after which the connection is given up; without it, it may be silent for ever. */
  silenceMs?: number | undefined;
}

/** What is made of an answer, whatever its status; what it throws is what posting rejects with. */
export type Read<T> = (status: number, text: string, headers: IncomingHttpHeaders) => T;

const headers = { 'content-type': 'application/json' };

/**
 * Posts JSON and resolves with what `read` makes of the answer. Rejects with undici's errors, or with `signal.reason`;
 * then the connection is given up at once.
 */
export function postJson<T>(dispatcher: Dispatcher, request: JsonRequest, read: Read<T>): Promise<T> {
  const { origin, path, body, signal, silenceMs = 0 } = request;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const exchange = new Exchange(signal, read, resolve, reject);
    const patience = { headersTimeout: silenceMs, bodyTimeout: silenceMs };
    dispatcher.dispatch({ origin, path, method: 'POST', headers, body, ...patience }, exchange);
  });
}

/** Undici tells it how the request goes, and the signal when to give it up. */
class Exchange<T> implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal | undefined;
  readonly #read: Read<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};

  constructor(
    signal: AbortSignal | undefined,
    read: Read<T>,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#signal = signal;
    this.#read = read;
    this.#resolve = resolve;
    this.#reject = reject;
    signal?.addEventListener('abort', this, { once: true });
  }

  /** Called by the signal. */
  handleEvent(): void {
    this.#reject(this.#signal?.reason);
    this.#controller?.abort(this.#signal?.reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It was given up while it waited for its connection.
    if (this.#signal?.aborted) controller.abort(this.#signal.reason);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    answered: IncomingHttpHeaders,
  ): void {
    this.#status = status;
    this.#headers = answered;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#signal?.removeEventListener('abort', this);
    try {
      this.#resolve(this.#read(this.#status, this.#text(), this.#headers));
    } catch (error) {
      this.#reject(error);
    }
  }

  /** Most answers come in one piece, which needs no copy. */
  #text(): string {
    const [first] = this.#chunks;
    return first && this.#chunks.length === 1 ? first.toString() : Buffer.concat(this.#chunks).toString();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#signal?.removeEventListener('abort', this);
    this.#reject(error);
  }
}
