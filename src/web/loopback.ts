// Keeps the playground to this computer: a page elsewhere must not reach it, under whatever name it calls it.

import type { IncomingMessage } from 'node:http';
import { HttpError } from './exchange.ts';

/**
 * Refuses (403) a request that was not meant for this computer: its Host has to be a loopback name at the port it came
 * in by, which a rebound name of a stranger is not, and an Origin, if there is one, has to be the page itself. What a browser
 * says that another site's page asked for (Fetch Metadata) is refused as well; a link from there may be followed.
 */
export function requireLoopback(request: IncomingMessage): void {
  const { host = '', origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
  const match = /^(?:localhost|(?:[a-z\d-]+\.)+localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?$/i.exec(host);
  if (!match || Number(match[1] ?? 80) !== request.socket.localPort) {
    throw new HttpError(403, 'The playground answers only under a name of this computer, like localhost');
  }
  const isForeign = origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`;
  if (isForeign || (site === 'cross-site' && mode !== 'navigate')) {
    throw new HttpError(403, 'The playground takes orders only from its own page');
  }
}
