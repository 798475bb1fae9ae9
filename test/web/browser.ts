// A playground in a real browser, for the tests of its page: two people, a group and a little bot that answers.

import { existsSync } from 'node:fs';
import { Bot, InlineKeyboard, InputFile } from 'grammy';
import type { Update } from 'grammy/types';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { Chat, Emulator, Person } from '../../src/emulator/contract.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { requireLoopback } from '../../src/web/loopback.ts';
import { createPlaygroundRoutes } from '../../src/web/playground.ts';
import { startWebServer } from '../../src/web/server.ts';
import type { WebServer } from '../../src/web/server.ts';
import { openPuppet } from '../playground/puppet.ts';
import type { PuppetEngine } from '../playground/puppet.ts';

/** Where Chromium is; undefined where there is none. In CI there has to be one. */
export function findChromium(): string | undefined {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (found) return found;
  if (process.env['CI']) throw new Error('Cannot test the page: there is no Chromium');
  console.log('The tests of the page are left out: there is no Chromium');
  return undefined;
}

/** Starts the browser without a window and without any traffic of its own. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  const quiet = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map(
    (what) => `--disable-${what}`,
  );
  return chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--no-first-run', ...quiet],
  });
}

/** A running playground and what opens its page. Disposing it throws if the page had anything to complain of. */
export interface Playground extends AsyncDisposable {
  emulator: Emulator;
  ann: Person;
  bob: Person;
  group: Chat;
  bot: Bot;
  engine: PuppetEngine;
  server: WebServer;
  /** Starts the server again on the same port; `isNew`: as another process, which knows no cursor of the last one. */
  restart(options?: { isNew?: boolean }): Promise<void>;
  /** Opens the page; the first visit with its hints if `isFirst`. What goes wrong in it is gathered in `complaints`. */
  open(options?: BrowserContextOptions & { path?: string; isFirst?: boolean }): Promise<Page>;
  complaints: string[];
}

/** What the tests of one file share: a browser, a playground and its page, without messages before each test. */
export interface Stage {
  browser: Browser;
  playground: Playground;
  page: Page;
}

/** Sets up the stage of the tests around; it is there while they run. */
export function useStage(executablePath: string | undefined): Stage {
  const stage = {} as Stage;
  beforeAll(async () => {
    stage.browser = await launchBrowser(executablePath ?? '');
    stage.playground = await startPlayground(stage.browser);
    stage.page = await stage.playground.open();
  });
  beforeEach(async () => {
    await clear(stage.playground);
    for (const name of ['Ann', 'Bob']) await openTab(stage.page, name, 'Errand');
    await eventually(() => stage.page.locator('.chat:not([hidden]) .message:not(.event)').count()).toBe(0);
  });
  afterAll(async () => {
    await stage.playground[Symbol.asyncDispose]();
    await stage.browser.close();
  });
  return stage;
}

/** Deletes whatever anybody has said. */
async function clear({ emulator, ann, bob, bot }: Playground): Promise<void> {
  for (const chat of emulator.chats()) {
    const said = chat.messages.filter(({ text, document, photo }) => text ?? document ?? photo);
    for (const message of said) {
      const writer = [ann, bob].find(({ id }) => id === message.from?.id);
      if (message.from?.id === emulator.bot.id) await bot.api.deleteMessage(chat.id, message.message_id);
      else writer?.delete(message);
    }
  }
}

/** Starts a playground whose bot echoes text with a button, sends files back and answers taps. */
export async function startPlayground(browser: Browser): Promise<Playground> {
  const emulator = await startEmulator();
  const ann = emulator.person({ first_name: 'Ann', username: 'ann' });
  const bob = emulator.person({ first_name: 'Bob', username: 'bob' });
  const group = emulator.group({ title: 'Garden club', members: [ann, bob] });
  const { backstage, engine } = openPuppet(emulator, group);
  const suggestions = [{ label: 'A link', text: 'http://news.localhost/' }];
  const createRoutes = () =>
    createPlaygroundRoutes(emulator, {
      backstage,
      suggestions,
      languages: ['en', 'ru'],
      maxFileBytes: 3_000_000,
    });
  let routes = createRoutes();
  const start = (port: number) =>
    startWebServer({
      host: '127.0.0.1',
      port,
      routes,
      ready: () => ({ ready: true, detail: {} }),
      guard: requireLoopback,
      onError: (error) => playground.complaints.push(String(error)),
    });
  const bot = createEcho(emulator);
  await bot.api.setMyCommands([
    { command: 'help', description: 'What I can do' },
    { command: 'hello', description: 'Say hello' },
    { command: 'jobs', description: 'What runs' },
  ]);
  const stopping = new AbortController();
  const polling = poll(bot, emulator, stopping.signal);

  const contexts: BrowserContext[] = [];
  const playground: Playground = {
    emulator,
    ann,
    bob,
    group,
    bot,
    engine,
    server: await start(0),
    complaints: [],
    async restart({ isNew = false } = {}) {
      if (isNew) routes = createRoutes();
      playground.server = await start(playground.server.port);
    },
    async open({ path = '/', isFirst = false, ...options } = {}) {
      const context = await browser.newContext({
        reducedMotion: 'reduce',
        viewport: { width: 900, height: 600 },
        ...options,
      });
      contexts.push(context);
      if (!isFirst) await context.addInitScript("localStorage.setItem('hints', 'seen')");
      const page = await context.newPage();
      page.on('console', (line) => {
        if (['error', 'warning'].includes(line.type())) playground.complaints.push(line.text());
      });
      page.on('pageerror', (error) => playground.complaints.push(error.message));
      page.on('dialog', (dialog) => playground.complaints.push(`dialog: ${dialog.message()}`));
      await page.goto(playground.server.url + path);
      await page.locator('.column').first().waitFor();
      return page;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(contexts.map((context) => context.close()));
      await playground.server.close();
      stopping.abort();
      await polling;
      backstage[Symbol.dispose]();
      await emulator.close();
      expect(playground.complaints).toEqual([]);
    },
  };
  return playground;
}

/** Somebody's column. */
export function columnOf(page: Page, name: string): Locator {
  return page.getByRole('region', { name, exact: true });
}

/** The chat that is open in somebody's column. */
export function chatOf(page: Page, name: string): Locator {
  return columnOf(page, name).locator('.chat:not([hidden])');
}

/** Opens one of somebody's chats, or a topic of the open one. */
export async function openTab(page: Page, name: string, title: string): Promise<void> {
  await columnOf(page, name).getByRole('tab', { name: title }).click();
}

/** Writes and sends a text in the open chat of somebody's column. */
export async function write(page: Page, name: string, text: string): Promise<void> {
  const input = chatOf(page, name).getByRole('combobox');
  await input.fill(text);
  await input.press('Enter');
}

/** Opens the menu of the person that a column shows. */
export async function openMenu(page: Page, name: string): Promise<Locator> {
  await columnOf(page, name).locator('.who').click();
  return page.getByRole('dialog', { name: `${name}: settings` });
}

/** Waits until `read` gives what is expected. */
export function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 8_000, interval: 20 });
}

function createEcho(emulator: Emulator): Bot {
  const bot = new Bot(emulator.token, { client: { apiRoot: emulator.apiRoot }, botInfo: emulator.bot });
  bot.on('message:document', async (context) => {
    const file = await context.getFile();
    const { name, bytes } = { name: context.msg.document.file_name, bytes: file.file_size };
    await context.replyWithDocument(new InputFile(Buffer.alloc(bytes ?? 0, 'b'), `back-${name}`), {
      caption: 'Here',
    });
  });
  bot.on('message:text', async (context) => {
    if (context.chat.type !== 'private' && !context.msg.text.includes(`@${emulator.bot.username}`)) return;
    const buttons = new InlineKeyboard()
      .text('Like', 'like')
      .text('Think', 'think')
      .url('Open', 'http://news.localhost/');
    await context.reply(`You said: ${context.msg.text}`, { reply_markup: buttons });
  });
  bot.callbackQuery('like', (context) => context.answerCallbackQuery({ text: 'Thank you' }));
  bot.callbackQuery('warn', (context) =>
    context.answerCallbackQuery({ text: 'Mind the gap', show_alert: true }),
  );
  return bot;
}

/** What the browser itself says when the server can't be reached. */
export function isOfNetwork(line: string): boolean {
  return line.startsWith('Failed to load resource: net::ERR_');
}

/** Like `bot.start()`, but it ends at once; that one asks a last time, which takes three seconds. */
async function poll(bot: Bot, emulator: Emulator, signal: AbortSignal): Promise<void> {
  const address = `${emulator.apiRoot}/bot${emulator.token}/getUpdates`;
  let offset = 0;
  while (!signal.aborted) {
    try {
      const { body } = await request(address, { query: { offset, timeout: 30 }, signal });
      const { result } = (await body.json()) as { result: Update[] };
      for (const update of result) {
        offset = update.update_id + 1;
        await bot.handleUpdate(update);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
