// Finding what a call is about: the chat, the topic, the message, the message replied to.

import type { Message, TextQuote } from 'grammy/types';
import type { Arguments } from '../arguments.ts';
import { asText, isTrue } from '../arguments.ts';
import { badRequest, forbidden } from '../bot-error.ts';
import type { ChatState } from '../chat.ts';
import type { World } from '../world.ts';

/** The chat that `chat_id` names, whether or not the bot may write there. */
export function findChat(world: World, args: Arguments): ChatState {
  const id = args.text('chat_id');
  if (id === '') throw badRequest('chat_id is empty');
  const chat = world.chats.get(Number(id));
  if (!chat) throw badRequest('chat not found');
  return chat;
}

/** The chat that `chat_id` names; throws what Telegram says when the bot may not write there. */
export function findOpenChat(world: World, args: Arguments): ChatState {
  const chat = findChat(world, args);
  if (chat.migratedTo !== undefined) {
    const parameters = { migrate_to_chat_id: chat.migratedTo };
    throw badRequest('group chat was upgraded to a supergroup chat', parameters);
  }
  if (chat.botStatus === 'kicked') throw forbidden('bot was kicked from the supergroup chat');
  if (chat.botStatus === 'left') throw forbidden('bot is not a member of the supergroup chat');
  const person = chat.type === 'private' ? world.people.get(chat.id) : undefined;
  if (person?.blocked) throw forbidden('bot was blocked by the user');
  if (person?.started === false) throw forbidden("bot can't initiate conversation with a user");
  return chat;
}

/** The topic to write to: `message_thread_id`, or that of the message replied to. */
export function findThread(chat: ChatState, args: Arguments, replyTo?: Message): number | undefined {
  const id = args.integer('message_thread_id');
  if (id === 0) return replyTo?.message_thread_id;
  if (!chat.topics.some(({ threadId }) => threadId === id)) throw badRequest('message thread not found');
  return id;
}

/** The message that `message_id` names; throws "message to `act` not found". */
export function findMessage(chat: ChatState, args: Arguments, act: string): Message {
  if (!args.has('message_id')) throw badRequest('message identifier is not specified');
  const message = chat.box.get(args.integer('message_id'));
  if (!message) throw badRequest(`message to ${act} not found`);
  return message;
}

/** A message to reply to and what is quoted of it. */
export interface ReplyTarget {
  replyTo?: Message;
  quote?: TextQuote;
}

/** Reads `reply_parameters`, or the older `reply_to_message_id`. */
export function findReply(chat: ChatState, args: Arguments): ReplyTarget {
  const given = args.object('reply_parameters', 'reply parameters');
  const id = given ? Number(given['message_id'] ?? 0) : args.integer('reply_to_message_id');
  if (id === 0) return {};
  const elsewhere = given?.['chat_id'] !== undefined && Number(given['chat_id']) !== chat.id;
  const message = elsewhere ? undefined : chat.box.get(id);
  if (!message) {
    const optional = given
      ? isTrue(given['allow_sending_without_reply'])
      : args.boolean('allow_sending_without_reply');
    if (optional && !elsewhere) return {};
    throw badRequest('message to be replied not found');
  }
  const quoted = given?.['quote'];
  return quoted === undefined
    ? { replyTo: message }
    : { replyTo: message, quote: findQuote(message, asText(quoted)) };
}

function findQuote(message: Message, text: string): TextQuote {
  const position = (message.text ?? message.caption ?? '').indexOf(text);
  if (position < 0) throw badRequest('QUOTE_TEXT_INVALID');
  return { text, position, is_manual: true };
}
