// A whole world for a test: a Bot API, the bot on it, and web sites to fetch from, all on this computer.

import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message } from 'grammy/types';
import { pino } from 'pino';
import { readConfig } from '../src/config.ts';
import type { Chat, Emulator, EmulatorOptions } from '../src/emulator/contract.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import type { Handler } from '../src/handler.ts';
import { startService } from '../src/service.ts';
import type { Service } from '../src/service.ts';

/** How a site answers a request. */
export type Respond = (request: IncomingMessage, response: ServerResponse) => void;

/** A web site that remembers who came and how many are still there. */
export interface Site extends AsyncDisposable {
  readonly port: number;
  /** Requests so far, by path. */
  readonly hits: Map<string, number>;
  /** Connections that are open now. */
  connections(): number;
  on(path: string, respond: Respond): void;
  /** An address of the site; every name under `localhost` leads to it. */
  url(path: string, host?: string): string;
  /** Settles when somebody has asked for something. */
  visited(): Promise<void>;
  /** Settles when nobody is connected any more. */
  left(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  const routes = new Map<string, Respond>();
  const hits = new Map<string, number>();
  const sockets = new Set<object>();
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    hits.set(path, (hits.get(path) ?? 0) + 1);
    const respond = routes.get(path);
    if (respond) respond(request, response);
    else response.writeHead(404, { 'content-type': 'text/html' }).end('<title>Nothing here</title>');
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      server.emit('left');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    hits,
    connections: () => sockets.size,
    on: (path, respond) => void routes.set(path, respond),
    url: (path, host = 'site.localhost') => `http://${host}:${port}${path}`,
    async visited() {
      if (hits.size === 0) await once(server, 'request');
    },
    async left() {
      while (sockets.size > 0) await once(server, 'left');
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A page with a title. */
export const page =
  (title: string): Respond =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end(`<title>${title}</title>`);

/** A page with a title that comes after `ms` milliseconds. */
export const pageAfter =
  (ms: number, title: string): Respond =>
  (request, response) => {
    const timer = setTimeout(() => page(title)(request, response), ms);
    response.once('close', () => clearTimeout(timer));
  };

/** Sends to another address. */
export const redirect =
  (location: string, status = 302): Respond =>
  (_request, response) =>
    void response.writeHead(status, { location }).end();

/** Never answers. */
export const silence: Respond = () => {};

export interface World extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly site: Site;
  readonly dataDir: string;
  readonly log: string[];
  service: Service;
  /** Stops the bot and starts it again on the same data. */
  restart(): Promise<void>;
  /** Settles when so many requests have begun to wait for a slot from now on. */
  waited(requests: number): Promise<void>;
  /** Settles when the bot works on nothing any more, and tells what it still holds then. */
  idle(): Promise<ReturnType<Service['held']> & { files: string[] }>;
}

/** What a world is made of besides its settings: other handlers, another local Bot API. */
export interface WorldOptions {
  handlers?: readonly Handler[];
  emulator?: EmulatorOptions;
}

/** Starts a world; `settings` are names and values of the environment. */
export async function startWorld(
  settings: NodeJS.ProcessEnv = {},
  { handlers, emulator: options }: WorldOptions = {},
): Promise<World> {
  await using parts = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'errand-test-'));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const emulator = parts.use(await startEmulator(options));
  const site = parts.use(await startSite());
  const log: string[] = [];
  const start = () =>
    startService(
      readConfig({
        BOT_TOKEN: emulator.token,
        TELEGRAM_API_ROOT: emulator.apiRoot,
        DATA_DIR: dataDir,
        ALLOW_HOSTS: '127.0.0.1',
        PER_HOST: '0',
        ...settings,
      }),
      { log: pino({ level: 'debug' }, { write: (line) => void log.push(line) }), handlers },
    );
  const open = parts.move();
  const world: World = {
    emulator,
    site,
    dataDir,
    log,
    service: await start(),
    async restart() {
      await world.service.stop();
      world.service = await start();
    },
    waited(requests) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const ids = new Set<string>();
      world.service.events.on('waiting', ({ id }) => ids.add(id).size === requests && resolve());
      return promise;
    },
    async idle() {
      // A bot that polls has taken up what an earlier run left.
      await emulator.polling();
      while (world.service.held().jobs > 0 || emulator.pending() > 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return { ...world.service.held(), files: await readdir(join(dataDir, 'temp')) };
    },
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
  open.defer(() => world.service.stop());
  return world;
}

/** What the bot has in a chat, oldest first. */
export function said({ messages }: Pick<Chat, 'messages'>): Message[] {
  return messages.filter(({ from }) => from?.is_bot);
}

/** The texts and captions of what the bot has in a chat, oldest first. */
export function words(chat: Pick<Chat, 'messages'>): string[] {
  return said(chat).map(({ text, caption }) => text ?? caption ?? '');
}

/** Sends a message as somebody new; resolves when all is over with what the bot has in their chat then. */
export async function answersTo(world: World, text: string): Promise<string[]> {
  const person = world.emulator.person();
  person.send(text);
  await world.idle();
  return words(person.chat);
}
