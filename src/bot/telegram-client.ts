// The way to Telegram: grammY's client on undici, over connections that go to the Bot API server and nowhere else.

import { Bot, HttpError, InputFile } from 'grammy';
import type { Api, ApiClientOptions, Transformer } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import { type Agent, request } from 'undici';
import { type AllowRule, readAllowRule } from '../config.ts';
import { guardedAgent } from '../net/connect.ts';
import { postJson } from '../net/post-json.ts';
import type { Resolver } from '../net/resolve.ts';
import { noteDate } from './telegram-clock.ts';

/** An answer of the Bot API server that is not the JSON it should be, such as a proxy's page. */
export class UnreadableAnswerError extends Error {
  override readonly name = 'UnreadableAnswerError';
  readonly status: number;

  constructor(status: number, options?: ErrorOptions) {
    super(`Cannot read Telegram's answer: status ${status}, not JSON`, options);
    this.status = status;
  }
}

/** What the client needs. */
export interface TelegramOptions {
  token: string;
  /** Root of the Bot API server; its host may be private, because the operator has chosen it. */
  apiRoot: string;
  resolver: Resolver;
  me?: UserFromGetMe;
}

/** A grammY bot and the connections it speaks over. */
export interface Telegram extends AsyncDisposable {
  readonly bot: Bot;
}

/** Milliseconds of silence after which Telegram is given up on, in all calls that do not carry a file. */
const maxSilenceMs = 20_000;

type Fetch = NonNullable<ApiClientOptions['fetch']>;

export function createTelegram({ token, apiRoot, resolver, me }: TelegramOptions): Telegram {
  const root = new URL(apiRoot);
  const allow = [ruleFor(root)];
  const agent = guardedAgent({ allow, resolver, agent: { headersTimeout: 0, bodyTimeout: 60_000 } });
  // grammY's deadline would end a long upload in the middle.
  const client = { apiRoot, fetch: fetchOver(agent), timeoutSeconds: 24 * 60 * 60 };
  const bot = new Bot(token, me ? { client, botInfo: me } : { client });
  bot.api.config.use(callDirectly(agent, root.origin, `${root.pathname.replace(/\/$/, '')}/bot${token}`));
  return {
    bot,
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

/** A signal as grammY's types want it: they know only that of a package, but any works. */
export function forGrammy(signal: AbortSignal): Parameters<Api['getMe']>[0] {
  return signal as Parameters<Api['getMe']>[0];
}

function ruleFor(root: URL): AllowRule {
  const port = root.port || (root.protocol === 'https:' ? '443' : '80');
  const rule = readAllowRule(`${root.hostname}:${port}`);
  if (!rule) throw new TypeError(`Cannot use Bot API root: no host in "${root.href}"`);
  return rule;
}

/**
 * Makes the calls that carry no file: of grammY's own client they need nothing but its errors. The rest of it, such as
 * a copy of each signal and a timer for each call, is spared.
 */
function callDirectly(dispatcher: Agent, origin: string, directory: string): Transformer {
  const post = (method: string, payload: object, signal?: AbortSignal) => {
    const path = `${directory}/${method}`;
    // Telegram is silent on purpose while there are no updates; whoever polls knows for how long.
    const silenceMs = method === 'getUpdates' ? undefined : maxSilenceMs;
    return postJson(
      dispatcher,
      { origin, path, body: JSON.stringify(payload), signal, silenceMs },
      (status, text, { date }) => {
        noteDate(date);
        return readAnswer(status, text);
      },
    );
  };
  return (previous, method, payload, signal) => {
    if (holdsFile(payload)) return previous(method, payload, signal);
    const answer = post(method, payload, signal as AbortSignal | undefined).catch((error: unknown) => {
      throw new HttpError(`Network request for '${method}' failed!`, error);
    });
    return answer as ReturnType<typeof previous>;
  };
}

function holdsFile(payload: object): boolean {
  const fields = payload as Record<string, unknown>;
  for (const name in fields) if (fields[name] instanceof InputFile) return true;
  return false;
}

/**
 * What grammY needs of `fetch`, on undici's `request`, whose errors do not tell the token.
 * grammY's signal is no native AbortSignal, but undici takes it as it is.
 */
function fetchOver(dispatcher: Agent): Fetch {
  const adapter = async (url: string | URL, init: Parameters<typeof request>[1] & object) => {
    const { method, headers, body, signal } = init;
    const response = await request(url, { dispatcher, method, headers, body, signal });
    const status = response.statusCode;
    return { ok: status < 400, status, json: async () => readAnswer(status, await response.body.text()) };
  };
  return adapter;
}

function readAnswer(status: number, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UnreadableAnswerError(status, { cause: error });
  }
}
