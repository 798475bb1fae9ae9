// Groups: what the bot sees in them, who is who, topics, moving to a new id and being thrown out.

import { describe, expect, it } from 'vitest';
import type { GroupSpec } from '../../src/emulator/contract.ts';
import { errorOf, startBot } from './bot.ts';
import type { TestBot } from './bot.ts';

async function inGroup(bot: TestBot, spec: Partial<GroupSpec> = {}) {
  const [ann, bob] = [bot.emulator.person({ first_name: 'Ann' }), bot.emulator.person({ first_name: 'Bob' })];
  const group = bot.emulator.group({ title: 'Friends', members: [ann, bob], ...spec });
  const before = await bot.api.getUpdates({ offset: 1 });
  await bot.api.getUpdates({ offset: (before.at(-1)?.update_id ?? 0) + 1, timeout: 0 });
  return { ann, bob, group, before };
}

describe('Emulator.group', () => {
  it('tells the bot that it was added', async () => {
    await using bot = await startBot();
    const { ann, group, before } = await inGroup(bot);
    expect(before).toMatchObject([
      {
        my_chat_member: {
          from: ann.user,
          old_chat_member: { status: 'left' },
          new_chat_member: { status: 'member' },
        },
      },
      {
        message: {
          chat: { id: group.id, title: 'Friends', type: 'supergroup' },
          new_chat_members: [{ id: 1000001 }],
        },
      },
    ]);
    expect(() => bot.emulator.group({ title: 'Empty', members: [] })).toThrow('it has no members');
  });

  it('numbers its messages on its own', async () => {
    await using bot = await startBot();
    const { ann, group } = await inGroup(bot);
    expect([ann.send('x', { chat: group }).message_id, ann.send('x').message_id]).toEqual([2, 1]);
  });
});

describe('Privacy mode', () => {
  it('shows the bot commands for it, replies to it, mentions of it, and nothing else', async () => {
    await using bot = await startBot();
    const { ann, bob, group } = await inGroup(bot);
    const answer = await bot.api.sendMessage(group.id, 'hello');
    const chat = group;
    ann.send('just talking', { chat });
    ann.send('talk to /help there', { chat });
    ann.send('/help', { chat });
    ann.send('/help@errand_bot', { chat });
    ann.send('/help@other_bot', { chat });
    bob.send('hey @Errand_Bot', { chat });
    bob.send('hey @errand_bot2', { chat });
    const reply = bob.send('thanks', { chat, replyTo: answer });
    bob.send('to a person', { chat, replyTo: reply });
    await bob.sendDocument({ name: 'x', bytes: Buffer.from('x') }, { chat, caption: '@errand_bot' });
    const seen = (await bot.api.getUpdates()).map(({ message }) => message?.text ?? message?.caption);
    expect(seen).toEqual(['/help', '/help@errand_bot', 'hey @Errand_Bot', 'thanks', '@errand_bot']);
  });

  it('does not hold for an administrator', async () => {
    await using bot = await startBot();
    const { ann, group } = await inGroup(bot, { botIsAdmin: true });
    const message = ann.send('just talking', { chat: group });
    ann.edit(message, 'just talked');
    const [first, second] = await bot.api.getUpdates();
    expect([first?.message?.text, second?.edited_message?.text]).toEqual(['just talking', 'just talked']);
  });
});

describe('Members of a group', () => {
  it('are owner, administrators, members and the others', async () => {
    await using bot = await startBot();
    const cem = bot.emulator.person({ first_name: 'Cem' });
    const { ann, bob, group } = await inGroup(bot, { botIsAdmin: true });
    const { id } = bot.emulator.group({ title: 'Two', members: [ann, bob], admins: [bob] });
    const status = async (userId: number) => (await bot.api.getChatMember(id, userId)).status;
    expect([await status(ann.id), await status(bob.id), await status(cem.id)]).toEqual([
      'creator',
      'administrator',
      'left',
    ]);
    expect(await status(1000001)).toBe('member');
    const admins = async (chatId: number) =>
      (await bot.api.getChatAdministrators(chatId)).map(({ user }) => user.first_name);
    expect(await admins(id)).toEqual(['Ann', 'Bob']);
    expect(await admins(group.id)).toEqual(['Ann', 'Errand']);
    expect(await errorOf(bot.api.getChatMember(id, 99))).toBe('400 Bad Request: user not found');
    expect(await errorOf(bot.api.getChatAdministrators(ann.id))).toContain('there are no administrators');
    expect(await bot.api.getChat(id)).toMatchObject({ id, title: 'Two', type: 'supergroup' });
    expect(() => cem.send('x', { chat: group })).toThrow('is not in it');
  });

  it('may write as the group', async () => {
    await using bot = await startBot();
    const { ann, group } = await inGroup(bot);
    ann.send('/help', { chat: group, asChat: true });
    const [update] = await bot.api.getUpdates();
    expect(update?.message).toMatchObject({
      from: { username: 'GroupAnonymousBot' },
      sender_chat: { id: group.id },
    });
  });

  it("can't have their messages deleted unless the bot is an administrator", async () => {
    await using bot = await startBot();
    const { ann, group } = await inGroup(bot);
    const { message_id } = ann.send('x', { chat: group });
    expect(await errorOf(bot.api.deleteMessage(group.id, message_id))).toBe(
      "400 Bad Request: message can't be deleted",
    );
    const other = bot.emulator.group({ title: 'Two', members: [ann], botIsAdmin: true });
    const sent = ann.send('x', { chat: other });
    await bot.api.deleteMessage(other.id, sent.message_id);
    expect(other.messages).not.toContain(sent);
  });
});

describe('Topics', () => {
  it('are carried by messages, replies, typing and refused when unknown', async () => {
    await using bot = await startBot();
    const { ann, group } = await inGroup(bot, { topics: ['News', 'Help'] });
    const [, help] = group.topics;
    const threadId = help?.threadId ?? 0;
    const asked = ann.send('/help', { chat: group, threadId });
    expect(asked).toMatchObject({
      message_thread_id: threadId,
      is_topic_message: true,
      chat: { is_forum: true },
    });
    const inTopic = await bot.api.sendMessage(group.id, 'x', { message_thread_id: threadId });
    expect(inTopic).toMatchObject({ message_thread_id: threadId, is_topic_message: true });
    const reply = { reply_parameters: { message_id: asked.message_id } };
    expect(await bot.api.sendMessage(group.id, 'x', reply)).toMatchObject({ message_thread_id: threadId });
    expect(await bot.api.sendMessage(group.id, 'x')).not.toHaveProperty('message_thread_id');
    await bot.api.sendChatAction(group.id, 'typing', { message_thread_id: threadId });
    const unknown = { message_thread_id: 77 };
    expect(await errorOf(bot.api.sendMessage(group.id, 'x', unknown))).toBe(
      '400 Bad Request: message thread not found',
    );
    expect(await errorOf(bot.api.sendMessage(ann.id, 'x', unknown))).toBe(
      '400 Bad Request: message thread not found',
    );
    expect(() => ann.send('x', { chat: group, threadId: 77 })).toThrow('has no topic 77');
  });
});

describe('Chat.migrate', () => {
  it('moves the group and names the new id in errors and messages', async () => {
    await using bot = await startBot();
    const { ann, group } = await inGroup(bot);
    const newId = group.migrate();
    const failed = await bot.call('sendMessage', { chat_id: group.id, text: 'x' });
    expect(failed.body).toEqual({
      ok: false,
      error_code: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: newId },
    });
    expect(await bot.api.sendMessage(newId, 'x')).toMatchObject({ chat: { title: 'Friends' } });
    expect(await bot.api.getUpdates()).toMatchObject([
      { message: { chat: { id: group.id }, migrate_to_chat_id: newId } },
      { message: { chat: { id: newId }, migrate_from_chat_id: group.id } },
    ]);
    expect(() => ann.send('x', { chat: group })).toThrow(`it has moved to ${newId}`);
  });
});

describe('The bot outside of a group', () => {
  it('is told that it was kicked, and can not write any more', async () => {
    await using bot = await startBot();
    const { ann, group } = await inGroup(bot);
    group.kickBot();
    ann.send('/help', { chat: group });
    const updates = await bot.api.getUpdates();
    expect(updates).toMatchObject([{ my_chat_member: { new_chat_member: { status: 'kicked' } } }]);
    expect(await errorOf(bot.api.sendMessage(group.id, 'x'))).toBe(
      '403 Forbidden: bot was kicked from the supergroup chat',
    );
  });

  it('has left by itself', async () => {
    await using bot = await startBot();
    const { ann, group } = await inGroup(bot);
    await bot.api.leaveChat(group.id);
    expect(bot.emulator.pending()).toBe(0);
    expect(await errorOf(bot.api.sendMessage(group.id, 'x'))).toBe(
      '403 Forbidden: bot is not a member of the supergroup chat',
    );
    expect(await errorOf(bot.api.leaveChat(ann.id))).toContain("can't be changed in private chats");
  });
});
