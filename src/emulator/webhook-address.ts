// Which addresses a webhook may have: those on this computer, where no update of a test can leave it.

import { badRequest } from './bot-error.ts';
import { isLoopback } from './guard.ts';

const publicPorts = new Set(['', '80', '88', '443', '8443']);

/** Reads the `url` of setWebhook as Telegram does, which takes one without a scheme for https. */
export function readWebhookUrl(text: string): URL {
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || !/^https?:$/.test(url.protocol)) throw badRequest('invalid webhook URL specified');
  return url;
}

/**
 * Throws for an address that updates are not sent to. On this computer http on any port is fine, as it is for a Bot API
 * server of one's own; other addresses fail as they do at Telegram, or because they are elsewhere.
 */
export function checkWebhookAddress({ protocol, port, host }: URL): void {
  if (isLoopback(host)) {
    if (protocol === 'http:') return;
    throw badRequest('bad webhook: the local Bot API delivers by http only');
  }
  if (protocol === 'http:') throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  if (!publicPorts.has(port)) {
    throw badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
  }
  throw badRequest('bad webhook: the local Bot API delivers to 127.0.0.1, [::1] and localhost only');
}
