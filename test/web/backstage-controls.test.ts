// The backstage's controls and its raw log in a real browser: what is ordered, what is told of it, what was said.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually, findChromium, launchBrowser } from './browser.ts';
import { ScriptedPlayground, tellCall, tellUpdate } from './scripted-playground.ts';

const executable = findChromium();
let browser: Browser | undefined;
let playground: ScriptedPlayground;
let page: Page;

beforeAll(async () => {
  if (!executable) return;
  browser = await launchBrowser(executable);
  playground = new ScriptedPlayground(browser);
});
afterAll(async () => {
  if (!browser) return;
  await playground[Symbol.asyncDispose]();
  await browser.close();
});

describe.skipIf(!executable)('the backstage’s controls', () => {
  beforeAll(async () => {
    page = await playground.open();
  });
  beforeEach(() => {
    playground.orders.length = 0;
  });

  it('starts a rush hour, follows it in a line and sums it up; a second one is refused in words', async () => {
    const rush = { startedAt: Date.now(), people: 50, requests: 300, open: 86, endings: { answered: 214 } };
    playground.answer = () => ({ status: 409, body: { error: 'A rush hour is on already' } });
    await page.getByRole('button', { name: 'Rush hour' }).click();
    await page.getByText('A rush hour is on already').waitFor();
    expect(playground.orders).toEqual([{ path: '/playground/rush', input: {} }]);
    playground.tell({ kind: 'rush', rush });
    await page.getByText('50 people · 214 of 300 answered').waitFor();
    expect(await page.getByRole('button', { name: 'Rush hour' }).isDisabled()).toBe(true);
    const endings = { answered: 290, 'timed out': 10 };
    const end = { open: 0, endings, medianMs: 1_430, slowestMs: 30_100, endedAt: Date.now() };
    playground.tell({ kind: 'rush', rush: { ...rush, ...end } });
    const result = page.getByRole('status').filter({ hasText: 'median' });
    await result.waitFor();
    expect(await result.innerText()).toBe(
      '300 of 300 answered · median 1.4 s · slowest 30.1 s\n50 people · 290 with the result, 10 timed out',
    );
    expect(await page.getByText('214 of 300').count()).toBe(0);
    await page.getByRole('button', { name: 'Dismiss the result' }).click();
    await result.waitFor({ state: 'hidden' });
    playground.tell({ kind: 'rush', rush: { ...rush, startedAt: rush.startedAt + 1, ...end } });
    await result.waitFor();
  });

  it('orders faults, shows how many are still to come, and ends them', async () => {
    playground.answer = () => ({ body: {} });
    await page.getByRole('button', { name: 'Faults' }).press('Enter');
    const menu = page.getByRole('group', { name: 'Faults' });
    expect(await menu.locator('[data-fault]').count()).toBe(6);
    await menu.getByRole('button', { name: 'Broken connection' }).click();
    await menu.getByRole('button', { name: 'Clear all' }).waitFor();
    playground.tell({ kind: 'faults', faults: [{ kind: 'broken', left: 3 }] });
    await menu.getByText('3 to come').waitFor();
    await menu.getByRole('button', { name: 'Clear all' }).click();
    await eventually(() => playground.orders).toEqual([
      { path: '/playground/faults', input: { kind: 'broken' } },
      { path: '/playground/faults/clear', input: {} },
    ]);
    playground.tell({ kind: 'faults', faults: [] });
    await menu.getByText('3 to come').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    const badge = page.locator('.fault-badge');
    expect(await badge.isVisible()).toBe(false);
    playground.tell({ kind: 'faults', faults: [{ kind: 'slow', left: 19 }] });
    await badge.getByText('Slow Telegram · 19 left').waitFor();
    await badge.getByRole('button', { name: 'End the faults' }).click();
    await eventually(() => playground.orders.slice(2)).toEqual([
      { path: '/playground/faults/clear', input: {} },
    ]);
  });

  it('sets the pace of the clock and follows it; what is refused changes nothing', async () => {
    const at = new Date(2030, 0, 1, 12, 0, 0).getTime();
    playground.answer = () => ({ body: { at, pace: 60 } });
    await page.getByRole('radio', { name: '×60' }).check();
    await eventually(() => page.locator('.clock-time').innerText()).toMatch(/^12:\d\d:\d\d$/);
    expect(playground.orders).toEqual([{ path: '/playground/clock', input: { pace: 60 } }]);
    await eventually(() => page.locator('.clock-time').innerText()).not.toBe('12:00:00');
    playground.answer = () => ({ status: 400, body: { error: 'Not now' } });
    await page.getByRole('radio', { name: '×10' }).click();
    await page.getByText('Not now').waitFor();
    expect(await page.getByRole('radio', { name: '×60' }).isChecked()).toBe(true);
  });

  it('kills the bot and tells when it is up again', async () => {
    const kill = page.getByRole('button', { name: 'Kill the bot' });
    playground.answer = () => ({ body: {} });
    await kill.click();
    await eventually(() => playground.orders).toEqual([{ path: '/playground/bot/kill', input: {} }]);
    for (const [state, words] of [
      ['down', 'Bot is down'],
      ['starting', 'Bot is starting'],
      ['up', 'Bot is up'],
    ]) {
      playground.tell({ kind: 'engine', state });
      await page
        .getByRole('status')
        .getByText(words ?? '')
        .waitFor();
      expect(await kill.isDisabled()).toBe(state !== 'up');
    }
  });

  it('claims nothing of the bot and lets the clock stand as long as the server is lost', async () => {
    const told = await page.evaluate(`(async () => {
      const { BackstageClock } = await import('/page/backstage/clock.js');
      const clock = new BackstageClock();
      clock.set({ at: 1000, pace: 1e6 });
      clock.stop();
      const stopped = clock.now();
      await new Promise((next) => requestAnimationFrame(next));
      const stands = clock.now() === stopped;
      clock.resume();
      window.stage.backstage.lose();
      const words = () => document.querySelector('.bot-state').textContent;
      const lost = words();
      window.stage.backstage.regain();
      return [stands, clock.now() > stopped, lost, words()];
    })()`);
    expect(told).toEqual([true, true, 'Bot: unknown', 'Bot is up']);
  });
});

describe.skipIf(!executable)('the raw log', () => {
  const lines = () => page.locator('.raw-lines li');
  const kinds = () => lines().evaluateAll((items) => items.map((item) => item.getAttribute('data-what')));
  const isAtEnd = () =>
    page.evaluate(`(({ scrollHeight, scrollTop, clientHeight }) =>
      scrollHeight - scrollTop - clientHeight < 2)(document.querySelector('.raw-lines'))`);

  beforeAll(async () => {
    page = await playground.open();
    await page.getByRole('tab', { name: 'Raw log' }).click();
  });
  beforeEach(async () => {
    await page.getByRole('searchbox').fill('');
    await page.evaluate('delete document.body.dataset.ready');
    playground.tellGap();
    await page.locator('body[data-ready]').waitFor();
    await eventually(() => lines().count()).toBe(0);
  });

  it('has a line for each update and call, by person and by method, and copies what is shown', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const refused = { ok: false, status: 429, description: 'Too Many Requests: retry after 3', ms: 2.4 };
    playground.tell(tellUpdate(1), tellCall(1, 'sendMessage'), tellUpdate(2, 5002));
    playground.tell(
      tellCall(2, 'editMessageText', { chatId: 5002, ...refused }),
      tellCall(3, 'getMe', { chatId: undefined }),
    );
    await eventually(kinds).toEqual(['message', 'sendMessage', 'message', 'editMessageText', 'getMe']);
    expect(await lines().nth(3).innerText()).toMatch(
      /call\s+editMessageText\s+Bob\s+Too Many Requests: retry after 3\s+429 · 2 ms/,
    );
    await page.getByLabel('Log of').selectOption({ label: 'Bob' });
    await eventually(kinds).toEqual(['message', 'editMessageText']);
    await page.getByLabel('Log of').selectOption({ label: 'Everybody' });
    await page.getByRole('searchbox').fill('SEND');
    await eventually(kinds).toEqual(['sendMessage']);
    await page.getByRole('button', { name: 'Copy as JSON' }).click();
    await page.getByRole('button', { name: 'Copied 1' }).waitFor();
    const copied = JSON.parse(String(await page.evaluate('navigator.clipboard.readText()'))) as unknown;
    expect(copied).toMatchObject([{ kind: 'call', call: { method: 'sendMessage' } }]);
    await page.getByRole('searchbox').fill('update');
    await eventually(kinds).toEqual(['message', 'message']);
  });

  it('shows a call at the time it ended, so that the times rise', async () => {
    const at = Date.now();
    playground.tell({ ...tellUpdate(1), at }, { ...tellCall(1, 'sendMessage', { at: at - 2_000 }), at });
    await eventually(() => lines().count()).toBe(2);
    const [first, second] = await lines().locator('time').allInnerTexts();
    expect(second).toBe(first);
  });

  it('opens to the JSON without any token in it, cut where it is too long', async () => {
    const token = `5001234:${'Ab-_9'.repeat(7)}`;
    playground.tell(
      tellCall(1, 'setWebhook', {
        payload: { url: `https://a.example/bot${token}/x`, secret_token: 'hush' },
      }),
    );
    playground.tell(tellCall(2, 'sendMessage', { payload: { text: `<i>${'x'.repeat(30_000)}` } }));
    await eventually(() => lines().count()).toBe(2);
    await lines().first().locator('summary').press('Enter');
    const json = await lines().first().locator('pre', { hasText: '{' }).innerText();
    expect(JSON.parse(json)).toMatchObject({
      call: { method: 'setWebhook', payload: { secret_token: '…' } },
    });
    expect(json).toContain('https://a.example/bot…/x');
    await lines().last().locator('summary').click();
    const long = await lines().last().locator('pre', { hasText: '{' }).innerText();
    expect(long).toMatch(/^[^]{20000}\n… cut here: 31 kB in all$/);
    expect(long).toContain('<i>x');
  });

  it('keeps 2,000 and shows 300 of them; older ones come by a button', async () => {
    playground.tell(...Array.from({ length: 2_600 }, (_, index) => tellUpdate(index + 1)));
    await eventually(() => lines().count()).toBe(300);
    const first = async () => {
      await lines()
        .first()
        .locator('details')
        .evaluate((details) => details.setAttribute('open', ''));
      return JSON.parse(await lines().first().locator('pre', { hasText: '{' }).innerText()) as {
        update: { update_id: number };
      };
    };
    await eventually(async () => (await first()).update.update_id).toBe(2_301);
    for (let page_ = 0; page_ < 6; page_ += 1) await page.getByRole('button', { name: 'Older…' }).click();
    expect((await first()).update.update_id).toBe(601);
    expect(await lines().count()).toBe(200);
    expect(await page.getByRole('button', { name: 'Older…' }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'newer' }).click();
    await eventually(async () => (await first()).update.update_id).toBe(2_301);
  });

  it('follows its end unless its reader scrolls up or pauses it', async () => {
    playground.tell(...Array.from({ length: 60 }, (_, index) => tellUpdate(index + 1)));
    await eventually(() => lines().count()).toBe(60);
    await eventually(isAtEnd).toBe(true);
    await page.locator('.raw-lines').evaluate((list) => list.scrollTo(0, 200));
    await page.getByRole('button', { name: 'To the newest' }).waitFor();
    playground.tell(tellUpdate(61), tellUpdate(62));
    await page.getByRole('button', { name: '2 newer' }).click();
    await eventually(() => lines().count()).toBe(62);
    await eventually(isAtEnd).toBe(true);
    const pause = page.getByRole('button', { name: 'Pause' });
    await pause.click();
    playground.tell(tellUpdate(63));
    await page.getByRole('button', { name: '1 newer' }).waitFor();
    expect(await lines().count()).toBe(62);
    await pause.click();
    await eventually(() => lines().count()).toBe(63);
    await page.getByRole('searchbox').fill('update');
    await eventually(isAtEnd).toBe(true);
    playground.tell(tellUpdate(64), tellCall(1, 'getMe'));
    await eventually(() => lines().count()).toBe(64);
    await eventually(isAtEnd).toBe(true);
    playground.tell(tellUpdate(65));
    await eventually(() => lines().count()).toBe(65);
  });
});
