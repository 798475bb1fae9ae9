// Which updates a webhook gets one after another: those of one lane; different lanes overtake each other.

import type { Update } from 'grammy/types';
import type { UpdateKind } from './allowed-updates.ts';

/** Kinds with one lane for each chat; the same name is the same lane. */
const chatLanes: Partial<Record<UpdateKind, string>> = {
  message: 'chat',
  edited_message: 'chat',
  channel_post: 'chat',
  edited_channel_post: 'chat',
  business_message: 'business chat',
  edited_business_message: 'business chat',
  my_chat_member: 'standing in chat',
  message_reaction: 'reactions in chat',
  message_reaction_count: 'reaction counts in chat',
  chat_boost: 'boosts of chat',
  removed_chat_boost: 'boosts of chat',
};

/** Kinds with one lane for each person. */
const personLanes: Partial<Record<UpdateKind, string>> = {
  callback_query: 'taps of person',
  inline_query: 'inline queries of person',
  chosen_inline_result: 'chosen results of person',
  shipping_query: 'payments of person',
  pre_checkout_query: 'payments of person',
  chat_member: 'memberships of person',
  chat_join_request: 'memberships of person',
};

/** The lane of `update` as the Bot API server assigns it; undefined for a kind of which each goes its own way. */
export function laneOf(update: Update): string | undefined {
  for (const [kind, content] of Object.entries(update)) {
    const { chat, from } = (content ?? {}) as { chat?: { id?: number }; from?: { id?: number } };
    const inChat = chatLanes[kind as UpdateKind];
    if (inChat !== undefined && chat?.id !== undefined) return `${inChat} ${chat.id}`;
    const ofPerson = personLanes[kind as UpdateKind];
    if (ofPerson !== undefined && from?.id !== undefined) return `${ofPerson} ${from.id}`;
  }
  return undefined;
}
