// The bot's and the people's standing in chats, as the Bot API writes it.

import type { ChatMember, User } from 'grammy/types';
import type { ChatView } from './events.ts';

/** The bot's standing in a chat. */
export type BotStatus = ChatView['botStatus'];

const adminRights = {
  can_be_edited: false,
  can_manage_chat: true,
  can_change_info: true,
  can_delete_messages: true,
  can_invite_users: true,
  can_restrict_members: true,
  can_pin_messages: true,
  can_manage_topics: false,
  can_promote_members: false,
  can_manage_video_chats: true,
  can_post_stories: false,
  can_edit_stories: false,
  can_delete_stories: false,
  can_send_welcome_messages: false,
  is_anonymous: false,
};

/** An administrator with the usual rights. */
export function administrator(user: User): ChatMember {
  return { status: 'administrator', user, ...adminRights };
}

/** The bot as a member of a chat. */
export function botMember(user: User, status: BotStatus): ChatMember {
  if (status === 'administrator') return administrator(user);
  return status === 'kicked' ? { status, user, until_date: 0 } : { status, user };
}
