// IPv4 in the disguise of NAT64: the prefixes under which this network translates IPv6 into IPv4.

import ipaddr from 'ipaddr.js';
import { isIPv6 } from 'node:net';
import { now } from '../async/clock.ts';
import { UserError } from '../errors.ts';
import type { Resolver } from './resolve.ts';

/** A part of the IPv6 space: its first address and the length of its prefix in bits. */
export type Prefix = [ipaddr.IPv6, number];

/** The prefix that most networks use (RFC 6052 §2.1). */
export const wellKnownNat64: Prefix = [ipaddr.IPv6.parse('64:ff9b::'), 96];

/** The name that has no IPv6 address of its own: any that comes back was made by DNS64 (RFC 7050). */
const probeName = 'ipv4only.arpa';
const probeAddresses = ['192.0.0.170', '192.0.0.171'];

/** Where the four bytes of IPv4 are for each length of prefix (RFC 6052 §2.2). */
const places: [bits: number, bytes: [number, number, number, number]][] = [
  [32, [4, 5, 6, 7]],
  [40, [5, 6, 7, 9]],
  [48, [6, 7, 9, 10]],
  [56, [7, 9, 10, 11]],
  [64, [9, 10, 11, 12]],
  [96, [12, 13, 14, 15]],
];

/** Milliseconds for which an answer is remembered: networks change seldom, and asking costs a round trip. */
const rememberMs = 600_000;
/** Milliseconds until it is asked again when there was trouble on the way. */
const troubleMs = 10_000;
const remembered = new WeakMap<Resolver, { prefixes: Prefix[]; until: number }>();

/**
 * The prefixes of this network's NAT64: the well-known one, and what `resolver` gives away about others. An operator's own
 * prefix looks like any public address, so only asking finds it. Rejects with the signal's reason.
 */
export async function findNat64(
  resolver: Resolver,
  { signal }: { signal?: AbortSignal | undefined },
): Promise<Prefix[]> {
  const known = remembered.get(resolver);
  if (known && known.until > now()) return known.prefixes;
  const found = await probe(resolver, signal);
  const prefixes = found
    ? [wellKnownNat64, ...found.flatMap(prefixesOf)]
    : (known?.prefixes ?? [wellKnownNat64]);
  remembered.set(resolver, { prefixes, until: now() + (found ? rememberMs : troubleMs) });
  return prefixes;
}

/** The IPv6 addresses that the network makes up for the name; undefined when nobody could be asked. */
async function probe(resolver: Resolver, signal: AbortSignal | undefined): Promise<string[] | undefined> {
  try {
    const addresses = await resolver.resolve(probeName, { signal });
    return addresses.filter((address) => isIPv6(address));
  } catch (error) {
    signal?.throwIfAborted();
    // Name servers that do not know the name translate nothing.
    return error instanceof UserError && error.key === 'error-unknown-host' ? [] : undefined;
  }
}

/** Whether an IPv6 address is in one of the prefixes. */
export function isTranslated(address: string, prefixes: readonly Prefix[]): boolean {
  return isIPv6(address) && prefixes.some((prefix) => ipaddr.IPv6.parse(address).match(prefix));
}

function prefixesOf(address: string): Prefix[] {
  const parsed = ipaddr.IPv6.parse(address);
  const bytes = parsed.toByteArray();
  return places
    .filter(([, at]) => probeAddresses.includes(at.map((place) => bytes[place]).join('.')))
    .map(([bits]) => [parsed, bits]);
}
