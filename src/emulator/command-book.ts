// The commands that the bot has set, by scope and language.

import type { BotCommand, BotCommandScope } from 'grammy/types';
import type { ChatState } from './chat.ts';
import type { CommandList } from './events.ts';

/** All lists of commands. */
export class CommandBook {
  readonly #lists = new Map<string, CommandList>();

  /** Sets the commands of a scope and a language ('' for all languages). */
  set(list: CommandList): void {
    this.#lists.set(keyOf(list.scope, list.language_code), list);
  }

  get(scope: BotCommandScope, languageCode: string): readonly BotCommand[] {
    return this.#lists.get(keyOf(scope, languageCode))?.commands ?? [];
  }

  delete(scope: BotCommandScope, languageCode: string): void {
    this.#lists.delete(keyOf(scope, languageCode));
  }

  all(): CommandList[] {
    return [...this.#lists.values()];
  }

  /**
   * The commands shown to a person in a chat: of the narrowest scope that has any, first in the person's language
   * (Bot API, "Determining list of commands").
   */
  shownTo(personId: number, languageCode: string, chat: ChatState): readonly BotCommand[] {
    for (const scope of scopesFor(personId, chat)) {
      for (const language of languageCode === '' ? [''] : [languageCode, '']) {
        const commands = this.get(scope, language);
        if (commands.length > 0) return commands;
      }
    }
    return [];
  }
}

/** The scopes that apply to a person in a chat, narrowest first. */
function scopesFor(personId: number, chat: ChatState): BotCommandScope[] {
  const here: BotCommandScope = { type: 'chat', chat_id: chat.id };
  if (chat.type === 'private') return [here, { type: 'all_private_chats' }, { type: 'default' }];
  const isAdmin = chat.ownerId === personId || chat.adminIds.has(personId);
  const adminsHere: BotCommandScope[] = isAdmin ? [{ type: 'chat_administrators', chat_id: chat.id }] : [];
  const admins: BotCommandScope[] = isAdmin ? [{ type: 'all_chat_administrators' }] : [];
  return [
    { type: 'chat_member', chat_id: chat.id, user_id: personId },
    ...adminsHere,
    here,
    ...admins,
    { type: 'all_group_chats' },
    { type: 'default' },
  ];
}

function keyOf(scope: BotCommandScope, languageCode: string): string {
  const {
    type,
    chat_id: chatId = '',
    user_id: userId = '',
  } = scope as Record<string, unknown> & BotCommandScope;
  return `${type}|${String(chatId)}|${String(userId)}|${languageCode}`;
}
