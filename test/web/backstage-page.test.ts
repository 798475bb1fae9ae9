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

  it('knows what a request did when, and puts bars that overlap into rows of their own', async () => {
    const page = await playground.open();
    const drawn = await page.evaluate(`(async () => {
      const { segmentsOf } = await import('/page/backstage/requests.js');
      const { Lanes } = await import('/page/timeline/lanes.js');
      const request = (id, acceptedAt, endedAt, personId = 1) => ({ id, personId, acceptedAt, endedAt, phases: [] });
      const killed = { ...request('k', 100, 900), phases: [
        { state: 'waiting', at: 200 }, { state: 'running', at: 300 },
        { state: 'interrupted', at: 400 }, { state: 'running', at: 600 } ] };
      const people = [1, 2, 3, 4].map((id) => ({ user: { id }, isCrowd: id > 2 }));
      const requests = [request('a', 0, 500), request('b', 100), request('c', 600, 700), request('d', 650, 700, 4)];
      const lanes = new Lanes().arrange({ requests, ticks: [], people, from: 0, now: 1000, shortestMs: 10 });
      return [segmentsOf(killed, 500), segmentsOf(request('n', 5, 5), 9),
        lanes.map(({ personId, bars }) => [personId, ...bars.map(({ request, row, rows }) => [request.id, row, rows])])];
    })()`);
    expect(drawn).toEqual([
      [
        { state: 'running', from: 100, to: 200 },
        { state: 'waiting', from: 200, to: 300 },
        { state: 'running', from: 300, to: 400 },
        { state: 'interrupted', from: 400, to: 500 },
      ],
      [{ state: 'running', from: 5, to: 5 }],
      [[1, ['a', 0, 2], ['b', 1, 2], ['c', 0, 2]], [4, ['d', 0, 1]], [2]],
    ]);
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

  it('shows how many slots are in use and how many wait', async () => {
    const page = await playground.open();
    playground.tell({ kind: 'load', load: { at: Date.now(), running: 64, waiting: 1_234 } });
    await eventually(() => page.locator('[data-gauge=slots] .figure').innerText()).toBe('Slots\n64\nof 64');
    expect(await page.locator('[data-gauge=waiting] .figure').innerText()).toBe('Waiting\n1,234\nof 5,000');
    expect(await page.locator('[data-gauge=waiting] .scale').innerText()).toBe('2,000');
    expect(await page.getByRole('meter', { name: 'Slots' }).getAttribute('aria-valuenow')).toBe('64');
  });

  it('gives fifty people a lane each and takes in a burst of their requests at one go', async () => {
    const state = createState(createPeople(['Ann', '<b>Bob</b>'], 50));
    const page = await playground.open({ state });
    await eventually(() => timeline(page).getAttribute('data-lanes')).toBe('2');
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
    expect(await page.locator('.names li').allInnerTexts()).toContain('<b>Bob</b>');
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
    expect(await page.getByRole('button', { name: 'Faults' }).innerText()).toBe('Faults\n20');
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
    await edge.press('ArrowUp');
    expect(await edge.getAttribute('aria-valuenow')).toBe('324');
    expect((await page.locator('.stage').boundingBox())?.height).toBe(324);
    await page.getByRole('tab', { name: 'Timeline' }).press('ArrowLeft');
    expect(await page.getByRole('tab', { name: 'Raw log', selected: true }).count()).toBe(1);
    expect(await page.getByRole('tabpanel').count()).toBe(1);
    await page.getByRole('button', { name: 'Backstage' }).press('Enter');
    await page.reload();
    await page.locator('body[data-ready]').waitFor();
    expect(await page.getByRole('tabpanel').count()).toBe(0);
    await page.getByRole('button', { name: 'Backstage', expanded: false }).click();
    expect((await page.locator('.stage').boundingBox())?.height).toBe(324);
  });

  it('is folded on a phone, and as wide as it', async () => {
    const page = await playground.open({ viewport: { width: 390, height: 800 } });
    expect((await page.locator('.stage').boundingBox())?.height).toBeLessThan(60);
    await page.getByRole('button', { name: 'Backstage' }).click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  it.each(['light', 'dark'] as const)('has nothing that bars anybody from it, in %s', async (colorScheme) => {
    const state = createState();
    const ended = { endedAt: state.at - 2_000, ending: 'answered' } as const;
    state.engine.requests = [ask('r1', 5_000, ended), ask('r2', 4_000, { personId: 5002 })];
    state.raw = [
      tellUpdate(1),
      tellCall(1, 'sendMessage', { ok: false, status: 429, description: 'Too Many' }),
    ];
    const page = await playground.open({ state, colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(axe);
    for (const tab of ['Timeline', 'Requests', 'Raw log']) {
      await open(page, tab);
      const found = await page.evaluate(`axe.run().then(({ violations }) =>
        violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 120))]))`);
      expect(found).toEqual([]);
    }
  });
});
