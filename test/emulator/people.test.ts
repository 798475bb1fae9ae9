// What people do, and how tests and pages see it: messages, waiting for them, events, snapshots, the clock.

import { describe, expect, it } from 'vitest';
import type { EmulatorEvent } from '../../src/emulator/contract.ts';
import { startBot } from './bot.ts';

describe('Emulator.person', () => {
  it('makes people with ids from 5001 up, and returns the same for the same id', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person({ first_name: 'Ann', language_code: 'de' });
    const five = bot.emulator.person({ id: 5002 });
    const next = bot.emulator.person();
    expect([ann.id, five.id, next.id]).toEqual([5001, 5002, 5003]);
    expect(bot.emulator.person({ id: 5001, first_name: 'Other' })).toBe(ann);
    expect(ann.user).toMatchObject({ first_name: 'Ann', language_code: 'de', is_bot: false });
    expect(bot.emulator.people()).toEqual([ann, five, next]);
    expect(bot.emulator.chats().map((chat) => chat.id)).toEqual([5001, 5002, 5003]);
    for (const id of [0, -5, 1.5, 1_000_001]) expect(() => bot.emulator.person({ id })).toThrow(RangeError);
  });
});

describe('Person.send', () => {
  it('reaches the bot with what the server and the client find in the text', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const asked = await bot.api.sendMessage(ann.id, 'what?');
    const link = { type: 'text_link' as const, offset: 4, length: 4, url: 'http://a.org/' };
    const message = ann.send('/go here', { replyTo: asked, entities: [link] });
    const [update] = await bot.api.getUpdates();
    expect(update?.message).toEqual(message);
    expect(message).toMatchObject({
      from: ann.user,
      entities: [{ type: 'bot_command', offset: 0, length: 3 }, link],
      reply_to_message: { message_id: asked.message_id },
    });
  });

  it('uses the language that the person has set since', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    ann.setLanguage('ru');
    expect(ann.send('x').from?.language_code).toBe('ru');
  });

  it('refuses what no client sends', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    expect(() => ann.send('  ')).toThrow('it is empty');
    expect(() => ann.send('x'.repeat(4097))).toThrow('more than 4096 characters');
  });
});

describe('Person.edit and Person.delete', () => {
  it('change the chat; the bot hears of edits only', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const message = ann.send('http://a.org');
    const edited = ann.edit(message, 'plain');
    expect(edited).toMatchObject({ message_id: message.message_id, text: 'plain' });
    expect(edited).not.toHaveProperty('entities');
    ann.delete(message);
    expect(ann.chat.messages).toEqual([]);
    const updates = await bot.api.getUpdates();
    expect(updates.map((update) => update.edited_message?.text)).toEqual([undefined, 'plain']);
    expect(() => ann.edit(message, 'again')).toThrow('it is not there');
  });
});

describe('Chat.nextMessage', () => {
  it('returns each message of the bot once, whether it came before or comes later', async () => {
    await using bot = await startBot();
    const { id, chat } = bot.emulator.person();
    await bot.api.sendMessage(id, 'one');
    await bot.api.sendMessage(id, 'two');
    expect([(await chat.nextMessage()).text, (await chat.nextMessage()).text]).toEqual(['one', 'two']);
    const [third, fourth] = [chat.nextMessage(), chat.nextMessage()];
    await bot.api.sendMessage(id, 'three');
    await bot.api.sendMessage(id, 'four');
    expect([(await third).text, (await fourth).text]).toEqual(['three', 'four']);
  });

  it('skips what does not satisfy where, and leaves it for others', async () => {
    await using bot = await startBot();
    const { id, chat } = bot.emulator.person();
    await bot.api.sendMessage(id, 'one');
    await bot.api.sendMessage(id, 'two');
    expect((await chat.nextMessage({ where: ({ text }) => text === 'two' })).text).toBe('two');
    expect((await chat.nextMessage()).text).toBe('one');
  });

  it('returns a message as it is after its edits', async () => {
    await using bot = await startBot();
    const { id, chat } = bot.emulator.person();
    const { message_id } = await bot.api.sendMessage(id, 'one');
    await bot.api.editMessageText(id, message_id, 'two');
    expect((await chat.nextMessage()).text).toBe('two');
  });

  it('rejects when nothing comes, and says what was last', async () => {
    await using bot = await startBot();
    const { id, chat } = bot.emulator.person();
    await bot.api.sendMessage(id, 'one');
    await chat.nextMessage();
    await expect(chat.nextMessage({ timeoutMs: 5 })).rejects.toThrow(
      'Cannot see the next message of the bot in chat 5001 (newest is "one"): none within 5 ms',
    );
    const where = () => {
      throw new Error('broken');
    };
    const failing = expect(chat.nextMessage({ where })).rejects.toThrow('broken');
    await bot.api.sendMessage(id, 'two');
    await failing;
  });
});

describe('Chat.waitFor', () => {
  it('returns a message that is there, comes, or is edited into what is wanted', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    ann.send('one');
    const { message_id } = await bot.api.sendMessage(ann.id, 'one');
    const isText = (wanted: string) => (message: { text?: string }) => message.text === wanted;
    expect((await ann.chat.waitFor(isText('one'))).message_id).toBe(message_id);
    const edited = ann.chat.waitFor(isText('two'));
    const coming = ann.chat.waitFor(isText('three'));
    await bot.api.editMessageText(ann.id, message_id, 'two');
    await bot.api.sendMessage(ann.id, 'three');
    expect([(await edited).text, (await coming).text]).toEqual(['two', 'three']);
    await expect(ann.chat.nextMessage({ timeoutMs: 5 })).rejects.toThrow('none within');
  });
});

describe('Emulator.events', () => {
  it('are numbered without gaps and carry what a page needs', async () => {
    await using bot = await startBot();
    const seen: EmulatorEvent[] = [];
    const stop = bot.emulator.listen((event) => seen.push(event));
    const ann = bot.emulator.person();
    ann.send('hello');
    await bot.api.sendMessage(ann.id, 'q', { reply_markup: { keyboard: [['Yes']] } });
    expect(seen.map((event) => event.seq)).toEqual(seen.map((_, i) => i + 1));
    expect(seen.map((event) => event.kind)).toEqual([
      'person',
      'chat',
      'message',
      'update',
      'message',
      'call',
    ]);
    expect(seen[4]).toMatchObject({
      chatId: ann.id,
      message: { text: 'q' },
      keyboard: { keyboard: [['Yes']] },
    });
    expect(bot.emulator.events(4)).toEqual(seen.slice(4));
    stop();
    ann.send('unheard');
    expect(seen).toHaveLength(6);
  });

  it('are forgotten after some thousands', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    for (let i = 0; i < 2_100; i++) ann.send('x');
    const { seq } = bot.emulator.snapshot();
    expect(bot.emulator.events(0)).toBeUndefined();
    expect(bot.emulator.events(seq - 4_096)).toHaveLength(4_096);
    expect(bot.emulator.events(seq)).toEqual([]);
    expect(bot.emulator.events(seq + 1)).toBeUndefined();
  });
});

describe('Emulator.snapshot', () => {
  it('shows people, chats with their newest 200 messages, and the number of the newest event', async () => {
    await using bot = await startBot({ messagesKept: 250 });
    const ann = bot.emulator.person({ first_name: 'Ann' });
    for (let i = 0; i < 300; i++) ann.send(`${i}`);
    ann.block();
    const { seq, people, chats } = bot.emulator.snapshot();
    expect(bot.emulator.events(seq)).toEqual([]);
    expect(people).toEqual([{ user: ann.user, chatId: ann.id, blocked: true }]);
    expect(chats).toMatchObject([{ id: ann.id, title: 'Ann', botStatus: 'member', isForum: false }]);
    expect(chats[0]?.messages.map(({ text }) => text)).toEqual(
      Array.from({ length: 200 }, (_, i) => `${i + 100}`),
    );
    expect(ann.chat.messages).toHaveLength(250);
  });
});

describe('Emulator.clock', () => {
  it('moves forward only, and dates what happens', async () => {
    await using bot = await startBot();
    const before = bot.emulator.person().send('x').date;
    bot.emulator.clock.advance(3_600_000);
    const after = bot.emulator.person().send('x').date;
    expect(after - before).toBeGreaterThanOrEqual(3_600);
    expect(() => bot.emulator.clock.advance(-1)).toThrow(RangeError);
  });
});
