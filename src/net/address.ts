// Which IP addresses are part of the public internet and may be reached for a stranger.

import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { findEmbedded, readIPv6, unmapped } from './embedded.ts';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Ranges that are not public, with what they are for (IANA special-purpose registries, RFC 6890 and successors). */
const refusedV4 = ranges([
  ['0.0.0.0/8', 'this network'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'carrier-grade NAT'],
  ['127.0.0.0/8', 'loopback'],
  ['168.63.129.16/32', 'Azure platform service'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'protocol assignments'],
  ['192.0.2.0/24', 'documentation'],
  ['192.31.196.0/24', 'AS112'],
  ['192.52.193.0/24', 'AMT'],
  ['192.88.99.0/24', '6to4 relay'],
  ['192.168.0.0/16', 'private'],
  ['192.175.48.0/24', 'AS112'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
]);

const refusedV6 = ranges([
  ['2001::/23', 'protocol assignments, Teredo included'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', '6to4'],
  ['2620:4f:8000::/48', 'AS112'],
  ['3fff::/20', 'documentation'],
]);

/**
 * The only part of IPv6 that is given out to the public. Everything else – loopback, local, IPv4 in any disguise,
 * NAT64, what is not assigned yet – is outside it and needs no rule of its own.
 */
const globalUnicastV6 = ipaddr.parseCIDR('2000::/3');

/**
 * Says why an IP address must not be reached for a stranger, or undefined when it may.
 * Only plain addresses pass: no names, no zone ids, no short or octal forms. An IPv4-mapped address is judged as the IPv4
 * that is sent to it, and no IPv6 address passes that carries one which would not. The `own` addresses (by default those of
 * this machine's interfaces) are refused too: a public one leads back to services behind the firewall.
 */
export function refusal(address: string, own?: readonly string[]): string | undefined {
  if (address.includes('%')) return 'zone id';
  const plain = unmapped(address);
  const parsed = parse(plain);
  if (!parsed) return 'not an address';
  const embedded = findEmbedded(plain);
  const inner = embedded && refusal(embedded.address, own);
  if (embedded && (inner || !embedded.isRouted))
    return `${embedded.form} of ${embedded.address}, ${inner ?? 'public'}`;
  const isV6 = parsed.kind() === 'ipv6';
  if (isV6 && !parsed.match(globalUnicastV6)) return 'not global unicast';
  const listed = (isV6 ? refusedV6 : refusedV4).find(({ range }) => parsed.match(range));
  if (listed) return listed.reason;
  return (own ?? ownAddresses()).some((one) => isSameAddress(one, plain))
    ? 'address of this machine'
    : undefined;
}

/** Whether two texts are the same IP address, however each is written. False when one is no address. */
export function isSameAddress(one: string, other: string): boolean {
  const parsed = parse(one);
  return parsed !== undefined && parsed.toNormalizedString() === parse(other)?.toNormalizedString();
}

/** What an address is counted as: itself, or the network of 64 bits that one IPv6 host has to itself (RFC 4291 §2.5.4). */
export function siteOf(address: string): string {
  const parsed = readIPv6(address);
  return parsed ? parsed.parts.slice(0, 4).join(':') : address;
}

function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return isIPv4(address) ? ipaddr.IPv4.parse(address) : readIPv6(address);
}

function ownAddresses(): string[] {
  const entries = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return entries.map(({ address }) => address.replace(/%.*$/, ''));
}

function ranges(table: [cidr: string, reason: string][]): { range: Range; reason: string }[] {
  return table.map(([cidr, reason]) => ({ range: ipaddr.parseCIDR(cidr), reason }));
}
