// What a bot puts on the playground's page besides text: keys under the input, forced replies, pictures.

import { describe, expect, it } from 'vitest';
import { chatOf, eventually, findChromium, openTab, useStage, write } from './browser.ts';

const executable = findChromium();

/** A picture of one pixel. */
const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

describe.skipIf(!executable)('what a bot puts on the page', () => {
  const stage = useStage(executable);

  it('a reply keyboard sends its words; one for a single press folds, another remove takes it away', async () => {
    const { page, playground } = stage;
    const { ann, bot } = playground;
    const keyboard = [['Small', { text: 'Call me', request_contact: true as const }], ['Large']];
    await bot.api.sendMessage(ann.id, 'Which size?', {
      reply_markup: { keyboard, one_time_keyboard: true, input_field_placeholder: 'Pick a size' },
    });
    const keys = chatOf(page, 'Ann').getByRole('group', { name: 'Quick replies' });
    expect(await keys.getByRole('button', { name: 'Call me' }).isDisabled()).toBe(true);
    expect(await chatOf(page, 'Ann').getByPlaceholder('Pick a size').count()).toBe(1);
    await keys.getByRole('button', { name: 'Large' }).click();
    await chatOf(page, 'Ann').getByText('You said: Large').waitFor();
    await keys.waitFor({ state: 'hidden' });
    await chatOf(page, 'Ann').getByRole('button', { name: 'Show the quick replies' }).click();
    expect(await keys.isVisible()).toBe(true);
    await bot.api.sendMessage(ann.id, 'Thanks', { reply_markup: { remove_keyboard: true } });
    await keys.waitFor({ state: 'hidden' });
    expect(
      await chatOf(page, 'Ann')
        .getByRole('button', { name: /quick replies/ })
        .count(),
    ).toBe(0);
  });

  it('a selective keyboard in a group is shown to whom the bot answers, nobody else', async () => {
    const { page, playground } = stage;
    const { bob, bot, group } = playground;
    for (const name of ['Ann', 'Bob']) await openTab(page, name, 'Garden club');
    const { message_id: question } = bob.send('hm', { chat: group });
    await bot.api.sendMessage(group.id, 'Sure?', {
      reply_parameters: { message_id: question },
      reply_markup: { keyboard: [['Yes']], selective: true },
    });
    await chatOf(page, 'Bob').getByRole('button', { name: 'Yes' }).waitFor();
    await chatOf(page, 'Ann').getByText('Sure?').waitFor();
    expect(await chatOf(page, 'Ann').getByRole('button', { name: 'Yes' }).count()).toBe(0);
  });

  it('a forced reply opens the reply field, also after a reload, until it is answered', async () => {
    const { page, playground } = stage;
    const { ann, bot } = playground;
    await bot.api.sendMessage(ann.id, 'Your name?', { reply_markup: { force_reply: true } });
    const field = chatOf(page, 'Ann').getByText('Reply to Errand');
    await field.waitFor();
    await page.reload();
    await field.waitFor();
    await write(page, 'Ann', 'Ann');
    await chatOf(page, 'Ann').getByText('You said: Ann').waitFor();
    expect(ann.chat.messages.at(-2)).toMatchObject({ reply_to_message: { text: 'Your name?' } });
    expect(await field.isVisible()).toBe(false);
  });

  it('a picture has its room before it comes, and its memory is given back', async () => {
    const { page, playground } = stage;
    const { ann } = playground;
    await page.evaluate(`(() => { window.freed = 0; const free = URL.revokeObjectURL;
      URL.revokeObjectURL = (url) => { if (url) window.freed += 1; free.call(URL, url); }; })()`);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route('**/playground/file*', async (route) => {
      await released;
      await route.continue();
    });
    const wide = Buffer.from(gif.subarray(0, 20));
    wide.writeUInt16LE(600, 6);
    wide.writeUInt16LE(300, 8);
    const sent = await ann.sendPhoto({ name: 'a.gif', bytes: gif }, { caption: 'one' });
    await ann.sendPhoto({ name: 'broken.gif', bytes: wide }, { caption: 'two' });
    const [real, broken] = [
      chatOf(page, 'Ann').locator('.picture').first(),
      chatOf(page, 'Ann').locator('.picture').last(),
    ];
    await chatOf(page, 'Ann').getByText('two', { exact: true }).waitFor();
    const before = [await real.boundingBox(), await broken.boundingBox()];
    expect((before[1]?.width ?? 0) / (before[1]?.height ?? 1)).toBeCloseTo(2, 1);
    release();
    await eventually(() => real.locator('img').evaluate((image) => image.naturalWidth)).toBe(1);
    await broken.getByText('Picture').waitFor();
    expect([await real.boundingBox(), await broken.boundingBox()]).toEqual(before);
    const freed = Number(await page.evaluate('freed'));
    ann.delete(sent);
    await eventually(() => page.evaluate('freed')).toBe(freed + 1);
  });
});
