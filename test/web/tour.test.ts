// The playground as a newcomer meets it, with the real bot behind it; with `PICTURES=docs` its pictures are those of the README.

import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startPlayground } from '../../src/playground/playground.ts';
import { requireLoopback } from '../../src/web/loopback.ts';
import { startWebServer } from '../../src/web/server.ts';
import { chatOf, columnOf, findChromium, launchBrowser, write } from './browser.ts';

const executable = findChromium();
const pictures = process.env['PICTURES'];
let browser: Browser;

describe.skipIf(!executable)('the playground', () => {
  beforeAll(async () => {
    browser = await launchBrowser(executable ?? '');
  });
  afterAll(() => browser.close());

  it('shows a newcomer two people served at once, a file, a cancelled wait and a rush hour with every request answered', async () => {
    await using stage = await openStage();
    const { page } = stage;

    await page.getByRole('complementary', { name: 'First steps' }).waitFor();
    await pick(page, 'Ann', 'Takes 8 seconds');
    await pick(page, 'Bob', 'A link');
    await chatOf(page, 'Bob').getByText('Harbour lamp lit again').waitFor();
    await chatOf(page, 'Ann').getByRole('button', { name: 'Cancel' }).click();
    await chatOf(page, 'Ann').getByText('Cancelled').waitFor();

    await write(page, 'Ann', '/help');
    await chatOf(page, 'Ann').getByText('/settings').first().waitFor();
    await choosePace(page, '×10');
    await pick(page, 'Bob', 'A 30 MB file');
    await chatOf(page, 'Bob').locator('.message .file').getByText('star-map.bin').waitFor();
    await page.getByRole('button', { name: 'Got it' }).click();

    if (pictures) await prepare(page);
    await pick(page, 'Ann', 'Five links at once');
    await page.getByRole('button', { name: 'Rush hour' }).click();
    if (pictures) await takePicture(page, 'playground');
    const summary = page.getByText(/^(\d+) of \1 answered/);
    await summary.waitFor({ timeout: 30_000 });
    expect(Number(/\d+/.exec(await summary.innerText())?.[0])).toBeGreaterThanOrEqual(200);
    expect(await stage.silentPeople()).toEqual([]);
    await chatOf(page, 'Ann').getByText('There is no such page').waitFor();

    expect(await seriousFindings(page)).toEqual([]);
    expect(await shiftsOfMessages(page)).toBeLessThan(0.01);
    expect(await columnOf(page, 'Ann').count()).toBe(1);
  }, 60_000);
});

/** The playground of `npm start`, and its page; disposing it throws if the page had anything to complain of. */
async function openStage() {
  await using parts = new AsyncDisposableStack();
  const config = readConfig({ LOG_LEVEL: 'silent' });
  const playground = parts.use(await startPlayground(config, { log: pino({ level: 'silent' }) }));
  const { routes, ready, emulator } = playground;
  const complaints: string[] = [];
  const onError = (error: unknown) => complaints.push(String(error));
  const place = { host: '127.0.0.1', port: 0, guard: requireLoopback };
  const server = parts.use(await startWebServer({ ...place, routes, ready, onError }));
  const context = await browser.newContext({
    viewport: { width: 1440, height: pictures ? 1080 : 960 },
    ...(pictures ? { deviceScaleFactor: 4 / 3 } : { reducedMotion: 'reduce' }),
  });
  parts.defer(() => context.close());
  await context.addInitScript(watchShifts);
  const page = await context.newPage();
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type())) complaints.push(line.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(server.url);
  await page.locator('.column').first().waitFor();
  const open = parts.move();
  return {
    page,
    /** Who asked something in private and got no message back. */
    async silentPeople() {
      const chats = emulator.chats().filter(({ type }) => type === 'private');
      return chats.filter(({ messages }) => !messages.some(({ from }) => from?.is_bot)).map(({ id }) => id);
    },
    async [Symbol.asyncDispose]() {
      await open.disposeAsync();
      expect(complaints).toEqual([]);
    },
  };
}

async function pick(page: Page, name: string, sample: string): Promise<void> {
  await chatOf(page, name).getByRole('button', { name: sample, exact: true }).click();
}

async function choosePace(page: Page, pace: string): Promise<void> {
  await page.getByRole('radio', { name: pace, exact: true }).check();
}

/** At the pace of life, and with nothing in front of the chats. */
async function prepare(page: Page): Promise<void> {
  await choosePace(page, '×1');
  await page.locator('.notice').last().waitFor({ state: 'detached' });
}

/** Waits for the rush to be at its height and keeps what the page looks like. */
async function takePicture(page: Page, name: string): Promise<void> {
  await page.getByText(/50 people · 1[2-6]\d of/).waitFor();
  await page.screenshot({ path: join(pictures ?? '', `${name}.png`) });
}

/** What hinders people with a disability, as axe-core finds it, beyond the minor. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  const found = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Sums up in the page how far messages were moved by anything but a person's own doing. */
function watchShifts(): void {
  const state = globalThis as unknown as { shiftOfMessages: number };
  state.shiftOfMessages = 0;
  interface Shift extends PerformanceEntry {
    value: number;
    hadRecentInput: boolean;
    sources: { node?: { closest?(selector: string): unknown; parentElement?: unknown } }[];
  }
  // Node's types do not know this kind of entry.
  const wanted: object = { type: 'layout-shift', buffered: true };
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries() as Shift[]) {
      const isOfMessages = shift.sources.some(({ node }) => node?.closest?.('.log'));
      if (isOfMessages && !shift.hadRecentInput) state.shiftOfMessages += shift.value;
    }
  }).observe(wanted);
}

function shiftsOfMessages(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { shiftOfMessages: number }).shiftOfMessages);
}
