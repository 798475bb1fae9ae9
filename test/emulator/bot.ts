// A local Bot API with a bot's client on it, for the tests of this folder.

import { Api, GrammyError } from 'grammy';
import { request } from 'undici';
import type { Dispatcher } from 'undici';
import type { Emulator, EmulatorOptions } from '../../src/emulator/contract.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';

/** What came back for a call that was made without a client library. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  body: { ok: boolean; result?: unknown; description?: string; parameters?: Record<string, unknown> };
}

/** An emulator, grammY's client for it, and plain HTTP. */
export interface TestBot extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly api: Api;
  /** Calls a method by HTTP POST with JSON, unless told otherwise. */
  call(method: string, payload?: object): Promise<RawAnswer>;
  /** Sends any request to a path after the address. */
  send(path: string, options?: Partial<Dispatcher.RequestOptions>): Promise<RawAnswer>;
}

export async function startBot(options?: EmulatorOptions): Promise<TestBot> {
  const emulator = await startEmulator(options);
  const api = new Api(emulator.token, { apiRoot: emulator.apiRoot });
  const send: TestBot['send'] = async (path, requestOptions) => {
    const { statusCode, headers, body } = await request(`${emulator.apiRoot}${path}`, requestOptions);
    const text = await body.text();
    const parsed = text.startsWith('{') ? (JSON.parse(text) as RawAnswer['body']) : { ok: false };
    return { status: statusCode, headers, text, body: parsed };
  };
  return {
    emulator,
    api,
    send,
    call: (method, payload = {}) =>
      send(`/bot${emulator.token}/${method}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(payload),
      }),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

/** The code and text of the error that `call` fails with. */
export async function errorOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof GrammyError) return `${error.error_code} ${error.description}`;
    throw error;
  }
  throw new Error('Cannot see an error: the call succeeded');
}
