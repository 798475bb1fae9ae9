// The playground's page in a real browser: two people chat with a bot, and nothing they write becomes more than text.

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { chatOf, eventually, findChromium, openTab, useStage, write } from './browser.ts';

const executable = findChromium();

describe.skipIf(!executable)('the page', () => {
  const stage = useStage(executable);

  it('lets two people chat side by side, each in a chat of their own', async () => {
    const { page } = stage;
    await write(page, 'Ann', 'I am Ann');
    await write(page, 'Bob', 'I am Bob');
    await chatOf(page, 'Ann').getByText('You said: I am Ann').waitFor();
    await chatOf(page, 'Bob').getByText('You said: I am Bob').waitFor();
    expect(await chatOf(page, 'Ann').locator('.bubble').count()).toBe(2);
    expect(await chatOf(page, 'Bob').locator('.bubble').count()).toBe(2);
  });

  it('shows both of them the group, and marks it unread until it is opened', async () => {
    const { page, playground } = stage;
    const tab = (name: string) =>
      page.getByRole('region', { name }).getByRole('tab', { name: 'Garden club' });
    await tab('Ann').click();
    await write(page, 'Ann', `hello @${playground.emulator.bot.username}`);
    await chatOf(page, 'Ann').getByText('You said: hello').waitFor();
    expect(await tab('Bob').getAttribute('class')).toContain('unread');
    await tab('Bob').click();
    expect(await chatOf(page, 'Bob').locator('.sender:visible').allTextContents()).toEqual(['Ann', 'Errand']);
    expect(await tab('Bob').getAttribute('class')).not.toContain('unread');
  });

  it('edits a message in place and leaves its buttons alone', async () => {
    const { page, playground } = stage;
    const buttons = { inline_keyboard: [[{ text: 'Cancel', callback_data: 'c' }]] };
    const { api } = playground.bot;
    const { message_id: id } = await api.sendMessage(playground.ann.id, '10 %', { reply_markup: buttons });
    const bubble = chatOf(page, 'Ann').locator('.bubble');
    await bubble.getByText('10 %').waitFor();
    await page.evaluate("window.before = [...document.querySelectorAll('.bubble, .key')]");
    await api.editMessageText(playground.ann.id, id, '90 %', { reply_markup: buttons });
    await bubble.getByText('90 %').waitFor();
    expect(await bubble.getByText('edited').count()).toBe(1);
    const isSame =
      "[...document.querySelectorAll('.bubble, .key')].every((one, at) => one === window.before[at])";
    expect(await page.evaluate(isSame)).toBe(true);
    await api.editMessageText(playground.ann.id, id, 'done');
    await bubble.getByText('done').waitFor();
    expect(await chatOf(page, 'Ann').locator('.key').count()).toBe(0);
  });

  it('a button spins until the bot has answered it, or too long has passed', async () => {
    const { page, playground } = stage;
    await write(page, 'Ann', 'hi');
    const think = chatOf(page, 'Ann').getByRole('button', { name: 'Think' });
    await think.click();
    await eventually(() => think.getAttribute('aria-busy')).toBe('true');
    await chatOf(page, 'Ann').getByRole('button', { name: 'Like' }).click();
    await page.getByRole('region', { name: 'Ann' }).getByRole('status').getByText('Thank you').waitFor();
    expect(await chatOf(page, 'Ann').getByRole('button', { name: 'Like' }).getAttribute('aria-busy')).toBe(
      'false',
    );
    expect(await think.getAttribute('aria-busy')).toBe('true');
    playground.emulator.clock.advance(60_000);
    await page.getByText('The bot did not answer this tap').waitFor();
    expect(await think.getAttribute('aria-busy')).toBe('false');
  });

  it('in a group only the one who tapped a button sees it spin, and the answer', async () => {
    const { page, playground } = stage;
    for (const name of ['Ann', 'Bob']) {
      await page.getByRole('region', { name }).getByRole('tab', { name: 'Garden club' }).click();
    }
    const keys = ['Like', 'Think'].map((text) => ({ text, callback_data: text.toLowerCase() }));
    await playground.bot.api.sendMessage(playground.group.id, 'x', {
      reply_markup: { inline_keyboard: [keys] },
    });
    const think = (name: string) => chatOf(page, name).getByRole('button', { name: 'Think' });
    await think('Ann').click();
    await chatOf(page, 'Ann').getByRole('button', { name: 'Like' }).click();
    await page.getByRole('region', { name: 'Ann' }).getByText('Thank you').first().waitFor();
    expect(await think('Ann').getAttribute('aria-busy')).toBe('true');
    expect(await think('Bob').getAttribute('aria-busy')).toBeNull();
    expect(await page.getByRole('region', { name: 'Bob' }).getByText('Thank you').count()).toBe(0);
  });

  it('an alert stays until it is closed', async () => {
    const { page, playground } = stage;
    await playground.bot.api.sendMessage(playground.ann.id, 'x', {
      reply_markup: { inline_keyboard: [[{ text: 'Warn', callback_data: 'warn' }]] },
    });
    await page.getByRole('button', { name: 'Warn' }).click();
    const alert = page.getByRole('dialog', { name: 'The bot to Ann' });
    await alert.getByText('Mind the gap').waitFor();
    await alert.getByRole('button', { name: 'OK' }).click();
    await alert.waitFor({ state: 'detached' });
  });

  it('sends a file by the paperclip and saves the one that comes back', async () => {
    const { page, playground } = stage;
    const file = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.alloc(2_000, 'a') };
    await chatOf(page, 'Ann').locator('input[type=file]').setInputFiles(file);
    const chip = chatOf(page, 'Ann').getByRole('link', { name: 'back-notes.txt' });
    await chip.waitFor();
    expect(await playground.ann.chat.file(playground.ann.chat.messages[0]!)).toEqual(file.buffer);
    const [download] = await Promise.all([page.waitForEvent('download'), chip.click()]);
    expect(download.suggestedFilename()).toBe('back-notes.txt');
    expect(await readFile(await download.path())).toEqual(Buffer.alloc(2_000, 'b'));
  });

  it('sends a file that is dropped, and tells of one that is too large', async () => {
    const { page, playground } = stage;
    const drop = (name: string, length: number) =>
      page.evaluate(`(() => {
        const carried = new DataTransfer();
        carried.items.add(new File(['x'.repeat(${length})], '${name}'));
        const init = { dataTransfer: carried, bubbles: true, cancelable: true };
        const chat = document.querySelector('.chat');
        for (const kind of ['dragover', 'drop']) chat.dispatchEvent(new DragEvent(kind, init));
      })()`);
    await drop('small.bin', 10);
    await chatOf(page, 'Ann').getByRole('link', { name: 'back-small.bin' }).waitFor();
    await drop('large.bin', 3_000_001);
    await page.getByText('is too large: the playground takes 3 MB at most').waitFor();
    expect(playground.ann.chat.messages).toHaveLength(2);
  });

  it('keeps pasted markup as text and makes no link of a script', async () => {
    const { page, playground } = stage;
    const evil = '<script>window.evil = 1</script><img src=x onerror="window.evil = 1">';
    await write(page, 'Ann', evil);
    await chatOf(page, 'Ann').getByText(`You said: ${evil}`, { exact: true }).waitFor();
    const script = { type: 'text_link', offset: 0, length: 4, url: 'javascript:window.evil=1' };
    await playground.bot.api.raw.sendMessage({
      chat_id: playground.ann.id,
      text: 'tap me',
      reply_markup: { inline_keyboard: [[{ text: evil, callback_data: 'x' }]] },
    });
    // Telegram would refuse such a link; the page must not rely on it.
    const made = await page.evaluate(`import('/page/chat/rich-text.js').then(({ renderText }) => {
      const box = document.createElement('div');
      box.append(renderText('tap data me', [${JSON.stringify(script)},
        { type: 'text_link', offset: 4, length: 5, url: 'data:text/html,<script>1</script>' },
        { type: 'url', offset: 9, length: 2 }], () => {}));
      return box.innerHTML;
    })`);
    expect(made).not.toMatch(/javascript:|data:/);
    await chatOf(page, 'Ann').getByRole('button', { name: evil }).waitFor();
    expect(await page.evaluate('window.evil')).toBeUndefined();
    expect(await page.locator('.log script, .log img').count()).toBe(0);
  });

  it('draws every kind of entity, also where they nest and cross', async () => {
    const { page } = stage;
    const drawn = await page.evaluate(`import('/page/chat/rich-text.js').then(({ renderText }) => {
      const draw = (text, ...entities) => {
        const box = document.createElement('div');
        box.append(renderText(text, entities.map(([type, offset, length, more]) => ({ type, offset, length, ...more })), () => {}));
        return box.innerHTML;
      };
      return [
        draw('bold both italic', ['bold', 0, 9], ['italic', 5, 11]),
        draw('a😀b', ['code', 1, 2]),
        draw('x', ['pre', 0, 1, { language: 'js' }], ['bold', 0, 1]),
        draw('see example.com:81/x', ['url', 4, 16]),
        draw('me', ['mention', 0, 2]),
        draw('quote\\n\\nend', ['blockquote', 0, 5]),
        draw('a\\nb', ['pre', 0, 1], ['pre', 2, 1]),
        draw('abc', ['underline', 0, 99], ['strikethrough', 5, 1], ['unheard_of', 0, 1]),
      ];
    })`);
    expect(drawn).toEqual([
      '<strong>bold <em>both</em></strong><em> italic</em>',
      'a<code>😀</code>b',
      '<pre data-language="js"><strong>x</strong></pre>',
      'see <a href="http://example.com:81/x" target="_blank" rel="noopener noreferrer nofollow" ' +
        'title="http://example.com:81/x">example.com:81/x</a>',
      '<span class="name">me</span>',
      '<blockquote>quote</blockquote>\nend',
      '<pre>a</pre><pre>b</pre>',
      '<u><span>a</span>bc</u>',
    ]);
  });

  it('shows a spoiler only when it is asked for', async () => {
    const { page, playground } = stage;
    await playground.bot.api.sendMessage(playground.ann.id, 'It was the cat', {
      entities: [{ type: 'spoiler', offset: 11, length: 3 }],
    });
    const spoiler = chatOf(page, 'Ann').locator('.spoiler');
    await chatOf(page, 'Ann').getByRole('button', { name: 'Hidden text: show' }).press('Enter');
    expect(await spoiler.getAttribute('class')).toContain('shown');
  });

  it('shows the newest bubbles of a chat, and older ones to who goes up to them', async () => {
    const { page, playground } = stage;
    for (let i = 1; i <= 230; i += 1) playground.bob.send(`note ${i}`, { chat: playground.group });
    await openTab(page, 'Bob', 'Garden club');
    const note = (i: number) => chatOf(page, 'Bob').getByText(`note ${i}`, { exact: true });
    await note(230).waitFor();
    expect(await chatOf(page, 'Bob').locator('.message').count()).toBe(40);
    await eventually(async () => {
      await chatOf(page, 'Bob')
        .getByRole('log')
        .evaluate((log) => log.scrollTo(0, -log.scrollHeight));
      return chatOf(page, 'Bob').locator('.message').count();
    }).toBe(200);
    expect(await note(31).count()).toBe(1);
    expect(await note(30).count()).toBe(0);
    await chatOf(page, 'Bob').getByRole('button', { name: 'New messages' }).waitFor({ state: 'hidden' });
    await write(page, 'Bob', 'the end');
    await eventually(() => chatOf(page, 'Bob').locator('.message').count()).toBeLessThanOrEqual(200);
    await chatOf(page, 'Bob').getByText('the end', { exact: true }).waitFor();
  });
});
