// The way to Telegram: grammY's client on undici, over connections that go to the Bot API server and nowhere else.

import { Bot } from 'grammy';
import type { Api, ApiClientOptions } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import { type Agent, request } from 'undici';
import { type AllowRule, readAllowRule } from '../config.ts';
import { guardedAgent } from '../net/connect.ts';
import type { Resolver } from '../net/resolve.ts';

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

type Fetch = NonNullable<ApiClientOptions['fetch']>;

export function createTelegram({ token, apiRoot, resolver, me }: TelegramOptions): Telegram {
  const allow = [ruleFor(new URL(apiRoot))];
  const agent = guardedAgent({ allow, resolver, agent: { headersTimeout: 0, bodyTimeout: 60_000 } });
  // Every call has a deadline of its own; grammY's would end a long upload in the middle.
  const client = { apiRoot, fetch: fetchOver(agent), timeoutSeconds: 24 * 60 * 60 };
  const bot = new Bot(token, me ? { client, botInfo: me } : { client });
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
 * What grammY needs of `fetch`, on undici's `request`: half the CPU time per call, and errors without the token.
 * grammY's signal is no native AbortSignal, but undici takes it as it is.
 */
function fetchOver(dispatcher: Agent): Fetch {
  const adapter = async (url: string | URL, init: Parameters<typeof request>[1] & object) => {
    const { method, headers, body, signal } = init;
    const response = await request(url, { dispatcher, method, headers, body, signal });
    const status = response.statusCode;
    const json = async () => {
      const text = await response.body.text();
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        throw new UnreadableAnswerError(status, { cause: error });
      }
    };
    return { ok: status < 400, status, json };
  };
  return adapter;
}
