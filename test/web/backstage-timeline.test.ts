// The timeline in a real browser: where its bars lie, what its axis and gauges say, which marks it makes.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, findChromium, launchBrowser } from './browser.ts';
import { ScriptedPlayground } from './scripted-playground.ts';

const executable = findChromium();

describe.skipIf(!executable)('the timeline', () => {
  let browser: Browser;
  let playground: ScriptedPlayground;
  let page: Page;
  beforeAll(async () => {
    browser = await launchBrowser(executable ?? '');
    playground = new ScriptedPlayground(browser);
    page = await playground.open();
  });
  afterAll(async () => {
    await playground[Symbol.asyncDispose]();
    await browser.close();
  });

  it('knows what a request did when, and puts bars that overlap into rows of their own', async () => {
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
      [[1, ['a', 0, 2], ['b', 1, 2], ['c', 0, 2]], [2], [3], [4, ['d', 0, 1]]],
    ]);
  });

  it('tells a call whose answer was lost from one that was refused', async () => {
    const kinds = await page.evaluate(`(async () => {
      const { Ticks } = await import('/page/timeline/ticks.js');
      const ticks = new Ticks();
      for (const status of [0, 429]) ticks.add({ kind: 'call', at: 1, chatId: 5001,
        call: { at: 1, method: 'sendMessage', ok: false, status } }, window.stage.world);
      return ticks.all.map(({ kind }) => kind);
    })()`);
    expect(kinds).toEqual(['lost', 'refused']);
  });

  it('shows how many slots are in use and how many wait', async () => {
    playground.tell({ kind: 'load', load: { at: Date.now(), running: 64, waiting: 1_234 } });
    await eventually(() => page.locator('[data-gauge=slots] .figure').innerText()).toBe('Slots\n64\nof 64');
    expect(await page.locator('[data-gauge=waiting] .figure').innerText()).toBe('Waiting\n1,234\nof 5,000');
    expect(await page.locator('[data-gauge=waiting] .scale').innerText()).toBe('2,000');
    expect(await page.locator('[data-gauge=slots] .scale').innerText()).toBe('64');
    expect(await page.getByRole('meter', { name: 'Slots' }).getAttribute('aria-valuenow')).toBe('64');
  });

  it('marks the axis in round steps, scaled by the pace, and shows a recent rush hour whole', async () => {
    const axis = () => page.locator('.axis > span').allInnerTexts();
    await eventually(axis).toEqual(['−60 s', '−50 s', '−40 s', '−30 s', '−20 s', '−10 s', 'now']);
    const rush = { people: 50, requests: 200, open: 200, endings: {} };
    playground.tell({ kind: 'rush', rush: { ...rush, startedAt: Date.now() } });
    await eventually(axis).toEqual(['−10 s', '−8 s', '−6 s', '−4 s', '−2 s', 'now']);
    await page.getByRole('radio', { name: '60 s' }).check();
    playground.tell({ kind: 'clock', clock: { at: Date.now(), pace: 60 } });
    await eventually(axis).toEqual(['−60 min', '−50 min', '−40 min', '−30 min', '−20 min', '−10 min', 'now']);
    expect(await page.getByRole('radio', { name: '60 min' }).isChecked()).toBe(true);
  });
});
