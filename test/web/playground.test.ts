// The playground's state, menus and orders: careful with what they take, true to what they do.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBackstage, told } from './backstage.ts';
import type { Backstage } from './backstage.ts';

let stage: Backstage;

beforeEach(async () => {
  stage = await startBackstage();
});
afterEach(() => stage[Symbol.asyncDispose]());

describe('GET /playground/state', () => {
  it('has people, chats with their messages, suggestions and where to go on', async () => {
    stage.ann.send('hello');
    const { json } = await stage.ask('/playground/state');
    expect(json()).toMatchObject({
      people: [{ user: { first_name: 'Ann' } }, { user: { first_name: 'Bob' } }],
      bot: { is_bot: true },
      ...told,
      cursor: expect.stringMatching(/^[\da-f]{12}-\d+$/),
      chats: expect.arrayContaining([
        expect.objectContaining({
          id: stage.ann.chat.id,
          messages: [expect.objectContaining({ text: 'hello' })],
        }),
        expect.objectContaining({ id: stage.group.id, title: 'Both' }),
      ]),
    });
  });
});

describe('POST /playground/people/:id/…', () => {
  it('send writes to the private chat, or to the group as a reply', async () => {
    const first = await stage.order(stage.ann, 'send', { text: 'hello' });
    expect(first.json()).toEqual({ message: stage.ann.chat.messages[0]?.message_id });
    const said = stage.bob.send('who is there?', { chat: stage.group });
    await stage.order(stage.ann, 'send', { text: 'me', chat: stage.group.id, replyTo: said.message_id });
    expect(stage.group.messages.at(-1)).toMatchObject({
      text: 'me',
      from: { id: stage.ann.id },
      reply_to_message: { message_id: said.message_id },
    });
  });

  it('edit and delete change what the person wrote', async () => {
    const { chat, message_id: message } = stage.ann.send('helo');
    await stage.order(stage.ann, 'edit', { chat: chat.id, message, text: 'hello' });
    expect(stage.ann.chat.messages[0]).toMatchObject({ text: 'hello', edit_date: expect.any(Number) });
    await stage.order(stage.ann, 'delete', { chat: chat.id, message });
    expect(stage.ann.chat.messages).toHaveLength(0);
  });

  it('tap reaches the bot as a callback query', async () => {
    await stage.call('sendMessage', {
      chat_id: stage.ann.id,
      text: 'choose',
      reply_markup: { inline_keyboard: [[{ text: 'Yes', callback_data: 'y' }]] },
    });
    const message = stage.ann.chat.messages[0]?.message_id;
    const taps: string[] = [];
    using _ = {
      [Symbol.dispose]: stage.emulator.listen((event) => event.kind === 'callback' && taps.push(event.tapId)),
    };
    const { status, json } = await stage.order(stage.ann, 'tap', {
      chat: stage.ann.chat.id,
      message,
      button: 'y',
    });
    expect([status, json()]).toEqual([200, { tap: taps[0] }]);
  });

  it('stop-draft ends the draft', async () => {
    const draft = { chat_id: stage.ann.id, draft_id: 7, text: 'Thinking', can_stop: true };
    await stage.call('sendMessageDraft', draft);
    const drafts = () => stage.emulator.snapshot().chats.find(({ id }) => id === stage.ann.chat.id)?.drafts;
    expect(drafts()).toHaveLength(1);
    expect((await stage.order(stage.ann, 'stop-draft', { draftId: 7 })).status).toBe(200);
    expect(drafts()).toHaveLength(0);
    expect((await stage.order(stage.ann, 'stop-draft', { draftId: 7 })).status).toBe(409);
  });

  it.each([
    ['send', {}, 'text: '],
    ['send', { text: ' \n' }, 'text: expected some words'],
    ['send', { text: 'x'.repeat(4097) }, 'text: '],
    ['send', { text: 5 }, 'text: '],
    ['send', { text: 'x', chat: '5001' }, 'chat: '],
    ['send', { text: 'x', replyTo: -1 }, 'replyTo: '],
    ['edit', { chat: 5001, text: 'x' }, 'message: '],
    ['delete', { chat: 5001, message: 1.5 }, 'message: '],
    ['tap', { chat: 5001, message: 1, button: '' }, 'button: '],
    ['stop-draft', { draftId: null }, 'draftId: '],
    ['send', [], 'expected object'],
  ])('%s refuses %j and says why', async (verb, input, words) => {
    const { status, text } = await stage.order(stage.ann, verb, input);
    expect(status).toBe(400);
    expect(text).toContain(words);
  });

  it('refuses who and what is not there', async () => {
    const hidden = stage.bob.send('mine');
    const bobs = { chat: stage.bob.chat.id, message: hidden.message_id };
    expect((await stage.order({ id: 9 }, 'send', { text: 'x' })).status).toBe(404);
    expect((await stage.order(stage.ann, 'send', { text: 'x', chat: stage.bob.chat.id })).status).toBe(404);
    expect((await stage.order(stage.ann, 'delete', bobs)).status).toBe(404);
    expect(
      (await stage.order(stage.ann, 'edit', { chat: stage.group.id, message: 999, text: 'x' })).status,
    ).toBe(404);
    expect((await stage.order(stage.ann, 'shout', { text: 'x' })).status).toBe(404);
    expect(stage.bob.chat.messages).toHaveLength(1);
  });

  it('refuses to change what somebody else wrote', async () => {
    const { message_id: message } = stage.bob.send('mine', { chat: stage.group });
    for (const verb of ['edit', 'delete']) {
      const { status, json } = await stage.order(stage.ann, verb, {
        chat: stage.group.id,
        message,
        text: 'x',
      });
      expect([status, json()]).toEqual([409, { error: 'This message is not Ann’s' }]);
    }
    expect(stage.group.messages.at(-1)).toMatchObject({ text: 'mine' });
  });

  it('passes on why the emulator refuses', async () => {
    const { message_id: message } = stage.ann.send('no buttons here');
    const tap = await stage.order(stage.ann, 'tap', { chat: stage.ann.chat.id, message, button: 'y' });
    expect([tap.status, tap.text.includes('has such a button')]).toEqual([409, true]);
    stage.ann.block();
    expect((await stage.order(stage.ann, 'send', { text: 'x' })).status).toBe(409);
    const file = await stage.ask(`/playground/people/${stage.ann.id}/file?name=a.txt`, {
      method: 'POST',
      body: 'x',
    });
    expect(file.status).toBe(409);
  });
});

describe('GET /playground/people/:id/menu', () => {
  it('has the commands that the bot offers this person here', async () => {
    await stage.call('setMyCommands', { commands: [{ command: 'help', description: 'What I can do' }] });
    await stage.call('setMyCommands', {
      commands: [{ command: 'jobs', description: 'Ann only' }],
      scope: { type: 'chat', chat_id: stage.ann.id },
    });
    const anns = await stage.ask(`/playground/people/${stage.ann.id}/menu?chat=${stage.ann.chat.id}`);
    expect(anns.json()).toEqual([{ command: 'jobs', description: 'Ann only' }]);
    const shared = await stage.ask(`/playground/people/${stage.ann.id}/menu?chat=${stage.group.id}`);
    expect(shared.json()).toEqual([{ command: 'help', description: 'What I can do' }]);
    expect((await stage.ask(`/playground/people/${stage.ann.id}/menu`)).status).toBe(400);
  });
});
