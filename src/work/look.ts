// What a link leads to, as far as its headers and the head of its page tell.

import type { LinkCard } from '../handler.ts';
import { dropTracking } from '../net/link.ts';
import { readSize } from '../net/response-facts.ts';
import type { Web, WebResponse } from '../net/web.ts';
import { plainType } from '../parse/media-type.ts';
import { plainWords, showHost } from '../parse/plain-words.ts';
import type { PageSummary } from '../parse/page-summary.ts';
import type { Parsers } from '../parse/pool.ts';
import { UserError } from '../errors.ts';

/** How much of a page is read for its card, in decoded bytes. */
const maxPageBytes = 512 * 1024;

/** Opens a link and reads what it says of itself. Rejects with UserError or with the signal's reason. */
export async function lookAt(
  url: URL,
  { web, parsers }: { web: Web; parsers: Parsers },
  options: { signal: AbortSignal; enterHost: (host: string) => Promise<void> },
): Promise<LinkCard> {
  await using response = await web.open(url, {
    ...options,
    headers: { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' },
  });
  const type = plainType(response.headers['content-type']);
  const page = isPage(type) ? await readHead(response, parsers, options.signal) : {};
  return {
    url: dropTracking(response.url),
    host: showHost(response.url.hostname),
    redirects: response.hops.map((hop) => ({
      host: showHost(new URL(hop.url).hostname),
      status: hop.status,
    })),
    status: response.status,
    type: type ? plainWords(type, 60) : undefined,
    size: readSize(response.headers).size,
    elapsedMs: response.elapsedMs,
    certificateUntil: response.certificateUntil,
    title: page.title,
    description: page.description,
    site: page.siteName,
  };
}

/** A server that names no type sends a page more often than not. */
function isPage(type: string): boolean {
  return type === '' || type === 'text/html' || type === 'application/xhtml+xml';
}

async function readHead(response: WebResponse, parsers: Parsers, signal: AbortSignal): Promise<PageSummary> {
  const bytes = await response.read({ maxBytes: maxPageBytes, onLimit: 'cut' });
  try {
    return await parsers.page(bytes, {
      contentType: response.headers['content-type'],
      url: response.url.href,
      signal,
    });
  } catch (error) {
    // A page that cannot be understood still has an address, a status and a size to show.
    if (error instanceof UserError) return {};
    throw error;
  }
}
