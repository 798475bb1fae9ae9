// The backstage in a real browser: what the engine tells becomes bars, figures and lines, and the controls order things.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, findChromium, launchBrowser } from './browser.ts';
import {
  createPeople,
  createState,
  ScriptedPlayground,
  tellCall,
  tellUpdate,
} from './scripted-playground.ts';
import type { RequestView } from './scripted-playground.ts';

const executable = findChromium();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser: Browser;
let playground: ScriptedPlayground;

/** A request of Ann's that was accepted `agoMs` ago. */
function ask(id: string, agoMs: number, more: Partial<RequestView> = {}): RequestView {
  const acceptedAt = Date.now() - agoMs;
  return { id, personId: 5001, chatId: 5001, handler: 'links', acceptedAt, phases: [], ...more };
}

const open = (page: Page, tab: string) => page.getByRole('tab', { name: tab }).click();
const rowOf = (page: Page, id: string) =>
  page.locator(`[data-request="${id}"]`).locator('th, td').allInnerTexts();
const timeline = (page: Page) => page.locator('.timeline');

/** Lets the page draw `count` frames more. */
const passFrames = (page: Page, count: number) =>
  page.evaluate(`(async () => {
    for (let i = 0; i < ${count}; i += 1) await new Promise((next) => requestAnimationFrame(next));
  })()`);

describe.skipIf(!executable)('the backstage', () => {
  beforeAll(async () => {
    browser = await launchBrowser(executable ?? '');
    playground = new ScriptedPlayground(browser);
  });
  afterAll(async () => {
    await playground[Symbol.asyncDispose]();
    await browser.close();
  });

  it('follows a request from its acceptance to its end, on the timeline and in the table', async () => {
    const page = await playground.open();
    await eventually(() => timeline(page).getAttribute('data-bars')).toBe('0');
    const [start, { acceptedAt }] = [ask('r1', 5_000), ask('r1', 5_000)];
    playground.tell({ kind: 'request', request: start });
    await eventually(() => timeline(page).getAttribute('data-bars')).toBe('1');
    await page.locator('.names [data-person="5001"]').getByText('1').waitFor();
    await open(page, 'Requests');
    await eventually(() => rowOf(page, 'r1')).toEqual(
      expect.arrayContaining(['r1', 'Ann', 'links', 'running', '–']),
    );
    const waiting = { state: 'waiting', at: acceptedAt + 1_000 } as const;
    playground.tell({ kind: 'request', request: { ...start, phases: [waiting] } });
    await eventually(() => rowOf(page, 'r1')).toContain('waiting');
    const phases = [waiting, { state: 'running', at: acceptedAt + 3_000 } as const];
    const ended = {
      endedAt: acceptedAt + 4_500,
      ending: 'timed out',
      waitMs: 2_000,
      totalMs: 4_500,
    } as const;
    playground.tell({ kind: 'request', request: { ...start, acceptedAt, phases, ...ended } });
    await eventually(() => rowOf(page, 'r1')).toEqual(
      expect.arrayContaining(['timed out', '2.0 s', '2.5 s']),
    );
    expect((await rowOf(page, 'r1')).at(-1)).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(await page.locator('[data-request]').count()).toBe(1);
  });

  it('draws bars in the colours of their states and endings', async () => {
    const state = createState();
    const ended = { endedAt: state.at - 10_000, ending: 'failed' } as const;
    state.engine.requests = [ask('r1', 50_000, ended), ask('r2', 30_000, { personId: 5002 })];
    const page = await playground.open({ state, reducedMotion: 'reduce' });
    await eventually(() => timeline(page).getAttribute('data-bars')).toBe('2');
    const colours = await page.evaluate(`(() => {
      const canvas = document.querySelector('.plot canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const count = {};
      for (let at = 0; at < data.length; at += 4) {
        const colour = data.slice(at, at + 4).join();
        count[colour] = (count[colour] ?? 0) + 1;
      }
      return count;
    })()`);
    // The bars of `--draw-failed-bar` and `--draw-running` in the light scheme.
    expect(colours).toMatchObject({
      '239,195,188,255': expect.any(Number),
      '59,110,168,255': expect.any(Number),
    });
  });

  it('tells of a bar under the pointer or in focus, and holds the time as long', async () => {
    const state = createState();
    const ended = {
      endedAt: state.at - 20_000,
      ending: 'cancelled',
      waitMs: 1_200,
      totalMs: 11_200,
    } as const;
    const phases = [
      { state: 'waiting', at: state.at - 31_200 },
      { state: 'running', at: state.at - 30_000 },
    ] as const;
    state.engine.requests = [
      { ...ask('1.a', 0), acceptedAt: state.at - 31_200, phases: [...phases], ...ended },
      ask('2.b', 9_000, { personId: 5002, chatId: 5002, handler: 'get' }),
    ];
    const page = await playground.open({ state });
    const tip = page.getByRole('option');
    const plot = page.locator('.plot');
    await eventually(() => timeline(page).getAttribute('data-bars')).toBe('2');
    const { width = 0 } = (await plot.boundingBox()) ?? {};
    const top = (await page.locator('.names li').first().boundingBox())?.height ?? 0;
    await plot.hover({ position: { x: width * 0.6, y: top * 0.4 } });
    await tip.waitFor();
    expect(await tip.innerText()).toBe('Ann · links\nwaited 1.2 s, ran 10.0 s, cancelled\n1.a');
    expect(await timeline(page).getAttribute('data-held')).toBe('true');
    await page.mouse.move(0, 0);
    await tip.waitFor({ state: 'hidden' });
    await page.getByRole('radio', { name: '60 s' }).focus();
    await page.keyboard.press('Tab');
    await plot.press('ArrowDown');
    await eventually(() => tip.innerText()).toContain('Bob · get\nwaited 0 ms, ran 9');
    expect(await plot.getAttribute('aria-activedescendant')).toBe('bar-2.b');
    await page.keyboard.press('Escape');
    await tip.waitFor({ state: 'hidden' });
    expect(await timeline(page).getAttribute('data-held')).toBe('false');
  });

  it('gives fifty people a lane each in a panel that grows for them, and takes in a burst of their requests at one go', async () => {
    const state = createState(createPeople(['Ann', '<b>Bob</b>'], 50));
    const page = await playground.open({ state, viewport: { width: 1_440, height: 960 } });
    await eventually(() => timeline(page).getAttribute('data-lanes')).toBe('2');
    const low = (await page.locator('.stage').boundingBox())?.height ?? 0;
    expect(low).toBeLessThan(240);
    const drawnBefore = Number(await timeline(page).getAttribute('data-drawn'));
    const drawn = await page.evaluate(`(async () => {
      const { backstage, world } = window.stage;
      const crowd = [...world.people.keys()].slice(2);
      const at = Date.now() - 2000;
      for (let change = 0; change < 4; change += 1) {
        for (let i = 0; i < 300; i += 1) {
          const phases = [{ state: 'waiting', at }, { state: 'running', at: at + 500 }].slice(0, change);
          const end = change === 3 ? { endedAt: at + 1000, ending: 'answered' } : {};
          const who = { personId: crowd[i % 50], chatId: crowd[i % 50] };
          backstage.take({ kind: 'request', at, request: { id: String(i), ...who, handler: 'links', acceptedAt: at, phases, ...end } });
        }
      }
      for (let i = 0; i < 3; i += 1) await new Promise((next) => requestAnimationFrame(next));
      return { ...document.querySelector('.timeline').dataset };
    })()`);
    expect(drawn).toMatchObject({ bars: '300', lanes: '52' });
    expect(Number((drawn as { drawn: string }).drawn) - drawnBefore).toBeLessThanOrEqual(4);
    const names = await page.locator('.names li').allInnerTexts();
    expect(names.slice(0, 2)).toEqual(['Ann', '<b>Bob</b>']);
    expect(names[2]).toMatch(/^50 people of the rush hour/);
    const fits = `(({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight)(document.querySelector('.lanes'))`;
    await eventually(() => page.evaluate(fits)).toBe(true);
    expect((await page.locator('.stage').boundingBox())?.height).toBeGreaterThan(low);
    await open(page, 'Requests');
    await page.getByText('the newest 200 of 300').waitFor();
    expect(await page.locator('[data-request]').count()).toBe(200);
    await page.getByLabel('Requests of').selectOption({ label: 'Rush 7' });
    await eventually(() => page.locator('[data-request] td:nth-child(2)').allInnerTexts()).toEqual(
      Array.from({ length: 6 }, () => 'Rush 7'),
    );
  });

  it('shows the history once, however often the state is fetched', async () => {
    const state = createState();
    state.engine.requests = [ask('r1', 5_000), ask('r2', 4_000, { personId: 5002 })];
    state.raw = [tellUpdate(1), tellCall(1, 'sendMessage'), tellUpdate(2, 5002)];
    state.faults = [{ kind: 'slow', left: 20 }];
    const page = await playground.open({ state });
    await eventually(() => timeline(page).getAttribute('data-bars')).toBe('2');
    await page.evaluate('delete document.body.dataset.ready');
    state.engine.requests.push(ask('r3', 1_000));
    playground.tellGap();
    await page.locator('body[data-ready]').waitFor();
    await eventually(() => timeline(page).getAttribute('data-bars')).toBe('3');
    await page.getByText('Slow Telegram · 20 left').waitFor();
    await open(page, 'Requests');
    await eventually(() => page.locator('[data-request]').count()).toBe(3);
    await open(page, 'Raw log');
    await eventually(() => page.locator('.raw-lines li').count()).toBe(3);
  });

  it('does not draw while nothing moves, nor while it is folded away', async () => {
    const page = await playground.open();
    const drawn = () => timeline(page).getAttribute('data-drawn');
    await passFrames(page, 10);
    const idle = await drawn();
    await passFrames(page, 10);
    expect(await drawn()).toBe(idle);
    playground.tell({ kind: 'request', request: ask('r1', 1_000) });
    await eventually(async () => Number(await drawn()) - Number(idle)).toBeGreaterThan(1);
    await page.getByRole('button', { name: 'Backstage' }).click();
    const folded = await drawn();
    playground.tell({ kind: 'request', request: ask('r2', 1_000) });
    await passFrames(page, 10);
    expect(await drawn()).toBe(folded);
  });

  it('opens, closes and grows by keys, and remembers it', async () => {
    const page = await playground.open();
    const edge = page.getByRole('separator');
    await page.locator('.names [data-person="5003"]').waitFor();
    const height = Number(await edge.getAttribute('aria-valuenow')) + 24;
    await edge.press('ArrowUp');
    expect(await edge.getAttribute('aria-valuenow')).toBe(String(height));
    expect((await page.locator('.stage').boundingBox())?.height).toBe(height);
    await page.getByRole('tab', { name: 'Timeline' }).press('ArrowLeft');
    expect(await page.getByRole('tab', { name: 'Raw log', selected: true }).count()).toBe(1);
    expect(await page.getByRole('tabpanel').count()).toBe(1);
    await page.getByRole('button', { name: 'Backstage' }).press('Enter');
    await page.reload();
    await page.locator('body[data-ready]').waitFor();
    expect(await page.getByRole('tabpanel').count()).toBe(0);
    await page.getByRole('button', { name: 'Backstage', expanded: false }).click();
    expect((await page.locator('.stage').boundingBox())?.height).toBe(height);
  });

  it('is folded on a phone, and as wide as it', async () => {
    const page = await playground.open({ viewport: { width: 390, height: 800 } });
    expect((await page.locator('.stage').boundingBox())?.height).toBeLessThan(60);
    await page.getByRole('button', { name: 'Backstage' }).click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  it('has nothing that bars anybody from it, in light and dark', async () => {
    const state = createState();
    const ended = { endedAt: state.at - 2_000, ending: 'answered' } as const;
    state.engine.requests = [ask('r1', 5_000, ended), ask('r2', 4_000, { personId: 5002 })];
    state.raw = [
      tellUpdate(1),
      tellCall(1, 'sendMessage', { ok: false, status: 429, description: 'Too Many' }),
    ];
    const page = await playground.open({ state, reducedMotion: 'reduce' });
    await page.evaluate(axe);
    for (const tab of ['Timeline', 'Requests', 'Raw log'])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await open(page, tab);
        const found = await page.evaluate(`axe.run().then(({ violations }) =>
        violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 120))]))`);
        expect(found).toEqual([]);
      }
  });
});
