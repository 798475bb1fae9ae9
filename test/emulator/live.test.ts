// What lives for seconds, and what a person is offered: typing, drafts, commands.

import { describe, expect, it } from 'vitest';
import type { EmulatorEvent } from '../../src/emulator/contract.ts';
import { errorOf, startBot } from './bot.ts';
import type { TestBot } from './bot.ts';

function watch(bot: TestBot, kind: EmulatorEvent['kind']): EmulatorEvent[] {
  const events: EmulatorEvent[] = [];
  bot.emulator.listen((event) => {
    if (event.kind === kind) events.push(event);
  });
  return events;
}

describe('sendChatAction', () => {
  it('shows that the bot is typing for five seconds', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    const events = watch(bot, 'action');
    await bot.api.sendChatAction(id, 'upload_document');
    expect(events).toMatchObject([{ chatId: id, action: 'upload_document' }]);
    const [event] = events;
    expect(event?.kind === 'action' && event.until - event.at).toBe(5_000);
    expect(await errorOf(bot.api.sendChatAction(id, 'sleeping' as never))).toBe(
      '400 Bad Request: wrong parameter action in request',
    );
  });
});

describe('sendMessageDraft', () => {
  it('shows a draft until the next message of the bot', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    const gone = watch(bot, 'draft-gone');
    await bot.api.sendMessageDraft(id, 7, 'so *far*', { parse_mode: 'MarkdownV2' });
    expect(bot.emulator.snapshot().chats[0]?.drafts).toMatchObject([
      { draftId: 7, text: 'so far', entities: [{ type: 'bold' }], canStop: false },
    ]);
    await bot.api.sendMessage(id, 'done');
    expect(bot.emulator.snapshot().chats[0]?.drafts).toEqual([]);
    expect(gone).toMatchObject([{ chatId: id, draftId: 7 }]);
  });

  it('shows a draft for 30 seconds', async () => {
    await using bot = await startBot();
    const { id } = bot.emulator.person();
    await bot.api.sendMessageDraft(id, 7, '');
    bot.emulator.clock.advance(29_000);
    expect(bot.emulator.snapshot().chats[0]?.drafts).toHaveLength(1);
    bot.emulator.clock.advance(1_000);
    expect(bot.emulator.snapshot().chats[0]?.drafts).toHaveLength(0);
  });

  it('is told when the person stops it, if that is offered', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    await bot.api.sendMessageDraft(ann.id, 7, 'a');
    expect(() => ann.stopDraft(7)).toThrow('there is none that can be stopped');
    await bot.api.sendMessageDraft(ann.id, 7, 'ab', { can_stop: true });
    ann.stopDraft(7);
    const [update] = await bot.api.getUpdates();
    expect(update?.stopped_message_generation).toEqual({
      chat: ann.chat.messages[0]?.chat ?? expect.anything(),
      draft_id: 7,
    });
    expect(bot.emulator.snapshot().chats[0]?.drafts).toEqual([]);
  });

  it('stays after a stop when told so', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    await bot.api.sendMessageDraft(ann.id, 7, 'ab', { can_stop: true, keep_on_stop: true });
    ann.stopDraft(7);
    expect(bot.emulator.snapshot().chats[0]?.drafts).toHaveLength(1);
  });

  it('needs a private chat, an id, and a text that is not too long', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const group = bot.emulator.group({ title: 'g', members: [ann] });
    expect(await errorOf(bot.api.sendMessageDraft(group.id, 7, 'a'))).toBe(
      '400 Bad Request: TEXTDRAFT_PEER_INVALID',
    );
    expect(await errorOf(bot.api.sendMessageDraft(ann.id, 0, 'a'))).toBe(
      '400 Bad Request: RANDOM_ID_INVALID',
    );
    expect(await errorOf(bot.api.sendMessageDraft(ann.id, 7, 'x'.repeat(4097)))).toBe(
      '400 Bad Request: message is too long',
    );
  });
});

describe('setMyCommands', () => {
  const help = [{ command: 'help', description: 'Help' }];
  const hilfe = [{ command: 'hilfe', description: 'Hilfe' }];

  it('keeps a list for each scope and language', async () => {
    await using bot = await startBot();
    const ann = bot.emulator.person();
    const scope = { type: 'chat' as const, chat_id: ann.id };
    await bot.api.setMyCommands(help);
    await bot.api.setMyCommands(hilfe, { scope, language_code: 'de' });
    expect(await bot.api.getMyCommands()).toEqual(help);
    expect(await bot.api.getMyCommands({ language_code: 'de' })).toEqual([]);
    expect(await bot.api.getMyCommands({ scope, language_code: 'de' })).toEqual(hilfe);
    await bot.api.deleteMyCommands();
    expect(await bot.api.getMyCommands()).toEqual([]);
    expect(bot.emulator.snapshot().commands).toEqual([{ scope, language_code: 'de', commands: hilfe }]);
  });

  it('decides what a person is offered: the narrowest scope, then the language', async () => {
    await using bot = await startBot();
    const [ann, bob] = [bot.emulator.person(), bot.emulator.person()];
    const chat = bot.emulator.group({ title: 'g', members: [ann, bob] });
    const set = (type: string, command: string, language_code = '') =>
      bot.call('setMyCommands', {
        scope: { type },
        commands: [{ command, description: 'x' }],
        language_code,
      });
    await set('default', 'all');
    await set('all_private_chats', 'private');
    await set('all_private_chats', 'privat', 'de');
    await set('all_chat_administrators', 'admin');
    bob.setLanguage('de');
    const names = (menu: readonly { command: string }[]) => menu.map(({ command }) => command);
    expect([names(ann.menu()), names(bob.menu())]).toEqual([['private'], ['privat']]);
    expect([names(ann.menu(chat)), names(bob.menu(chat))]).toEqual([['admin'], ['all']]);
  });

  it('refuses what is no command', async () => {
    await using bot = await startBot();
    const set = (commands: unknown) => bot.call('setMyCommands', { commands });
    const many = Array.from({ length: 101 }, (_, i) => ({ command: `c${i}`, description: 'x' }));
    expect((await set(many)).body.description).toBe('Bad Request: BOT_COMMANDS_TOO_MUCH');
    expect((await set([{ command: 'Help', description: 'x' }])).body.description).toBe(
      'Bad Request: BOT_COMMAND_INVALID',
    );
    expect((await set([{ command: 'help', description: '' }])).body.description).toBe(
      'Bad Request: BOT_COMMAND_DESCRIPTION_INVALID',
    );
    expect((await set('nonsense')).status).toBe(400);
    const nowhere = { commands: help, scope: { type: 'chat', chat_id: 9 } };
    expect((await bot.call('setMyCommands', nowhere)).body.description).toBe('Bad Request: chat not found');
  });
});

describe('getWebhookInfo', () => {
  it('says that there is none, and how many updates wait', async () => {
    await using bot = await startBot();
    bot.emulator.person().send('x');
    expect(await bot.api.getWebhookInfo()).toMatchObject({ url: '', pending_update_count: 1 });
    expect(await bot.api.deleteWebhook({ drop_pending_updates: true })).toBe(true);
    expect(bot.emulator.pending()).toBe(0);
  });
});
