// The addresses among the settings: which are taken, and in which form.

import { isIP } from 'node:net';

/** The root of a Bot API server, without a slash at its end; undefined when the text is none. */
export function readRoot(text: string): string | undefined {
  return readPlainUrl(text)?.href.replace(/\/+$/, '');
}

/** An address that a webhook can have, or '' as it is; undefined when the text is neither. */
export function readWebhookUrl(text: string): string | undefined {
  if (text === '') return text;
  const url = readPlainUrl(text);
  // A segment that begins with a colon would stand for any in a route's path.
  return url?.pathname.includes('/:') ? undefined : url?.href;
}

/** Whether updates can be brought to a webhook from a Bot API server: Telegram's own is choosy (Bot API, setWebhook). */
export function isDeliverable(webhookUrl: string, apiRoot: string): boolean {
  if (new URL(apiRoot).hostname !== 'api.telegram.org') return true;
  const { protocol, port } = new URL(webhookUrl);
  return protocol === 'https:' && ['', '80', '88', '8443'].includes(port);
}

/** The address of a Postgres database as it is, or ''; undefined when the text is neither. */
export function readDatabaseUrl(text: string): string | undefined {
  if (text === '') return text;
  const url = /^postgres(ql)?:\/\//i.test(text) && URL.parse(text);
  // Behind the host these are what is left of a password in which they were not percent-encoded.
  return url && !/[@#]/.test(url.pathname + url.search + url.hash) ? text : undefined;
}

/** A name server as it is, address or address:port; undefined when the text is none. */
export function readNameServer(text: string): string | undefined {
  if (isIP(text)) return text;
  const match = /^(?:\[([\da-f:.]+)\]|([\d.]+)):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[3]);
  return match && isIP(match[1] ?? match[2] ?? '') && port >= 1 && port <= 65_535 ? text : undefined;
}

/** An http or https address without user, query and fragment. */
function readPlainUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  const isPlain = url && /^https?:$/.test(url.protocol) && !/[?#]/.test(url.href);
  return isPlain && !url.username && !url.password ? url : undefined;
}
