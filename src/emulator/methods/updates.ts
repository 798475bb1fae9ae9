// Who the bot is and what it has not heard yet: getMe, getUpdates and the absent webhook.

import type { Update, UserFromGetMe } from 'grammy/types';
import { readAllowedUpdates } from '../allowed-updates.ts';
import type { MethodCall } from './method.ts';

const maxUpdates = 100;
const maxTimeoutS = 50;

/** getMe. */
export function getMe({ world }: MethodCall): UserFromGetMe {
  return world.bot;
}

/** getUpdates. */
export function getUpdates({ world, args, signal }: MethodCall): Promise<Update[]> {
  const limit = args.integer('limit', maxUpdates, 1, maxUpdates);
  const timeoutS = args.integer('timeout', 0, 0, maxTimeoutS);
  world.allowed = readAllowedUpdates(parseLeniently(args.values['allowed_updates'])) ?? world.allowed;
  return world.longPoll.getUpdates(args.integer('offset'), limit, timeoutS, signal);
}

/** deleteWebhook: there is none. */
export function deleteWebhook({ world, args }: MethodCall): true {
  if (args.boolean('drop_pending_updates')) world.queue.clear();
  return true;
}

/** getWebhookInfo: there is none. */
export function getWebhookInfo({ world }: MethodCall): object {
  return { url: '', has_custom_certificate: false, pending_update_count: world.queue.size };
}

/** A list that is no JSON counts as missing. */
function parseLeniently(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
