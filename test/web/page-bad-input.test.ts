// What the playground's page is not prepared for gently: cuts, floods, folders, names made to confuse.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  chatOf,
  columnOf,
  eventually,
  findChromium,
  isOfNetwork,
  openMenu,
  openTab,
  useStage,
  write,
} from './browser.ts';

const executable = findChromium();

describe.skipIf(!executable)('the page and bad input', () => {
  const stage = useStage(executable);

  it('resumes a cut stream from its cursor, and says meanwhile that it can’t hear', async () => {
    const { page, playground } = stage;
    await playground.server.close();
    await page.getByRole('alert').getByText('catches up by itself').waitFor();
    for (let i = 1; i <= 30; i += 1) playground.ann.send(`missed ${i}`);
    const states: string[] = [];
    page.on('request', (request) => states.push(new URL(request.url()).pathname));
    await playground.restart();
    await chatOf(page, 'Ann').getByText('You said: missed 30', { exact: true }).waitFor();
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    expect(states).not.toContain('/playground/state');
    const own = await chatOf(page, 'Ann').locator('.mine .words').allInnerTexts();
    expect(own.at(-1)).toBe('missed 30');
    expect(new Set(own).size).toBe(own.length);
    playground.complaints = playground.complaints.filter((line) => !isOfNetwork(line));
  });

  it('lets go of its stream while it is hidden, and misses nothing', async () => {
    const { page, playground } = stage;
    const turn = (isHidden: boolean) =>
      page.evaluate(`(() => { Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange')); })()`);
    const closed = page.waitForEvent('requestfailed', (request) =>
      request.url().includes('/playground/events'),
    );
    await turn(true);
    await closed;
    playground.ann.send('while you were away');
    await playground.ann.chat.nextMessage();
    expect(await chatOf(page, 'Ann').locator('.message').count()).toBe(0);
    await turn(false);
    await chatOf(page, 'Ann').getByText('You said: while you were away').waitFor();
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });

  it('takes 5,000 messages in one chat and keeps few of them on the screen', async () => {
    const { page, playground } = stage;
    const { bob, group } = playground;
    for (const name of ['Ann', 'Bob']) await openTab(page, name, 'Garden club');
    for (let i = 1; i <= 5_000; i += 1) {
      bob.send(`note ${i}`, { chat: group });
      if (i % 100 === 0) await setImmediate();
    }
    for (const name of ['Ann', 'Bob'])
      await chatOf(page, name).getByText('note 5000', { exact: true }).waitFor();
    expect(await page.locator('.message').count()).toBeLessThanOrEqual(2 * 200);
    await write(page, 'Ann', 'still here');
    await chatOf(page, 'Bob').getByText('still here').waitFor();
  });

  it('counts down to 4,096 characters, sends as many and no more', async () => {
    const { page, playground } = stage;
    await openTab(page, 'Ann', 'Garden club');
    const input = chatOf(page, 'Ann').getByRole('combobox');
    await input.fill('a'.repeat(4_097));
    await input.press('Enter');
    await chatOf(page, 'Ann').getByText('-1', { exact: true }).waitFor();
    await input.press('Backspace');
    await input.press('Enter');
    const lengths = () => playground.group.messages.flatMap(({ text }) => text?.length ?? []);
    await eventually(lengths).toEqual([4_096]);
  });

  it('names a dropped folder kindly and sends nothing', async () => {
    const { page, playground } = stage;
    const folder = await mkdtemp(join(tmpdir(), 'errand-folder-'));
    try {
      const { x = 0, y = 0 } = (await chatOf(page, 'Ann').getByRole('log').boundingBox()) ?? {};
      const session = await page.context().newCDPSession(page);
      const data = { items: [], files: [folder], dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
        await session.send('Input.dispatchDragEvent', { type, x: x + 50, y: y + 50, data });
      }
      await columnOf(page, 'Ann')
        .getByText(`${basename(folder)}\u2069 is a folder`)
        .waitFor();
      expect(playground.ann.chat.messages).toHaveLength(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('tells how far a large file is', async () => {
    const { page, playground } = stage;
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route('**/file?*', async (route) => {
      await released;
      await route.continue();
    });
    const file = { name: 'film.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3_000_000) };
    await chatOf(page, 'Ann').locator('input[type=file]').setInputFiles(file);
    const bar = page.getByRole('progressbar', { name: 'Sending film.bin' });
    await bar.waitFor();
    release();
    await chatOf(page, 'Ann').getByRole('link', { name: 'back-film.bin' }).waitFor();
    expect(await bar.count()).toBe(0);
    expect(playground.ann.chat.messages[0]?.document?.file_size).toBe(3_000_000);
  });

  it('shows names of any script as they are, and none of them as markup', async () => {
    const { emulator, ann } = stage.playground;
    const names = ['نور ‮الهدى', '👩🏽‍🚀', '<img src=x onerror=evil()>'];
    const people = names.map((first_name) => emulator.person({ first_name }));
    emulator.group({ title: '<b>هنا</b>', members: [ann, ...people] });
    for (const person of people)
      person.send(`I am ${person.user.first_name}`, { chat: emulator.chats().at(-1)! });
    const page = await stage.playground.open({ viewport: { width: 1400, height: 700 } });
    const menu = await openMenu(page, 'Ann');
    await menu.getByRole('button', { name: names[2]! }).click();
    await openTab(page, names[2]!, '<b>هنا</b>');
    expect(await columnOf(page, names[2]!).locator('.sender bdi').allTextContents()).toEqual(
      expect.arrayContaining(names.slice(0, 2)),
    );
    expect(await columnOf(page, names[1]!).locator('.avatar').first().innerText()).toBe(names[1]!);
    expect(await page.locator('.columns img, .columns b:not(.menu b)').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
