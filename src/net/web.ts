// The guarded client: requests for strangers, followed through redirects, every hop judged anew.

import type { Readable } from 'node:stream';
import { uptime } from '../async/clock.ts';
import { Turnstile } from '../async/turnstile.ts';
import type { AllowRule } from '../config.ts';
import { UserError } from '../errors.ts';
import { sendGet } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { fail, PolicyError } from './failure.ts';
import { bareHost } from './allow.ts';
import { checkUrl } from './link.ts';
import { readBody } from './read-body.ts';
import type { ReadLimits } from './read-body.ts';
import type { Resolver } from './resolve.ts';
import { acceptedCodings } from './unpack.ts';

/** The way out for everything that strangers ask for. */
export interface Web {
  /**
   * Sends a GET and follows its redirects. Resolves with the last answer, whatever its status, its body not taken.
   * Rejects with `UserError`, or with the signal's reason when it aborts.
   */
  open(address: URL, options: OpenOptions): Promise<WebResponse>;
}

/** How one address is asked for. */
export interface OpenOptions {
  /** Ends everything at once: lookup, connecting, headers, and later the body. */
  signal: AbortSignal;
  /** More headers, lower case. They go to every hop, so they must not hold a secret. */
  headers?: Record<string, string>;
  /** Whether the body may come compressed (default true); else `identity` is asked for. */
  acceptEncoding?: boolean;
  /** Called before a redirect is followed to another host, by its bare name; may wait for a place there. */
  enterHost?: (host: string) => Promise<void>;
}

/** An answer whose headers are in. Disposing it closes its connection. */
export interface WebResponse extends AsyncDisposable {
  /** Where the redirects ended. */
  url: URL;
  /** The redirects followed: the address asked and the status it answered. */
  hops: { url: string; status: number }[];
  status: number;
  /** Names in lower case; values as latin1, several of one name joined with a comma. */
  headers: Record<string, string>;
  /** When the certificate ends; undefined over http. */
  certificateUntil: Date | undefined;
  /** Milliseconds from the first request to the headers of the last answer. */
  elapsedMs: number;
  /** The body as on the wire; its errors are raw. */
  body: Readable;
  /** The body decoded. Rejects with `UserError` or the signal's reason. */
  read(limits: ReadLimits): Promise<Buffer>;
  remoteAddress: string;
}

/** What every request of one `Web` shares. */
export interface WebOptions {
  allow: readonly AllowRule[];
  resolver: Resolver;
  userAgent: string;
  /** Requests a second to one public address, twice as many after a pause; 0, as by default, means no limit. */
  perHostRate?: number;
  /** Redirects followed for one address (5). */
  maxRedirects?: number;
  /** Bytes of one answer's header block (16 KB). */
  maxHeaderBytes?: number;
}

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Makes the guarded client. */
export function createWeb({ perHostRate = 0, ...options }: WebOptions): Web {
  const limits = { perSecond: perHostRate, burst: 2 * perHostRate };
  const shared = { ...options, turnstile: perHostRate > 0 ? new Turnstile(limits) : undefined };
  return { open: (address, request) => follow(address, request, shared) };
}

/** What every request of one `Web` shares, the rate of requests included. */
type Shared = Omit<WebOptions, 'perHostRate'> & { turnstile: Turnstile | undefined };

async function follow(address: URL, request: OpenOptions, options: Shared): Promise<WebResponse> {
  const { maxRedirects = 5 } = options;
  const { signal, enterHost } = request;
  const startedAt = uptime();
  const hops: WebResponse['hops'] = [];
  checkUrl(address, options.allow);
  for (let url = address; ;) {
    const exchange = await send(url, request, options);
    if (!isRedirect(exchange)) {
      return respond(exchange, { url, hops, signal, elapsedMs: uptime() - startedAt });
    }
    // Destroyed, not drained: a redirect's body may be endless.
    await exchange[Symbol.asyncDispose]();
    hops.push({ url: url.href, status: exchange.status });
    const next = nextHop(exchange, url);
    checkHop(next, hops, { ...options, maxRedirects });
    if (bareHost(next.hostname) !== bareHost(url.hostname)) await enterHost?.(bareHost(next.hostname));
    url = next;
  }
}

async function send(url: URL, request: OpenOptions, options: Shared): Promise<Exchange> {
  const { allow, resolver, turnstile, userAgent, maxHeaderBytes = 16_384 } = options;
  const { signal, acceptEncoding = true } = request;
  const headers = {
    'user-agent': userAgent,
    accept: '*/*',
    'accept-encoding': acceptEncoding ? acceptedCodings : 'identity',
    ...request.headers,
  };
  try {
    return await sendGet(url, { signal, headers, allow, resolver, turnstile, maxHeaderBytes });
  } catch (error) {
    return fail(error, url.hostname, signal);
  }
}

function isRedirect({ status, headers }: Exchange): boolean {
  return redirectStatuses.has(status) && headers['location'] !== undefined;
}

function nextHop({ headers }: Exchange, url: URL): URL {
  const next = URL.parse(decodeUtf8(headers['location'] ?? ''), url.href);
  if (!next) throw new UserError('error-broken', { host: url.hostname });
  // RFC 9110 §10.2.2: the fragment is kept unless the redirect brings its own.
  if (next.hash === '') next.hash = url.hash;
  return next;
}

function checkHop(
  next: URL,
  hops: WebResponse['hops'],
  { allow, maxRedirects }: Pick<WebOptions, 'allow'> & { maxRedirects: number },
) {
  // Where the redirect has no host, like "file:///etc", the one that sent us there is named.
  const host = next.hostname || new URL(hops.at(-1)?.url ?? next.href).hostname;
  const isLoop = hops.some((hop) => hop.url === next.href);
  if (isLoop || hops.length > maxRedirects) throw new UserError('error-redirects', { host });
  try {
    checkUrl(next, allow);
  } catch (error) {
    // The person did not type this address and must not learn from it what is reachable from here.
    const cause = new PolicyError(`Refused to follow a redirect to "${next.href.slice(0, 300)}"`, {
      cause: error,
    });
    throw new UserError('error-private', { host }, { cause });
  }
}

function respond(
  exchange: Exchange,
  { signal, ...rest }: Pick<WebResponse, 'url' | 'hops' | 'elapsedMs'> & { signal: AbortSignal },
): WebResponse {
  return {
    ...exchange,
    ...rest,
    async read(limits) {
      try {
        return await readBody(exchange.body, exchange.headers['content-encoding'], limits);
      } catch (error) {
        return fail(error, rest.url.hostname, signal);
      } finally {
        await exchange[Symbol.asyncDispose]();
      }
    },
  };
}

/** Header values arrive as latin1; servers mean UTF-8 when the bytes happen to be valid as such. */
function decodeUtf8(latin1: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin1, 'latin1'));
  } catch {
    // Not UTF-8, so latin1 was meant.
    return latin1;
  }
}
