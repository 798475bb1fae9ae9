// Chats and who is in them: getChat, getChatMember, getChatAdministrators, leaveChat.

import type { ChatMember } from 'grammy/types';
import { badRequest } from '../bot-error.ts';
import type { MethodCall } from './method.ts';
import { findChat, findOpenChat } from './targets.ts';

/** getChat: the fields that every chat has. */
export function getChat({ world, args }: MethodCall): object {
  const chat = findChat(world, args);
  const common = { ...chat.face, accent_color_id: 0, max_reaction_count: 11, accepted_gift_types: noGifts };
  return chat.type === 'private'
    ? common
    : { ...common, permissions: openPermissions, join_to_send_messages: true };
}

/** getChatMember. */
export function getChatMember({ world, args }: MethodCall): ChatMember {
  const chat = findOpenChat(world, args);
  const userId = args.integer('user_id');
  if (userId <= 0) throw badRequest('invalid user_id specified');
  const user = userId === world.bot.id ? world.botUser : world.people.get(userId)?.user;
  if (!user) throw badRequest('user not found');
  if (chat.type !== 'private') return world.groups.member(chat, user);
  if (userId !== chat.id && userId !== world.bot.id) throw badRequest('user not found');
  return { status: 'member', user };
}

/** getChatAdministrators. */
export function getChatAdministrators({ world, args }: MethodCall): ChatMember[] {
  const chat = findOpenChat(world, args);
  if (chat.type === 'private') throw badRequest('there are no administrators in the private chat');
  return world.groups.administrators(chat);
}

/** leaveChat. */
export function leaveChat({ world, args }: MethodCall): true {
  const chat = findOpenChat(world, args);
  if (chat.type === 'private') throw badRequest("chat member status can't be changed in private chats");
  chat.botStatus = 'left';
  world.events.add({ kind: 'chat', chatId: chat.id, chat: chat.view() });
  return true;
}

const noGifts = {
  unlimited_gifts: false,
  limited_gifts: false,
  unique_gifts: false,
  premium_subscription: false,
  gifts_from_channels: false,
};

const openPermissions = {
  can_send_messages: true,
  can_send_audios: true,
  can_send_documents: true,
  can_send_photos: true,
  can_send_videos: true,
  can_send_video_notes: true,
  can_send_voice_notes: true,
  can_send_polls: true,
  can_send_other_messages: true,
  can_add_web_page_previews: true,
  can_change_info: false,
  can_invite_users: true,
  can_pin_messages: false,
  can_manage_topics: false,
};
