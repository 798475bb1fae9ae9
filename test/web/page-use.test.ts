// How the playground's page is used: by keyboard, on a phone, at first sight, and when its server goes away.

import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chatOf, eventually, findChromium, isOfNetwork, useStage, write } from './browser.ts';

const executable = findChromium();

describe.skipIf(!executable)('the page in use', () => {
  const stage = useStage(executable);

  it('replies to a message and quotes it', async () => {
    const { page, playground } = stage;
    await playground.bot.api.sendMessage(playground.ann.id, 'Tea or coffee?');
    const question = chatOf(page, 'Ann').getByRole('article').filter({ hasText: 'Tea or coffee?' });
    await question.hover();
    await question.getByRole('button', { name: 'Reply' }).click();
    await page.keyboard.type('Tea');
    await page.keyboard.press('Enter');
    const quote = chatOf(page, 'Ann').locator('.mine .reply-quote');
    expect(await quote.innerText()).toBe('Errand\nTea or coffee?');
    expect(playground.ann.chat.messages[1]).toMatchObject({ reply_to_message: { text: 'Tea or coffee?' } });
  });

  it('edits the last message of one’s own by the arrow up, and deletes it by keys alone', async () => {
    const { page, playground } = stage;
    playground.bob.send('helo', { chat: playground.group });
    await page.getByRole('region', { name: 'Bob' }).getByRole('tab', { name: 'Garden club' }).click();
    await chatOf(page, 'Bob').getByText('helo').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('End');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('lo');
    await page.keyboard.press('Enter');
    await chatOf(page, 'Bob').getByText('hello').waitFor();
    const log = chatOf(page, 'Bob').getByRole('log');
    await log.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await eventually(() => playground.group.messages.filter(({ text }) => text !== undefined).length).toBe(0);
    await eventually(() => log.getByText('hello').count()).toBe(0);
  });

  it('passes over the buttons of all messages but the one in focus; Escape and / lead to the input', async () => {
    const { page, playground } = stage;
    const chat = chatOf(page, 'Ann');
    await write(page, 'Ann', 'hi');
    await chat.getByRole('button', { name: 'Like' }).waitFor();
    await playground.bot.api.sendMessage(playground.ann.id, 'See /help');
    await chat.getByText('See /help').waitFor();
    const focused = () =>
      page.evaluate('document.activeElement.ariaLabel ?? document.activeElement.innerText');
    await chat.getByRole('log').focus();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('A link');
    await page.keyboard.press('Tab');
    expect(await focused()).toMatch(/^Attach/);
    await chat.getByRole('log').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('/help');
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('Message to Errand as Ann');
    await chat.getByRole('log').focus();
    await page.keyboard.press('/');
    expect(await chat.getByRole('combobox').inputValue()).toBe('/');
    await page.keyboard.press('Escape');
    await chat.getByRole('combobox').fill('');
  });

  it('offers the bot’s commands to a slash; Enter sends one at once, Tab lets it be written on', async () => {
    const { page, playground } = stage;
    const input = chatOf(page, 'Ann').getByRole('combobox');
    await input.pressSequentially('/');
    const options = chatOf(page, 'Ann').getByRole('option');
    await options.nth(2).waitFor();
    expect(await options.count()).toBe(3);
    await input.pressSequentially('he');
    expect(await options.count()).toBe(2);
    await input.press('ArrowDown');
    expect(await chatOf(page, 'Ann').getByRole('option', { selected: true }).innerText()).toContain('/hello');
    await input.press('Enter');
    await eventually(() => playground.ann.chat.messages[0]?.text).toBe('/hello');
    expect(await input.inputValue()).toBe('');
    expect(await input.getAttribute('aria-expanded')).toBe('false');
    await input.fill('/jo');
    await input.press('Tab');
    expect(await input.inputValue()).toBe('/jobs ');
    await input.fill('');
  });

  it('learns of new commands at once', async () => {
    const { page, playground } = stage;
    await playground.bot.api.setMyCommands([{ command: 'brand_new', description: 'Just made' }]);
    const input = chatOf(page, 'Ann').getByRole('combobox');
    await eventually(async () => {
      await input.fill('');
      await input.fill('/');
      return chatOf(page, 'Ann').getByRole('option').allInnerTexts();
    }).toEqual([expect.stringContaining('brand_new')]);
  });

  it('sends a tapped command and a sample, which is addressed to the bot in a group', async () => {
    const { page, playground } = stage;
    await playground.bot.api.sendMessage(playground.ann.id, 'See /help');
    await chatOf(page, 'Ann').getByRole('button', { name: '/help', exact: true }).click();
    await chatOf(page, 'Ann').getByText('You said: /help').waitFor();
    await chatOf(page, 'Ann').getByRole('button', { name: 'A link' }).click();
    await chatOf(page, 'Ann').getByText('You said: http://news.localhost/').waitFor();
    await page.getByRole('region', { name: 'Ann' }).getByRole('tab', { name: 'Garden club' }).click();
    await chatOf(page, 'Ann').getByRole('button', { name: 'A link' }).click();
    const { username } = playground.emulator.bot;
    await eventually(() => playground.group.messages.at(-1)?.text).toBe(
      `You said: @${username} http://news.localhost/`,
    );
  });

  it('shows typing until the answer, and a draft that can be stopped', async () => {
    const { page, playground } = stage;
    const { api } = playground.bot;
    await api.sendChatAction(playground.ann.id, 'upload_document');
    const typing = chatOf(page, 'Ann').getByText('Errand is sending a file');
    await typing.waitFor();
    await api.raw.sendMessageDraft({
      chat_id: playground.ann.id,
      draft_id: 3,
      text: 'Once upon',
      can_stop: true,
    });
    await chatOf(page, 'Ann').getByText('Once upon').waitFor();
    await api.raw.sendMessageDraft({
      chat_id: playground.ann.id,
      draft_id: 3,
      text: 'Once upon a time',
      can_stop: true,
    });
    await chatOf(page, 'Ann').getByText('Once upon a time').waitFor();
    await chatOf(page, 'Ann').getByRole('button', { name: 'Stop' }).click();
    await chatOf(page, 'Ann').locator('.draft').waitFor({ state: 'detached' });
    await api.sendMessage(playground.ann.id, 'Here you are');
    await typing.waitFor({ state: 'hidden' });
  });

  it('says that no message leaves the computer, and how to go live', async () => {
    const { page } = stage;
    expect(await page.getByText('No message leaves this computer').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Go live' }).click();
    await page.getByRole('dialog', { name: 'From here to Telegram' }).getByText('BOT_TOKEN=123456').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('on a phone shows three hints on the first visit, once, the input below them, one column at a time, nothing wider than the screen', async () => {
    const { playground } = stage;
    const page = await playground.open({
      viewport: { width: 360, height: 640 },
      isMobile: true,
      hasTouch: true,
      isFirst: true,
    });
    const hints = page.getByRole('complementary', { name: 'First steps' });
    expect(await hints.getByRole('listitem').count()).toBe(3);
    const { y = 0, height = 0 } = (await chatOf(page, 'Ann').getByRole('combobox').boundingBox()) ?? {};
    expect(y + height).toBeLessThan(640);
    await hints.getByRole('button', { name: 'Got it' }).click();
    expect(await hints.isVisible()).toBe(false);
    await page.reload();
    await page.locator('.column').first().waitFor();
    expect(await hints.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Hints' }).click();
    expect(await hints.isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Hints' }).click();
    await playground.bot.api.sendMessage(
      playground.ann.id,
      `${'long'.repeat(60)} http://${'a'.repeat(90)}.example/`,
    );
    await chatOf(page, 'Ann').getByText('longlong').waitFor();
    expect(await page.getByRole('region', { name: 'Bob' }).isVisible()).toBe(false);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await page.getByRole('button', { name: 'Bob' }).click();
    expect(await page.getByRole('region', { name: 'Bob' }).isVisible()).toBe(true);
    expect(await page.getByRole('region', { name: 'Ann' }).isVisible()).toBe(false);
  });

  it('keeps the end in sight, and leaves a reader of older messages where they are', async () => {
    const { page, playground } = stage;
    for (let i = 1; i <= 40; i += 1) playground.bob.send(`note ${i}`, { chat: playground.group });
    await page.getByRole('region', { name: 'Ann' }).getByRole('tab', { name: 'Garden club' }).click();
    const newest = chatOf(page, 'Ann').getByText('note 40', { exact: true });
    const oldest = chatOf(page, 'Ann').getByText('note 1', { exact: true });
    const isInView = async (message: Locator) => {
      const [box, log] = [
        await message.boundingBox(),
        await chatOf(page, 'Ann').getByRole('log').boundingBox(),
      ];
      return box && log && box.y >= log.y && box.y + box.height <= log.y + log.height;
    };
    await newest.waitFor();
    await eventually(() => isInView(newest)).toBe(true);
    await oldest.scrollIntoViewIfNeeded();
    playground.bob.send('note 41', { chat: playground.group });
    const button = chatOf(page, 'Ann').getByRole('button', { name: 'New messages' });
    await button.waitFor();
    expect(await isInView(oldest)).toBe(true);
    await button.click();
    await eventually(() => isInView(chatOf(page, 'Ann').getByText('note 41', { exact: true }))).toBe(true);
    await button.waitFor({ state: 'hidden' });
  });

  it('tells when the server is gone, misses nothing when it is back, and says that it began anew', async () => {
    const { page, playground } = stage;
    await write(page, 'Ann', 'before');
    await chatOf(page, 'Ann').getByText('You said: before').waitFor();
    await chatOf(page, 'Ann').getByRole('combobox').fill('half a thought');
    await playground.server.close();
    await page.getByRole('alert').getByText('The playground has stopped').waitFor();
    await chatOf(page, 'Ann').getByRole('combobox').press('Enter');
    await page.getByText('The playground can’t be reached').waitFor();
    playground.ann.send('meanwhile');
    await playground.restart({ isNew: true });
    await chatOf(page, 'Ann').getByText('You said: meanwhile').waitFor();
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    await page.getByText('The playground was started anew').click();
    expect(await chatOf(page, 'Ann').locator('.message').count()).toBe(4);
    expect(await chatOf(page, 'Ann').getByRole('combobox').inputValue()).toBe('half a thought');
    await write(page, 'Ann', 'after');
    await chatOf(page, 'Ann').getByText('You said: after').waitFor();
    playground.complaints = playground.complaints.filter((line) => !isOfNetwork(line));
  });
});
