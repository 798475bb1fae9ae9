// Keeps web pages of other origins away from the local server.

import type { IncomingMessage } from 'node:http';

const loopback = /^(?:127\.0\.0\.1|localhost|(?:[a-z\d-]+\.)+localhost|\[::1\])(?::\d+)?$/i;

/** Whether a request names this computer as its host and comes from no foreign page. */
export function isLocal({ headers }: IncomingMessage): boolean {
  if (!loopback.test(headers.host ?? '')) return false;
  const { origin } = headers;
  return origin === undefined || (URL.canParse(origin) && loopback.test(new URL(origin).host));
}
