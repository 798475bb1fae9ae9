// Keeps web pages of other origins away from the local server.

import type { IncomingMessage } from 'node:http';

const loopback = /^(?:127\.0\.0\.1|localhost|(?:[a-z\d-]+\.)+localhost|\[::1\])(?::\d+)?$/i;

/** Whether a host, with or without a port, is a name or an address of this computer. */
export function isLoopback(host: string): boolean {
  return loopback.test(host);
}

/** Whether a request names this computer as its host and comes from no foreign page. */
export function isLocal({ headers }: IncomingMessage): boolean {
  if (!isLoopback(headers.host ?? '')) return false;
  const { origin } = headers;
  return origin === undefined || (URL.canParse(origin) && isLoopback(new URL(origin).host));
}
