// From what Telegram sends to what a person asks.

import type { Chat, Message, MessageEntity, Update, User, UserFromGetMe } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import { handlers } from '../../handlers/index.ts';
import { readUpdate } from '../../src/bot/read-update.ts';
import type { Request } from '../../src/handler.ts';
import fc from '../properties.ts';

const me = { id: 1_000, is_bot: true, first_name: 'Errand', username: 'Errand_Bot' } as UserFromGetMe;
const ann: User = { id: 7, is_bot: false, first_name: 'Ann', language_code: 'ru' };
const bob: User = { id: 8, is_bot: false, first_name: 'Bob' };
const home: Chat.PrivateChat = { id: 7, type: 'private', first_name: 'Ann' };
const group: Chat.SupergroupChat = { id: -100_5, type: 'supergroup', title: 'Club' };
const link = 'https://a.example/x';

type Part = Omit<Partial<Message>, 'chat'> & { chat?: Chat };

/** A message of Ann's, in her private chat unless told otherwise. */
function aMessage(text: string, part: Part = {}): Message {
  return { message_id: 5, date: 1, chat: home, from: ann, text, ...part };
}

const inGroup = (text: string, part: Part = {}) => aMessage(text, { chat: group, ...part });

/** A message that the one who is asked replies to. */
const replyTo = (text: string, part: Part = {}) => ({
  reply_to_message: aMessage(text, { message_id: 4, ...part }) as Message['reply_to_message'] & object,
});

const botSaid = (text: string, part: Part = {}) => replyTo(text, { from: me, ...part });

const read = (update: Partial<Update>) =>
  readUpdate({ update_id: 36, ...update }, 123, { me, handlers, admins: { has: (id) => id === 99 } });
const readMessage = (message: Message) => read({ message: message as Update['message'] & object });

/** Handler, input and links of what a message asks. */
function asked(message: Message): Pick<Request, 'handler' | 'input' | 'links'> | undefined {
  const request = readMessage(message);
  return request && { handler: request.handler, input: request.input, links: request.links };
}

const entity = (type: 'mention' | 'url', offset: number, length: number): MessageEntity => ({
  type,
  offset,
  length,
});

describe('readUpdate in a private chat', () => {
  it('reads who asks, where, when, and which message is to be answered', () => {
    expect(readMessage(aMessage('/help'))).toEqual({
      id: '10',
      acceptedAt: 123,
      handler: 'help',
      input: '',
      links: [],
      person: { id: 7, languageCode: 'ru' },
      chat: { id: 7, isPrivate: true, threadId: undefined },
      messageId: 5,
    });
  });

  it('gives messages with links to the cards', () => {
    const expected = { handler: 'cards', input: `see ${link}`, links: [link] };
    expect(asked(aMessage(`see ${link}`))).toEqual(expected);
    const { text: _, ...captioned } = aMessage('', { caption: `see ${link}` });
    const photo = { ...captioned, photo: [] } as unknown as Message;
    expect(asked(photo)).toEqual(expected);
  });

  it.each([
    [`/get ${link}`, { handler: 'get', input: link, links: [link] }],
    [`/get@errand_bot ${link}`, { handler: 'get', input: link, links: [link] }],
    [`/GET@ERRAND_BOT\n${link}`, { handler: 'get', input: link, links: [link] }],
    ['/get', { handler: 'get', input: '', links: [] }],
    ['/stop 1a', { handler: 'cancel', input: '1a', links: [] }],
    ['/language ru', { handler: 'settings', input: 'ru', links: [] }],
    ['/settings   ru  ', { handler: 'settings', input: 'ru', links: [] }],
  ])('reads the command %j', (text, expected) => {
    expect(asked(aMessage(text))).toEqual(expected);
  });

  it.each(['/gett', '/cards', '/hint', 'hello', 'tell me /help', '//help', '/ help', '/', '/помощь'])(
    'leaves %j to the hint, words and all',
    (text) => {
      expect(asked(aMessage(text))).toEqual({ handler: 'hint', input: text, links: [] });
    },
  );

  it('gives links after an unknown command to the hint: what was meant is not known', () => {
    expect(asked(aMessage(`/gett ${link}`))).toMatchObject({ handler: 'hint', input: `/gett ${link}` });
  });

  it('leaves a command for another bot alone', () => {
    expect(asked(aMessage('/get@other_bot x'))).toBeUndefined();
  });

  it('answers a file without words with the hint', () => {
    const { text: _, ...silent } = aMessage('');
    expect(asked({ ...silent, document: {} } as Message)).toEqual({ handler: 'hint', input: '', links: [] });
  });

  it.each(['new_chat_members', 'pinned_message', 'left_chat_member', 'successful_payment'])(
    'asks for nothing by a service message (%s)',
    (kind) => {
      const { text: _, ...silent } = aMessage('');
      expect(asked({ ...silent, [kind]: {} })).toBeUndefined();
    },
  );

  it('asks for nothing by what the bot itself wrote', () => {
    expect(asked(aMessage(link, { from: me }))).toBeUndefined();
  });

  it('reads an edited message as it reads a new one', () => {
    const edited_message = aMessage(link, { edit_date: 2 }) as Update['edited_message'] & object;
    expect(read({ edited_message })).toMatchObject({ handler: 'cards', links: [link], messageId: 5 });
  });

  it.each([{ my_chat_member: {} }, { channel_post: aMessage(link) }, { poll: {} }, {}])(
    'asks for nothing by an update of another kind',
    (update) => {
      expect(read(update as Partial<Update>)).toBeUndefined();
    },
  );
});

describe('readUpdate of a reply', () => {
  it('takes the links of the message that a command replies to, when it has none of its own', () => {
    expect(asked(aMessage('/get', replyTo(`old ${link}`)))).toMatchObject({ handler: 'get', links: [link] });
    const own = 'https://own.example/';
    expect(asked(aMessage(`/get ${own}`, replyTo(`old ${link}`)))).toMatchObject({ links: [own] });
  });

  it("takes the links of another person's message, but not those of the bot's own answer", () => {
    expect(asked(aMessage('this one', replyTo(link, { from: bob })))).toMatchObject({ handler: 'cards' });
    expect(asked(aMessage('thanks', botSaid(link)))).toMatchObject({ handler: 'hint' });
    expect(asked(aMessage('/get', botSaid(link)))).toMatchObject({ handler: 'get', links: [link] });
  });

  it('runs the command that the bot has asked a link for', () => {
    const question = botSaid('/get needs a link. Which address shall I fetch?');
    expect(asked(aMessage('a.example', question))).toEqual({ handler: 'get', input: 'a.example', links: [] });
    expect(asked(aMessage(link, question))).toEqual({ handler: 'get', input: link, links: [link] });
    expect(asked(inGroup('a.example', question))).toMatchObject({ handler: 'get', input: 'a.example' });
  });

  it('runs another command that is written there instead', () => {
    const question = botSaid('/get needs a link. Which address shall I fetch?');
    expect(asked(aMessage('/help', question))).toMatchObject({ handler: 'help' });
  });

  it("runs no command that another person's message begins with", () => {
    expect(asked(aMessage('a.example', replyTo('/get me that', { from: bob })))).toMatchObject({
      handler: 'hint',
    });
  });
});

describe('readUpdate in a group', () => {
  it.each([
    ['talk', inGroup('hello')],
    ['a link', inGroup(link)],
    ['a command for another bot', inGroup('/get@other_bot x')],
    ['a mention of somebody else', inGroup(`@somebody ${link}`, { entities: [entity('mention', 0, 9)] })],
    ['the name of the bot inside another', inGroup('@Errand_Bot2', { entities: [entity('mention', 0, 12)] })],
    ['a reply to another person', inGroup(link, replyTo('hello', { from: bob, chat: group }))],
    ['talk in reply to the bot', inGroup('thanks!', botSaid('Here you are.', { chat: group }))],
  ])('is quiet about %s', (_what, message) => {
    expect(asked(message)).toBeUndefined();
  });

  it('answers commands, mentions and replies that ask for something', () => {
    expect(asked(inGroup('/help'))).toMatchObject({ handler: 'help' });
    const mention = { entities: [entity('mention', 0, 11)] };
    expect(asked(inGroup(`@errand_bot ${link}`, mention))).toMatchObject({ handler: 'cards', links: [link] });
    expect(asked(inGroup('@Errand_Bot hello?', mention))).toMatchObject({ handler: 'hint' });
    const toBot = botSaid('Here you are.', { chat: group });
    expect(asked(inGroup(link, toBot))).toMatchObject({ handler: 'cards', links: [link] });
  });

  it('answers a mention of the bot without a name, and one under a picture', () => {
    const named: MessageEntity = { type: 'text_mention', offset: 0, length: 6, user: me };
    expect(asked(inGroup(`Errand ${link}`, { entities: [named] }))).toMatchObject({ handler: 'cards' });
    const { text: _, ...picture } = inGroup('', { caption: `@Errand_Bot ${link}` });
    const captioned = { ...picture, photo: [], caption_entities: [entity('mention', 0, 11)] };
    expect(asked(captioned as unknown as Message)).toMatchObject({ handler: 'cards' });
  });

  it('takes the links of the message that a mention replies to', () => {
    const part = { entities: [entity('mention', 0, 11)], ...replyTo(link, { from: bob, chat: group }) };
    expect(asked(inGroup('@Errand_Bot what is this?', part))).toMatchObject({
      handler: 'cards',
      links: [link],
    });
  });

  it('answers in the topic of the question, and reads no thread of replies as a topic', () => {
    const topic = readMessage(inGroup('/help', { is_topic_message: true, message_thread_id: 44 }));
    expect(topic?.chat).toEqual({ id: group.id, isPrivate: false, threadId: 44 });
    const thread = readMessage(inGroup('/help', { message_thread_id: 44 }));
    expect(thread?.chat.threadId).toBeUndefined();
  });

  it('takes an anonymous admin for the group they speak for', () => {
    const anonymous = { id: 1_087_968_824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' };
    const request = readMessage(inGroup('/help', { from: anonymous, sender_chat: group }));
    expect(request?.person.id).toBe(group.id);
  });
});

describe('readUpdate of a pressed button', () => {
  const press = (data: string | undefined, message: object | undefined) =>
    read({
      callback_query: { id: 'q1', from: bob, chat_instance: 'x', data, message } as Update['callback_query'] &
        object,
    });
  const answer = inGroup('Here you are.', {
    from: me,
    message_id: 9,
    is_topic_message: true,
    message_thread_id: 44,
    ...replyTo(link, { chat: group }),
  });

  it('is the request of whoever pressed it, for the message that was answered', () => {
    expect(press('get:abc', answer)).toEqual({
      id: '10',
      acceptedAt: 123,
      handler: 'get',
      input: 'abc',
      links: [],
      person: { id: 8, languageCode: undefined },
      chat: { id: group.id, isPrivate: false, threadId: 44 },
      messageId: 4,
      tap: { id: 'q1', messageId: 9 },
    });
  });

  it('reads its input whole, colons and all', () => {
    expect(press('get:a:b:', answer)).toMatchObject({ handler: 'get', input: 'a:b:' });
    expect(press('settings', answer)).toMatchObject({ handler: 'settings', input: '' });
    expect(press('again:r1', answer)).toMatchObject({ handler: 'again', input: 'r1' });
  });

  it('answers at the message with the button when the question is gone, or nothing can be seen of it', () => {
    const { reply_to_message: _, ...alone } = answer as Message & { reply_to_message?: object };
    expect(press('get:abc', alone)).toMatchObject({ messageId: 9 });
    const old = { chat: group, message_id: 9, date: 0 };
    expect(press('get:abc', old)).toMatchObject({ messageId: 9, chat: { id: group.id, isPrivate: false } });
  });

  it.each([
    ['of a handler that is no more', 'weather:x', answer],
    ['without data, as of a game', undefined, answer],
    ['under a message sent inline', 'get:abc', undefined],
  ])('asks for nothing: %s', (_what, data, message) => {
    expect(press(data, message)).toBeUndefined();
  });
});

it('readUpdate takes whatever text and entities come', () => {
  const anyEntity = fc.record({
    type: fc.constantFrom('url', 'mention', 'bot_command', 'text_mention', 'text_link', 'new-kind'),
    offset: fc.integer({ min: -5, max: 50 }),
    length: fc.integer({ min: -5, max: 50 }),
    user: fc.constant(bob),
    url: fc.string(),
  });
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('/get@', `/get ${link}`, '@Errand_Bot x'),
  );
  fc.assert(
    fc.property(anyText, fc.array(anyEntity), fc.constantFrom(home, group), (text, entities, chat) => {
      const request = readMessage(aMessage(text, { entities: entities as MessageEntity[], chat }));
      if (!request) return;
      expect(handlers.some(({ name }) => name === request.handler)).toBe(true);
      expect(request.links.every((one) => typeof one === 'string')).toBe(true);
    }),
  );
});
