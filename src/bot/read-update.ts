// From what Telegram sends to what a person asks: an update becomes a request for a handler, or nothing.

import type { CallbackQuery, InaccessibleMessage, Message, Update, UserFromGetMe } from 'grammy/types';
import type { Handler, Request } from '../handler.ts';
import { requestIdOf } from '../work/request-id.ts';
import type { Admins } from './admins.ts';
import { findLinks } from './find-links.ts';

/** What reading needs to know of the bot. */
export interface Reader {
  me: UserFromGetMe;
  handlers: readonly Handler[];
  admins: Pick<Admins, 'has'>;
}

/** The updates that are asked for; everything else would only be thrown away. */
export const allowedUpdates = ['message', 'edited_message', 'callback_query', 'my_chat_member'] as const;

/** What the button under a fallback calls: the request named by its input, once more. */
export const again = 'again';

const commandAtStart = /^\/([a-z0-9_]{1,32})(?:@(\w+))?(?=\s|$)\s*/i;

/**
 * The request that an update makes; undefined when nobody asked for anything. In groups only commands, mentions and
 * replies to the bot ask.
 */
export function readUpdate(update: Update, acceptedAt: number, reader: Reader): Request | undefined {
  const id = requestIdOf(update.update_id);
  const message = update.message ?? update.edited_message;
  if (message) return readMessage(message, { id, acceptedAt }, reader);
  if (update.callback_query) return readTap(update.callback_query, { id, acceptedAt }, reader);
  return undefined;
}

type Origin = Pick<Request, 'id' | 'acceptedAt'>;

function readMessage(message: Message, origin: Origin, reader: Reader): Request | undefined {
  const { me, handlers } = reader;
  const person = personOf(message);
  const isAdmin = reader.admins.has(person.id);
  const text = message.text ?? message.caption ?? '';
  const isPrivate = message.chat.type === 'private';
  if (message.from?.id === me.id || !isContent(message)) return undefined;

  const command = readCommand(message, text, me);
  if (command === 'for another bot') return undefined;
  if (!command && !isPrivate && !addresses(message, text, me)) return undefined;

  const own = findLinks(message);
  const links =
    own.length > 0 || command?.wasAsked ? own : linksOfReplied(message, me, command !== undefined);
  const asked = command
    ? byName(handlers, command.name, isAdmin)
    : links.length > 0 && taking(handlers, 'links');
  const handler = asked || taking(handlers, 'the rest');
  // In a group, a reply that asks for nothing is part of the people's talk, and a strange command is another bot's.
  const isTalk = !isPrivate && !asked && !command?.isAddressed && !mentions(message, text, me);
  if (!handler || isTalk) return undefined;
  return {
    id: origin.id,
    acceptedAt: origin.acceptedAt,
    handler: handler.name,
    input: command && asked ? command.input : text,
    links,
    person,
    chat: chatOf(message),
    messageId: message.message_id,
  };
}

function readTap(query: CallbackQuery, origin: Origin, { handlers, admins }: Reader): Request | undefined {
  const { message, data } = query;
  const [name = '', ...rest] = (data ?? '').split(':');
  const handler = handlers.find((one) => one.name === name && mayUse(one, admins.has(query.from.id)));
  if (!message || !(name === again || handler)) return undefined;
  // The button's message answers the one it replies to; what the button fetches answers that one too.
  const original = 'reply_to_message' in message ? message.reply_to_message : undefined;
  return {
    id: origin.id,
    acceptedAt: origin.acceptedAt,
    handler: name,
    input: rest.join(':'),
    links: [],
    person: { id: query.from.id, languageCode: query.from.language_code },
    chat: chatOf(message),
    messageId: original?.message_id ?? message.message_id,
    tap: { id: query.id, messageId: message.message_id },
  };
}

/** What a person sends, in contrast to a service message like "Ann joined" (Bot API, Message). */
const contentKinds = (
  'text photo document video audio voice sticker animation video_note story paid_media dice game poll location ' +
  'venue contact invoice checklist'
).split(' ');

function isContent(message: Message): boolean {
  return contentKinds.some((kind) => kind in message);
}

interface Command {
  name: string;
  input: string;
  /** Whether the bot had asked for the input. */
  wasAsked: boolean;
  /** Whether it names the bot, like "/get@errand_bot". */
  isAddressed: boolean;
}

function readCommand(
  message: Message,
  text: string,
  me: UserFromGetMe,
): Command | 'for another bot' | undefined {
  const match = commandAtStart.exec(text);
  if (match?.[1]) {
    if (match[2] && match[2].toLowerCase() !== me.username.toLowerCase()) return 'for another bot';
    const input = text.slice(match[0].length).trim();
    return { name: match[1].toLowerCase(), input, wasAsked: false, isAddressed: match[2] !== undefined };
  }
  return askedBack(message, text, me);
}

/** The command whose question a message answers: the question begins with it. */
function askedBack(message: Message, text: string, me: UserFromGetMe): Command | undefined {
  const question = message.reply_to_message;
  const name =
    question?.from?.id === me.id ? /^\/([a-z0-9_]{1,32})/.exec(question.text ?? '')?.[1] : undefined;
  return name ? { name, input: text.trim(), wasAsked: true, isAddressed: true } : undefined;
}

function byName(handlers: readonly Handler[], name: string, isAdmin: boolean): Handler | undefined {
  const isMeant = (one: Handler) => one.name === name || one.aliases?.includes(name);
  return handlers.find((one) => isMeant(one) && mayUse(one, isAdmin) && (!one.hidden || one.for));
}

function mayUse(handler: Handler, isAdmin: boolean): boolean {
  return handler.for !== 'admins' || isAdmin;
}

function taking(handlers: readonly Handler[], what: Handler['takes']): Handler | undefined {
  return handlers.find((one) => one.takes === what);
}

function addresses(message: Message, text: string, me: UserFromGetMe): boolean {
  return message.reply_to_message?.from?.id === me.id || mentions(message, text, me);
}

function mentions(message: Message, text: string, me: UserFromGetMe): boolean {
  const entities = message.entities ?? message.caption_entities ?? [];
  const name = `@${me.username.toLowerCase()}`;
  return entities.some((entity) => {
    if (entity.type === 'text_mention') return entity.user.id === me.id;
    return (
      entity.type === 'mention' &&
      text.slice(entity.offset, entity.offset + entity.length).toLowerCase() === name
    );
  });
}

/** A command takes the links of whatever it replies to; a message without links only those of another person. */
function linksOfReplied(message: Message, me: UserFromGetMe, isCommand: boolean): string[] {
  const replied = message.reply_to_message;
  if (!replied || (!isCommand && replied.from?.id === me.id)) return [];
  return findLinks(replied);
}

/** Who asks: a person, or the group or channel that an anonymous admin speaks for. */
function personOf(message: Message): Request['person'] {
  return {
    id: message.sender_chat?.id ?? message.from?.id ?? message.chat.id,
    languageCode: message.from?.language_code,
  };
}

function chatOf(message: Message | InaccessibleMessage): Request['chat'] {
  const threadId =
    'is_topic_message' in message && message.is_topic_message ? message.message_thread_id : undefined;
  return { id: message.chat.id, isPrivate: message.chat.type === 'private', threadId };
}
