// Which kinds of updates the bot asked for.

import type { Update } from 'grammy/types';

/** A kind of update: the name of the field that holds it. */
export type UpdateKind = Exclude<keyof Update, 'update_id'>;

const onlyOnRequest: UpdateKind[] = ['chat_member', 'message_reaction', 'message_reaction_count'];

const always: UpdateKind[] = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
  'stopped_message_generation',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'purchased_paid_media',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
];

const known = new Set<string>([...always, ...onlyOnRequest]);

/** The kinds a bot receives that never said what it wants. */
export const defaultKinds: ReadonlySet<string> = new Set(always);

/**
 * Reads `allowed_updates`, a list or its JSON: undefined (keep what was said before) when it is missing or no list of
 * texts; the default when no known kind is in it.
 */
export function readAllowedUpdates(given: unknown): ReadonlySet<string> | undefined {
  const value = parseLeniently(given);
  if (!Array.isArray(value) || value.some((kind) => typeof kind !== 'string')) return undefined;
  const kinds = value.map((kind: string) => kind.toLowerCase()).filter((kind) => known.has(kind));
  return kinds.length === 0 ? defaultKinds : new Set(kinds);
}

/** A text that is no JSON counts as missing. */
function parseLeniently(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
