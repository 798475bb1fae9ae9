// Names into addresses: c-ares with a deadline and a stop of its own, so that a mute name server stalls nobody else.

import { readFileSync } from 'node:fs';
import { getServers, promises as dns } from 'node:dns';
import { isIP } from 'node:net';
import { UserError } from '../errors.ts';
import { bareHost } from './allow.ts';

/** Looks names up. */
export interface Resolver {
  /**
   * The addresses of `host`, IPv4 and IPv6 in turn, at most 16; an address is its own answer.
   * Rejects with `UserError` (`error-unknown-host`, `error-dns`) or with the signal's reason.
   */
  resolve(host: string, options?: { signal?: AbortSignal | undefined }): Promise<string[]>;
}

/** Milliseconds for one lookup, all servers and tries together. */
export const lookupTimeoutMs = 5_000;

/** Milliseconds for one server to answer before the next one is asked. */
const tryTimeoutMs = 1_500;

/** Milliseconds for which the records of one family wait for those of the other. */
const familyGraceMs = 1_000;

const maxAnswers = 16;

/** c-ares answers that say "there is no such name"; any other failure is trouble on the way. */
const unknownCodes = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

/**
 * Makes a resolver that asks `servers` (`address` or `address:port`; the system's by default).
 * The names in `hostsFile`, read once, go first; `localhost` is loopback (RFC 6761) and never asked for.
 */
export function createResolver({
  servers = [],
  hostsFile = '/etc/hosts',
  timeoutMs = lookupTimeoutMs,
}: { servers?: readonly string[]; hostsFile?: string; timeoutMs?: number } = {}): Resolver {
  const known = readHosts(hostsFile);
  const order = new ServerOrder(servers);
  return {
    async resolve(host, { signal } = {}) {
      signal?.throwIfAborted();
      const name = bareHost(host);
      if (isIP(name)) return [name];
      if (isLoopbackName(name)) return ['127.0.0.1', '::1'];
      return known.get(name) ?? (await ask(name, { order, timeoutMs, signal }));
    },
  };
}

/** Whether a name means this computer, whatever name servers say (RFC 6761 §6.3). */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

/** The servers in the order in which they are asked: one that was silent while another answered goes last. */
class ServerOrder {
  #servers: readonly string[];

  constructor(servers: readonly string[]) {
    this.#servers = servers.length > 0 ? servers : getServers();
  }

  get now(): readonly string[] {
    return this.#servers;
  }

  /** The first of `asked` was silent. Whoever finds that out later, having asked in the same order, changes nothing. */
  demoteFirst(asked: readonly string[]): void {
    if (asked === this.#servers) this.#servers = [...asked.slice(1), ...asked.slice(0, 1)];
  }
}

interface Question {
  order: ServerOrder;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

async function ask(name: string, { order, timeoutMs, signal }: Question): Promise<string[]> {
  // A channel for each lookup: cancel() ends every question of its channel.
  const channel = new dns.Resolver({ timeout: tryTimeoutMs, tries: 2 });
  const servers = order.now;
  if (servers.length > 0) channel.setServers(servers);
  const cancel = () => channel.cancel();
  let grace: NodeJS.Timeout | undefined;
  let isLate = false;
  // c-ares may give up a server a little before its time.
  const patience = setTimeout(() => (isLate = true), tryTimeoutMs * 0.9);
  const found = (addresses: string[]) => {
    if (isLate) order.demoteFirst(servers);
    grace ??= setTimeout(cancel, familyGraceMs);
    return addresses;
  };
  const deadline = setTimeout(cancel, timeoutMs);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const [v4, v6] = await Promise.allSettled([
      channel.resolve4(name).then(found),
      channel.resolve6(name).then(found),
    ]);
    signal?.throwIfAborted();
    const addresses = alternate(valueOf(v4), valueOf(v6)).slice(0, maxAnswers);
    if (addresses.length > 0) return addresses;
    throw notFound(name, [v4, v6]);
  } finally {
    clearTimeout(deadline);
    clearTimeout(patience);
    clearTimeout(grace);
    signal?.removeEventListener('abort', cancel);
  }
}

function notFound(name: string, results: PromiseSettledResult<string[]>[]): UserError {
  const reasons = results.map((result) => (result.status === 'rejected' ? result.reason : undefined));
  const isUnknown = reasons.every((reason) => reason === undefined || unknownCodes.has(reason.code));
  const cause = new AggregateError(reasons, `Cannot resolve "${name}": no address`);
  return new UserError(isUnknown ? 'error-unknown-host' : 'error-dns', { host: name }, { cause });
}

function valueOf(result: PromiseSettledResult<string[]>): string[] {
  return result.status === 'fulfilled' ? result.value : [];
}

/** One from each list in turn, so that neither family can crowd out the other. */
function alternate(one: string[], other: string[]): string[] {
  const longest = Math.max(one.length, other.length);
  return Array.from({ length: longest }, (_, at) => [one[at], other[at]])
    .flat()
    .filter((address) => address !== undefined);
}

/** Reads a hosts file (hosts(5)): an address and its names on each line. A missing file has no names. */
function readHosts(path: string): Map<string, string[]> {
  const known = new Map<string, string[]>();
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // Containers without the file are common; names are then asked for as everywhere.
    return known;
  }
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names.map(bareHost)) known.set(name, [...(known.get(name) ?? []), address]);
  }
  return known;
}
