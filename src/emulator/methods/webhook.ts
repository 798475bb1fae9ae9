// How the bot gets its updates sent: setWebhook, deleteWebhook, getWebhookInfo.

import type { WebhookInfo } from 'grammy/types';
import { readAllowedUpdates } from '../allowed-updates.ts';
import { Remarked } from '../answer.ts';
import type { MethodCall } from './method.ts';

const usualConnections = 40;
const maxConnections = 100;

/** setWebhook; without a `url` the same as deleteWebhook. */
export function setWebhook(call: MethodCall): Remarked {
  const { world, args } = call;
  if (!args.has('url')) return deleteWebhook(call);
  const remark = world.webhook.set({
    url: args.text('url'),
    secretToken: args.text('secret_token'),
    maxConnections: args.integer('max_connections', usualConnections, 1, maxConnections),
    allowed: readAllowedUpdates(args.values['allowed_updates']),
    dropPending: args.boolean('drop_pending_updates'),
  });
  return new Remarked(true, remark);
}

/** deleteWebhook. */
export function deleteWebhook({ world, args }: MethodCall): Remarked {
  return new Remarked(true, world.webhook.remove(args.boolean('drop_pending_updates')));
}

/** getWebhookInfo. */
export function getWebhookInfo({ world }: MethodCall): WebhookInfo {
  return world.webhook.info();
}
