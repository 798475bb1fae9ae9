// Which messages of a group the bot is shown: privacy mode.

import type { Message, User } from 'grammy/types';
import type { ChatState } from './chat.ts';

/**
 * Whether the bot gets an update for `message`: all in private chats and where it is an administrator, otherwise only
 * commands for it, replies to it, mentions of it and service messages.
 */
export function botSees(chat: ChatState, message: Message, bot: User): boolean {
  if (chat.type === 'private' || chat.botStatus === 'administrator') return true;
  if (chat.botStatus !== 'member') return false;
  if (isService(message) || message.reply_to_message?.from?.id === bot.id) return true;
  return speaksTo(message, bot.username ?? '');
}

function isService(message: Message): boolean {
  const { text, document, photo } = message;
  return text === undefined && document === undefined && photo === undefined;
}

function speaksTo(message: Message, username: string): boolean {
  const text = message.text ?? message.caption ?? '';
  const name = username.toLowerCase();
  return (message.entities ?? message.caption_entities ?? []).some((entity) => {
    const part = text.slice(entity.offset, entity.offset + entity.length).toLowerCase();
    if (entity.type === 'mention') return part === `@${name}`;
    return entity.type === 'bot_command' && entity.offset === 0 && isFor(part, name);
  });
}

function isFor(command: string, name: string): boolean {
  const [, addressee] = command.split('@');
  return addressee === undefined || addressee === name;
}
