// Sending, editing and deleting texts, with every error that Telegram documents for them.

import { describe, expect, it } from 'vitest';
import { errorOf, startBot } from './bot.ts';

const markup = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };

describe('sendMessage', () => {
  it('returns the message and shows it to the person', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person({ first_name: 'Ann', username: 'ann' });
    const sent = await bot.api.sendMessage(ann.id, 'hello', {
      reply_markup: markup,
      link_preview_options: { is_disabled: true },
    });
    expect(sent).toMatchObject({
      from: { id: 1000001, is_bot: true, username: 'errand_bot' },
      chat: { id: ann.id, type: 'private', first_name: 'Ann', username: 'ann' },
      text: 'hello',
      reply_markup: markup,
      link_preview_options: { is_disabled: true },
    });
    expect(ann.chat.messages).toEqual([sent]);
    expect(bot.emulator.pending()).toBe(0);
  });

  it('refuses an empty text, one of nothing but spaces, and one that is too long', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    const send = (text: string) => errorOf(bot.api.sendMessage(id, text));
    expect(await send('')).toBe('400 Bad Request: message text is empty');
    expect(await send(' \n ')).toBe('400 Bad Request: text must be non-empty');
    expect(await send('x'.repeat(4097))).toBe('400 Bad Request: message is too long');
    expect(await send('é'.repeat(16_385))).toBe('400 Bad Request: text is too long');
    expect(await send('x'.repeat(32_769))).toBe('400 Bad Request: text is too long');
  });

  it('counts code points after trimming', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    expect((await bot.api.sendMessage(id, `  ${'😀'.repeat(4096)}\n`)).text).toHaveLength(8192);
    expect(await errorOf(bot.api.sendMessage(id, '😀'.repeat(4097)))).toBe(
      '400 Bad Request: message is too long',
    );
  });

  it('names the chats that it can not reach', async () => {
    await using bot = await startBot();
    const shy = bot.emulator.person({ started: false });
    const send = (id: number | string) => errorOf(bot.api.sendMessage(id, 'x'));
    expect(await send(77)).toBe('400 Bad Request: chat not found');
    expect(await send('@nobody')).toBe('400 Bad Request: chat not found');
    expect(await send('')).toBe('400 Bad Request: chat_id is empty');
    expect(await send(shy.id)).toBe("403 Forbidden: bot can't initiate conversation with a user");
    shy.send('hi');
    expect((await bot.api.sendMessage(shy.id, 'x')).text).toBe('x');
  });

  it('tells that the person has blocked the bot, and the bot is told so before', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    ann.block();
    expect(await errorOf(bot.api.sendMessage(ann.id, 'x'))).toBe(
      '403 Forbidden: bot was blocked by the user',
    );
    expect(await errorOf(bot.api.sendChatAction(ann.id, 'typing'))).toContain('403');
    expect(() => ann.send('x')).toThrow('has blocked the bot');
    ann.unblock();
    await bot.api.sendMessage(ann.id, 'x');
    const changes = (await bot.api.getUpdates()).map(
      (update) => update.my_chat_member?.new_chat_member.status,
    );
    expect(changes).toEqual(['kicked', 'member']);
  });

  it('replies to a message, quotes it, and can do without it if told so', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const asked = ann.send('one two three');
    const reply = (parameters: object) =>
      bot.api.sendMessage(ann.id, 'x', { reply_parameters: { message_id: asked.message_id, ...parameters } });
    expect((await reply({})).reply_to_message).toMatchObject({
      message_id: asked.message_id,
      text: asked.text,
    });
    expect((await reply({ quote: 'two' })).quote).toEqual({ text: 'two', position: 4, is_manual: true });
    expect(await errorOf(reply({ quote: 'four' }))).toBe('400 Bad Request: QUOTE_TEXT_INVALID');
    expect(await errorOf(reply({ message_id: 999 }))).toBe(
      '400 Bad Request: message to be replied not found',
    );
    const alone = await reply({ message_id: 999, allow_sending_without_reply: true });
    expect(alone.reply_to_message).toBeUndefined();
  });

  it('checks the keyboard', async () => {
    await using bot = await startBot();
    const { id, chat } = bot.emulator.person();
    const send = (button: object) =>
      bot.api.sendMessage(id, 'x', {
        reply_markup: { inline_keyboard: [[{ text: 'b', ...button } as never]] },
      });
    expect(await errorOf(send({ callback_data: 'é'.repeat(33) }))).toBe(
      '400 Bad Request: BUTTON_DATA_INVALID',
    );
    expect(await errorOf(send({ callback_data: '' }))).toBe('400 Bad Request: BUTTON_DATA_INVALID');
    expect(await errorOf(send({ url: 'http://localhost:80' }))).toBe(
      "400 Bad Request: inline keyboard button URL 'http://localhost:80' is invalid: Wrong HTTP URL",
    );
    expect(await errorOf(send({}))).toContain('Text buttons are unallowed in the inline keyboard');
    expect(
      (await bot.call('sendMessage', { chat_id: id, text: 'x', reply_markup: '{' })).body.description,
    ).toBe("Bad Request: can't parse reply keyboard markup JSON object");
    await send({ callback_data: 'é'.repeat(32), style: 'danger' });
    await send({ copy_text: { text: 'x' } });
    await send({ disabled: {} });
    expect(chat.messages).toHaveLength(3);
  });
});

describe('editMessageText', () => {
  it('replaces the text and drops the keyboard unless it is given again', async () => {
    await using bot = await startBot();
    const { id, chat } = bot.emulator.person();
    const { message_id } = await bot.api.sendMessage(id, 'one', { reply_markup: markup });
    const edited = await bot.api.editMessageText(id, message_id, 'two example.com');
    expect(edited).toMatchObject({ text: 'two example.com', entities: [{ type: 'url', offset: 4 }] });
    expect(edited).toHaveProperty('edit_date');
    expect(edited).not.toHaveProperty('reply_markup');
    expect(chat.messages).toEqual([edited]);
    expect(chat.history.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'sent one',
      'edited two example.com',
    ]);
  });

  it('refuses an edit that changes nothing, in text, entities and keyboard', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    const { message_id } = await bot.api.sendMessage(id, 'one', { reply_markup: markup });
    const edit = (text: string, other: object) => bot.api.editMessageText(id, message_id, text, other);
    const unchanged =
      '400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';
    expect(await errorOf(edit(' one ', { reply_markup: markup }))).toBe(unchanged);
    expect(await edit('<b>one</b>', { parse_mode: 'HTML', reply_markup: markup })).toMatchObject({
      text: 'one',
    });
    expect(await errorOf(edit('*one*', { parse_mode: 'MarkdownV2', reply_markup: markup }))).toBe(unchanged);
    await edit('one', {});
    expect(await errorOf(bot.api.editMessageReplyMarkup(id, message_id))).toBe(unchanged);
    await bot.api.editMessageReplyMarkup(id, message_id, { reply_markup: markup });
    expect(await errorOf(bot.api.editMessageReplyMarkup(id, message_id, { reply_markup: markup }))).toBe(
      unchanged,
    );
  });

  it("refuses messages that are gone, somebody else's, without text, or with a reply keyboard", async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const edit = (messageId: number) => errorOf(bot.api.editMessageText(ann.id, messageId, 'x'));
    expect(await edit(99)).toBe('400 Bad Request: message to edit not found');
    expect(await edit(ann.send('mine').message_id)).toBe("400 Bad Request: message can't be edited");
    const asking = await bot.api.sendMessage(ann.id, 'q', { reply_markup: { force_reply: true } });
    expect(await edit(asking.message_id)).toBe("400 Bad Request: message can't be edited");
    const { message_id } = await bot.api.sendMessage(ann.id, 'x');
    expect(await errorOf(bot.api.editMessageCaption(ann.id, message_id, { caption: 'y' }))).toBe(
      '400 Bad Request: there is no caption in the message to edit',
    );
    expect((await bot.call('editMessageText', { chat_id: ann.id, text: 'x' })).body.description).toBe(
      'Bad Request: message identifier is not specified',
    );
  });
});

describe('deleteMessage', () => {
  it('removes a message for 48 hours, in private chats also those of the person', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const [mine, theirs] = [await bot.api.sendMessage(ann.id, 'x'), ann.send('y')];
    const old = await bot.api.sendMessage(ann.id, 'z');
    await bot.api.deleteMessage(ann.id, mine.message_id);
    await bot.api.deleteMessages(ann.id, [theirs.message_id, 12_345]);
    expect(ann.chat.messages).toEqual([old]);
    expect(await errorOf(bot.api.deleteMessage(ann.id, mine.message_id))).toBe(
      '400 Bad Request: message to delete not found',
    );
    bot.emulator.clock.advance(48 * 3_600_000);
    expect(await errorOf(bot.api.deleteMessage(ann.id, old.message_id))).toBe(
      "400 Bad Request: message can't be deleted for everyone",
    );
  });

  it('takes at most 100 messages at once', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    const many = Array.from({ length: 101 }, (_, i) => i + 1);
    expect(await errorOf(bot.api.deleteMessages(id, many))).toBe(
      '400 Bad Request: too many message identifiers specified',
    );
    expect(await errorOf(bot.api.deleteMessages(id, []))).toContain('message identifiers are not specified');
  });
});

describe('Chat.repliesTo', () => {
  it('has each answer to a message with its edits and its end', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const [first, second] = [ann.send('a'), ann.send('b')];
    const reply = (messageId: number, text: string) =>
      bot.api.sendMessage(ann.id, text, { reply_parameters: { message_id: messageId } });
    const progress = await reply(first.message_id, 'working');
    const twice = await reply(first.message_id, 'done too');
    await bot.api.editMessageText(ann.id, progress.message_id, 'done');
    await bot.api.deleteMessage(ann.id, twice.message_id);
    ann.send('mine', { replyTo: second });
    const told = ann.chat
      .repliesTo(first)
      .map(({ entries }) => entries.map(({ kind, text }) => `${kind} ${text}`));
    expect(told).toEqual([
      ['sent working', 'edited done'],
      ['sent done too', 'deleted undefined'],
    ]);
    expect(ann.chat.repliesTo(second)).toEqual([]);
  });
});
