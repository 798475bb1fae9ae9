// A bot's webhook for the tests of this folder: what it is sent waits until the test answers.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Update, WebhookInfo } from 'grammy/types';
import type { EmulatorOptions } from '../../src/emulator/contract.ts';
import { startBot } from './bot.ts';
import type { TestBot } from './bot.ts';

/** What an answer may be made of besides its status. */
export interface HookAnswer {
  /** Sent as JSON; a text as it is. */
  body?: object | string;
  headers?: Record<string, string>;
}

/** One request that was sent to the webhook. */
export interface Post {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly update: Update;
  /** Settles when its connection is closed. */
  readonly left: Promise<unknown>;
  answer(status: number, answer?: HookAnswer): void;
  /** Breaks the connection. */
  drop(): void;
}

/** A web server that collects updates. */
export interface Hook extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Everything that was sent so far. */
  readonly posts: readonly Post[];
  /** The next request that was not taken yet. */
  next(): Promise<Post>;
}

/** Listens on 127.0.0.1. */
export async function startHook(port = 0): Promise<Hook> {
  const posts: Post[] = [];
  let taken = 0;
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void json(request).then((update) => {
      posts.push({
        method: request.method,
        headers: request.headers,
        update: update as Update,
        left: new Promise((resolve) => void request.socket.once('close', resolve)),
        answer: (status, { body, headers = {} } = {}) =>
          void response
            .writeHead(status, { ...(body && { 'content-type': 'application/json' }), ...headers })
            .end(typeof body === 'object' ? JSON.stringify(body) : body),
        drop: () => void request.socket.destroy(),
      });
      server.emit('post');
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    port: address.port,
    posts,
    async next() {
      while (posts.length <= taken) await once(server, 'post');
      return posts[taken++] as Post;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A bot with a webhook. */
export interface HookedBot extends TestBot {
  readonly hook: Hook;
}

export async function startHooked(wish: object = {}, options?: EmulatorOptions): Promise<HookedBot> {
  const hook = await startHook();
  const bot = await startBot(options);
  await bot.api.setWebhook(hook.url, wish);
  return {
    ...bot,
    hook,
    async [Symbol.asyncDispose]() {
      await bot[Symbol.asyncDispose]();
      await hook[Symbol.asyncDispose]();
    },
  };
}

/** Confirms one update, after which the webhook counts as one that works. */
export async function prove(bot: HookedBot): Promise<void> {
  bot.emulator.person().send('first');
  (await bot.hook.next()).answer(200);
  await bot.emulator.confirmed();
}

/** Long enough for a request that was sent to arrive. */
export async function pass(bot: TestBot): Promise<void> {
  for (let i = 0; i < 10; i++) await bot.call('getMe');
}

/** What getWebhookInfo says, once something went wrong. */
export async function failure(bot: TestBot): Promise<WebhookInfo> {
  for (;;) {
    const info = await bot.api.getWebhookInfo();
    if (info.last_error_message !== undefined) return info;
  }
}

/** The text of a message, or the data of a tap. */
export function textOf({ update }: Post): string | undefined {
  return update.message?.text ?? update.callback_query?.data;
}
