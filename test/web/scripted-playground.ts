// A playground whose state and events are made up by the test, with nothing but the backstage on its page.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

/** A request as the server tells of it; times are milliseconds of the playground's clock. */
export interface RequestView {
  id: string;
  personId: number;
  chatId: number;
  handler: string;
  acceptedAt: number;
  phases: { state: 'waiting' | 'running' | 'interrupted'; at: number }[];
  endedAt?: number;
  ending?: 'answered' | 'timed out' | 'cancelled' | 'failed' | 'busy';
  waitMs?: number;
  totalMs?: number;
}

/** What `/playground/state` answers, as far as the backstage reads it. */
export type State = ReturnType<typeof createState>;

/** What the page ordered. */
export interface Order {
  path: string;
  input: unknown;
}

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const policy = "default-src 'self'; img-src 'self' data:";
const cache = (type: string) => (type === 'application/json' ? 'no-store' : 'max-age=600');
const index = readFileSync(new URL('../../src/web/page/index.html', import.meta.url), 'utf8');
const styles = [...index.matchAll(/<link rel="stylesheet"[^>]*>/g)].join('');
const html = `<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>Backstage</title>
<meta name="viewport" content="width=device-width, initial-scale=1" /><link rel="icon" href="data:," />
${styles}
<script type="module" src="/boot.js"></script></head>
<body><main class="columns"><h1 class="unseen">Backstage</h1></main><div id="backstage"></div></body></html>`;
const boot = `import { Backstage } from '/page/backstage/backstage.js';
import { World } from '/page/world.js';
import { follow } from '/page/server.js';
const world = new World();
const backstage = new Backstage(world);
document.querySelector('#backstage').append(backstage.element);
const load = async () => {
  const state = await (await window.fetch('/playground/state')).json();
  world.load(state);
  backstage.load(state);
  const onEvent = (event) => { world.apply(event); backstage.take(event); };
  follow(state.cursor, { onEvent, onGap: load, onLost() {}, onBack() { document.body.dataset.ready = ''; } });
};
window.stage = { world, backstage };
void load();`;

/** People by their names, the last `crowd` of them of the rush hour. */
export function createPeople(names: string[], crowd = 0) {
  const person = (first_name: string, index: number, isCrowd: boolean) => ({
    user: { id: 5001 + index, first_name },
    chatId: 5001 + index,
    blocked: false,
    isAdmin: false,
    isCrowd,
  });
  return [
    ...names.map((name, index) => person(name, index, false)),
    ...Array.from({ length: crowd }, (_, index) => person(`Rush ${index + 1}`, names.length + index, true)),
  ];
}

/** A playground in which nothing has happened yet. */
export function createState(people = createPeople(['Ann', 'Bob', 'Cleo'])) {
  const at = Date.now();
  return {
    cursor: 'run-0',
    at,
    bot: { id: 1, first_name: 'Errand', username: 'errand_bot' },
    people,
    chats: [
      {
        id: -100,
        type: 'supergroup',
        title: 'Garden club',
        memberIds: [5001, 5002],
        drafts: [],
        messages: [],
      },
    ],
    suggestions: [],
    maxFileBytes: 1_000_000,
    clock: { at, pace: 1 },
    engine: {
      state: 'up',
      limits: { slots: 64, downloadSlots: 16, share: 20, waitingPerPerson: 60, waitingTotal: 5_000 },
      load: { at, running: 0, waiting: 0 },
      loads: [] as { at: number; running: number; waiting: number }[],
      requests: [] as RequestView[],
    },
    raw: [] as object[],
    faults: [] as { kind: string; left: number }[],
    rush: null as object | null,
  };
}

/** A call of the bot, as a raw event. */
export function tellCall(id: number, method: string, more: object = {}): object {
  const at = Date.now();
  const call = { id, at, method, chatId: 5001, payload: {}, status: 200, ok: true, ms: 4, ...more };
  return { kind: 'call', at, chatId: call.chatId, call };
}

/** An update that was handed to the bot, as a raw event. */
export function tellUpdate(id: number, personId = 5001): object {
  const update = { update_id: id, message: { text: `no. ${id}` } };
  return { kind: 'update', at: Date.now(), personId, chatId: personId, update };
}

/** How a page is opened; the server starts anew with `state`. */
export interface PageOptions {
  state?: State;
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
  reducedMotion?: 'reduce';
}

/** The scripted playground, with one page at a time. Disposing it throws if a page had anything to complain of. */
export class ScriptedPlayground implements AsyncDisposable {
  readonly orders: Order[] = [];
  readonly complaints: string[] = [];
  /** What an order is answered with; `{}` unless the test says otherwise. */
  answer: (order: Order) => { status?: number; body: object } = () => ({ body: {} });
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  #state = createState();
  #context: BrowserContext | undefined;
  #page: Page | undefined;
  #seq = 0;

  constructor(browser: Browser) {
    this.#browser = browser;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Opens the page as for a first visit and waits until it follows the events. */
  async open({
    state = createState(),
    viewport,
    colorScheme,
    reducedMotion,
  }: PageOptions = {}): Promise<Page> {
    if (!this.#server.listening) {
      await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    }
    this.#state = state;
    this.orders.length = 0;
    this.answer = () => ({ body: {} });
    await this.#page?.evaluate('localStorage.clear()');
    await this.#page?.close();
    // One context for all pages, so that the page's files are fetched once.
    this.#context ??= await this.#browser.newContext();
    const page = await this.#context.newPage();
    this.#page = page;
    this.#gather(page);
    await page.setViewportSize(viewport ?? { width: 1_200, height: 700 });
    await page.emulateMedia({
      colorScheme: colorScheme ?? 'light',
      reducedMotion: reducedMotion ?? 'no-preference',
    });
    await page.goto(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
    await page.locator('body[data-ready]').waitFor();
    return page;
  }

  /** Tells every page of something that has happened. */
  tell(...events: object[]): void {
    const lines = events.map((event) => {
      this.#seq += 1;
      return `id: run-${this.#seq}\ndata: ${JSON.stringify({ seq: this.#seq, at: Date.now(), ...event })}\n\n`;
    });
    for (const stream of this.#streams) stream.write(lines.join(''));
  }

  /** Makes every page fetch the state anew. */
  tellGap(): void {
    for (const stream of this.#streams) stream.end('event: gap\ndata: {}\n\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context?.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    expect(this.complaints).toEqual([]);
  }

  #gather(page: Page): void {
    page.on('console', (line) => {
      // An order that the test has refused is no fault of the page.
      const isRefused = line.location().url.includes('/playground/');
      if (['error', 'warning'].includes(line.type()) && !isRefused) this.complaints.push(line.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const send = (type: string, body: string | Buffer, status = 200) =>
      response
        .writeHead(status, {
          'content-type': type,
          'content-security-policy': policy,
          'cache-control': cache(type),
        })
        .end(body);
    const sendJson = (body: object, status?: number) =>
      send('application/json', JSON.stringify(body), status);
    if (request.method === 'POST') {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const order = { path: pathname, input: JSON.parse(text) as unknown };
      this.orders.push(order);
      const { status, body } = this.answer(order);
      sendJson(body, status);
    } else if (pathname === '/') send('text/html', html);
    else if (pathname === '/boot.js') send('text/javascript', boot);
    else if (pathname === '/playground/state') sendJson({ ...this.#state, cursor: `run-${this.#seq}` });
    else if (pathname === '/playground/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 1000\n\n');
      this.#streams.add(response);
      response.once('close', () => this.#streams.delete(response));
    } else {
      const file = new URL(`../../src/web${pathname}`, import.meta.url);
      send(types[extname(pathname)] ?? 'text/plain', readFileSync(file));
    }
  }
}
