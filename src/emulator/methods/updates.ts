// Who the bot is and what it has not heard yet: getMe and getUpdates.

import type { Update, UserFromGetMe } from 'grammy/types';
import { readAllowedUpdates } from '../allowed-updates.ts';
import type { MethodCall } from './method.ts';

const maxUpdates = 100;
const maxTimeoutS = 50;

/** getMe. */
export function getMe({ world }: MethodCall): UserFromGetMe {
  return world.bot;
}

/** getUpdates; a conflict while a webhook is set. */
export function getUpdates({ world, args, signal }: MethodCall): Promise<Update[]> {
  if (world.webhook.isSet) return world.longPoll.refuse('webhook', signal());
  const limit = args.integer('limit', maxUpdates, 1, maxUpdates);
  const timeoutS = args.integer('timeout', 0, 0, maxTimeoutS);
  world.allowed = readAllowedUpdates(args.values['allowed_updates']) ?? world.allowed;
  return world.longPoll.getUpdates(args.integer('offset'), limit, timeoutS, signal);
}
