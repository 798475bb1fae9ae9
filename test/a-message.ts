// A message as Telegram delivers it, of any moment.

import type { Update } from 'grammy/types';
import type { Person } from '../src/emulator/contract.ts';

/** What a person has written to the bot, `agoMs` milliseconds ago. */
export function aMessage(
  { user, chat }: Person,
  text: string,
  { id = 1, agoMs = 0 } = {},
): Pick<Update, 'message'> {
  const date = Math.floor((Date.now() - agoMs) / 1000);
  const type = text.startsWith('/') ? ('bot_command' as const) : ('url' as const);
  const entities = [{ type, offset: 0, length: text.length }];
  const place = { id: chat.id, type: 'private' as const, first_name: user.first_name };
  return { message: { message_id: id, date, chat: place, from: user, text, entities } };
}
