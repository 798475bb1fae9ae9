// What a person typed, read once as an address on the web and judged; nobody parses it again later.

import { isIP, isIPv4 } from 'node:net';
import type { AllowRule } from '../config.ts';
import { UserError } from '../errors.ts';
import { refusal } from './address.ts';
import { bareHost, isNamed, isOpened } from './allow.ts';
import { isLoopbackName } from './resolve.ts';
import { portOf, refusedPorts } from './ports.ts';

/** The longest address that is taken, in characters. */
export const maxLinkLength = 2_048;

/** Like "http:///path": the URL standard would take the first part of the path for the host. */
const hostless = /^https?:[/\\]{3}/i;

/**
 * Reads one link as a person types it; `https://` is added where no scheme is. Without a scheme, only hosts named in `allow` need no dot.
 * Throws `UserError`: `error-not-a-link`, `error-scheme`, `error-userinfo`, `error-private`, `error-port`,
 * `error-link-too-long`.
 */
export function readLink(text: string, allow: readonly AllowRule[] = []): URL {
  const typed = text.trim();
  if (typed.length > maxLinkLength) throw new UserError('error-link-too-long', { limit: maxLinkLength });
  // The URL standard silently drops line breaks and tabs inside an address.
  if (typed === '' || /[\s\p{Cc}]/u.test(typed) || hostless.test(typed))
    throw new UserError('error-not-a-link');
  const url = URL.parse(withScheme(typed));
  if (!url) throw new UserError('error-not-a-link');
  if (!hasScheme(typed) && !looksLikeHost(url, typed, allow)) throw new UserError('error-not-a-link');
  checkUrl(url, allow);
  return url;
}

/**
 * Judges an address before every hop: web scheme, no user name, no name of a private network, no port of another protocol.
 * Says nothing about where the host leads: that is checked while connecting. Throws as `readLink` does.
 */
export function checkUrl(url: URL, allow: readonly AllowRule[]): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new UserError('error-scheme', { scheme: url.protocol.slice(0, -1).slice(0, 30) });
  if (url.username || url.password) throw new UserError('error-userinfo');
  if (url.href.length > maxLinkLength) throw new UserError('error-link-too-long', { limit: maxLinkLength });
  const host = bareHost(url.hostname);
  const port = portOf(url);
  if (host === '') throw new UserError('error-not-a-link');
  if (isNamed(allow, host, port) || isOpened(allow, { host, port, address: host })) return;
  // A name without a dot is one of the network that the bot runs in; not even whether it exists is told.
  if (isIP(host) === 0 && !host.includes('.') && !isLoopbackName(host))
    throw new UserError('error-private', { host });
  if (refusedPorts.has(port)) {
    const isPrivate = isLoopbackName(host) || (isIP(host) !== 0 && refusal(host) !== undefined);
    throw isPrivate
      ? new UserError('error-private', { host })
      : new UserError('error-port', { port: String(port) });
  }
}

/** The same address without the parameters that only tell where a visitor came from. For display. */
export function dropTracking(url: URL): URL {
  const clean = new URL(url);
  const kept = url.search
    .slice(1)
    .split('&')
    .filter((pair) => !isTracking(pair.replace(/=.*/s, '').toLowerCase()));
  clean.search = kept.join('&');
  return clean;
}

const trackingNames = new Set(
  (
    '_hsenc _hsmi _openstat dclid fbclid gad_source gbraid gclid gclsrc igsh igshid li_fat_id mc_cid mc_eid ' +
    'mkt_tok msclkid oly_anon_id oly_enc_id rb_clickid srsltid ttclid twclid vero_id wbraid yclid ysclid'
  ).split(' '),
);

function isTracking(name: string): boolean {
  return name.startsWith('utm_') || trackingNames.has(name);
}

/** Whether what came without a scheme was meant as an address: "example.org", but neither "hello" nor "12345". */
function looksLikeHost(url: URL, typed: string, allow: readonly AllowRule[]): boolean {
  const host = bareHost(url.hostname);
  if (isIPv4(host)) return typed.includes(host);
  return isIP(host) !== 0 || host.includes('.') || isNamed(allow, host, portOf(url));
}

function withScheme(typed: string): string {
  if (hasScheme(typed)) return typed;
  const rest = typed.replace(/^\/\//, '');
  const authority = rest.replace(/[/?#].*/s, '');
  // "me@host" is an e-mail address, "http//host" a slip, "12345" a number: none of them is a link.
  const isHost = /^\[[\da-f:.]+\](:\d+)?$|^[^@:[\]]+(:\d+)?$/i.test(authority);
  return isHost ? `https://${rest}` : '';
}

/** Whether a scheme comes first; in "host.example:8080" and "localhost:8080" it is a host with a port. */
function hasScheme(typed: string): boolean {
  const scheme = /^[a-z][a-z\d+.-]*:/i.exec(typed)?.[0];
  if (scheme === undefined) return false;
  const isPort = /^\d{1,5}(?:[/?#]|$)/.test(typed.slice(scheme.length));
  return !isPort || !/\.|^localhost:/i.test(scheme);
}
