// The people of the playground's page: columns, the person menu, topics, and what a reload keeps.

import { describe, expect, it } from 'vitest';
import { chatOf, columnOf, eventually, findChromium, openMenu, openTab, useStage, write } from './browser.ts';

const executable = findChromium();

describe.skipIf(!executable)('the people of the page', () => {
  const stage = useStage(executable);

  it('the menu sets language and block, and tells why the server refused an order', async () => {
    const { page, playground } = stage;
    const { ann, engine } = playground;
    engine.setAdmin = () => {
      throw new Error('The bot is down');
    };
    const menu = await openMenu(page, 'Ann');
    await menu.getByRole('radio', { name: 'Русский' }).press('Space');
    await eventually(() => ann.user.language_code).toBe('ru');
    await menu.getByRole('switch', { name: 'Blocks the bot' }).press('Space');
    await eventually(() => ann.blocked).toBe(true);
    await menu.getByRole('switch', { name: 'Admin' }).press('Space');
    await columnOf(page, 'Ann').getByText('The bot is down').waitFor();
    expect(await menu.getByRole('switch', { name: 'Admin' }).isChecked()).toBe(false);
    await page.keyboard.press('Escape');
    expect(await chatOf(page, 'Ann').getByRole('combobox').isVisible()).toBe(false);
    await chatOf(page, 'Ann').getByRole('button', { name: 'Unblock' }).click();
    await chatOf(page, 'Ann').getByRole('combobox').waitFor();
    expect(ann.blocked).toBe(false);
    playground.complaints = playground.complaints.filter((line) => !line.includes('409'));
  });

  it('a topic shows its own messages, sends into itself, and its tab tells of unread ones', async () => {
    const { page, playground } = stage;
    const { ann, bob, emulator } = playground;
    const club = emulator.group({ title: 'Weekend', members: [ann, bob], topics: ['Trips', 'Kitchen'] });
    for (const name of ['Ann', 'Bob']) await openTab(page, name, 'Weekend');
    await openTab(page, 'Ann', 'Trips');
    await write(page, 'Ann', 'To the sea');
    await chatOf(page, 'Ann').getByText('To the sea').waitFor();
    const [trips] = club.topics;
    expect(club.messages.at(-1)).toMatchObject({ text: 'To the sea', message_thread_id: trips?.threadId });
    await columnOf(page, 'Bob').getByRole('tab', { name: 'Trips unread' }).waitFor();
    expect(await chatOf(page, 'Bob').getByText('To the sea').count()).toBe(0);
    await write(page, 'Bob', 'for all');
    await columnOf(page, 'Ann').getByRole('tab', { name: 'General unread' }).waitFor();
    expect(club.messages.at(-1)?.message_thread_id).toBeUndefined();
    await openTab(page, 'Bob', 'Trips');
    await chatOf(page, 'Bob').getByText('To the sea').waitFor();
    expect(await columnOf(page, 'Bob').getByRole('tab', { name: 'Trips unread' }).count()).toBe(0);
  });

  it('a reload keeps the columns, the open chat and topic, and the words that were not sent', async () => {
    const { page, playground } = stage;
    const { ann, bob, emulator } = playground;
    emulator.group({ title: 'Outing', members: [ann, bob], topics: ['Trips'] });
    await (await openMenu(page, 'Ann')).getByRole('button', { name: 'Close this column' }).click();
    await openTab(page, 'Bob', 'Outing');
    await openTab(page, 'Bob', 'Trips');
    await chatOf(page, 'Bob').getByRole('combobox').fill('half a thought');
    await page.reload();
    await chatOf(page, 'Bob').waitFor();
    expect(await page.locator('.column').count()).toBe(1);
    expect(await columnOf(page, 'Bob').getByRole('tab', { selected: true }).allInnerTexts()).toEqual([
      'Outing',
      'Trips',
    ]);
    expect(await chatOf(page, 'Bob').getByRole('combobox').inputValue()).toBe('half a thought');
    await page.evaluate('sessionStorage.clear()');
    await page.reload();
  });

  it('two tabs of the same person show the same; ?as=ann opens only her column', async () => {
    const { page: one, playground } = stage;
    const two = await playground.open({ path: '/?as=ann' });
    expect(await two.locator('.column').count()).toBe(1);
    expect(await two.title()).toBe('Ann · Errand playground');
    await write(one, 'Ann', 'from the first');
    await chatOf(two, 'Ann').getByText('You said: from the first').waitFor();
    await write(two, 'Ann', 'from the second');
    await chatOf(one, 'Ann').getByText('You said: from the second').waitFor();
    const words = (page: typeof one) => chatOf(page, 'Ann').locator('.words').allInnerTexts();
    expect(await words(one)).toEqual(await words(two));
  });

  it('chooses light or dark for this browser, or leaves it to the computer', async () => {
    const { page } = stage;
    await page.emulateMedia({ colorScheme: 'light' });
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await paper();
    const button = page.getByRole('button', { name: /^Colours/ });
    await button.click();
    expect(await paper()).toBe(light);
    await button.click();
    expect(await paper()).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: 'Colours: dark' }).waitFor();
    expect(await paper()).not.toBe(light);
  });

  it('“+ Person” makes somebody with a column of their own, up to four; then they are picked in a menu', async () => {
    const { page } = stage;
    await page.setViewportSize({ width: 1000, height: 700 });
    const add = async (name: string) => {
      await page.getByRole('button', { name: 'Person', exact: true }).click();
      await page.keyboard.type(name);
      await page.keyboard.press('Enter');
    };
    await add('Cem');
    await write(page, 'Cem', 'I am new');
    await chatOf(page, 'Cem').getByText('You said: I am new').waitFor();
    await add('Dana');
    await columnOf(page, 'Dana').waitFor();
    await add('Eve');
    await page.getByText('Four columns is the most. \u2068Eve\u2069 is in the menu').waitFor();
    expect(await page.locator('.column').count()).toBe(4);
    const further = page.getByRole('button', { name: 'More columns to the right' });
    await page.locator('.columns').evaluate((row) => row.scrollTo(0, 0));
    await further.click();
    await further.waitFor({ state: 'hidden' });
    const menu = await openMenu(page, 'Bob');
    await menu.getByRole('button', { name: 'Eve' }).click();
    await columnOf(page, 'Eve').waitFor();
    expect(await page.locator('.column h2 bdi').allInnerTexts()).toEqual(['Ann', 'Eve', 'Cem', 'Dana']);
  });
});
