// IPv4 addresses inside IPv6 ones: what a tunnel or a translator on the way would make of them.

import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An IPv4 address found inside an IPv6 one. */
export interface Embedded {
  /** How it got there, in the words of its RFC. */
  form: string;
  address: string;
  /** Whether the address around it leads somewhere by itself, as in ISATAP; the others mean the inner one alone. */
  isRouted: boolean;
}

interface Form {
  form: string;
  isRouted?: boolean;
  /** The part of the IPv6 space that has this form; without it any part. */
  range?: string;
  /** Its four bytes, if `bytes` are of this form. */
  unwrap(bytes: number[]): number[] | undefined;
}

const last = (bytes: number[]) => bytes.slice(12);

const forms = (
  [
    { form: 'IPv4-compatible', range: '0::/96', unwrap: last }, // RFC 4291 §2.5.5.1
    { form: 'IPv4-translated', range: '::ffff:0:0:0/96', unwrap: last }, // RFC 2765 §2.1
    { form: 'NAT64', range: '64:ff9b::/96', unwrap: last }, // RFC 6052 §2.1
    { form: 'NAT64', range: '64:ff9b:1::/48', unwrap: takeLocalNat64 }, // RFC 8215
    { form: '6to4', range: '2002::/16', unwrap: (bytes) => bytes.slice(2, 6) }, // RFC 3056 §2
    { form: 'Teredo', range: '2001::/32', unwrap: (bytes) => last(bytes).map((byte) => byte ^ 0xff) }, // RFC 4380 §4
    { form: 'ISATAP', isRouted: true, unwrap: takeIsatap }, // RFC 5214 §6.1
  ] satisfies Form[] as Form[]
).map((one) => ({ ...one, range: one.range === undefined ? undefined : ipaddr.IPv6.parseCIDR(one.range) }));

/** The IPv4 address that an IPv6 address carries; undefined when it carries none, or is no IPv6 address. */
export function findEmbedded(address: string): Embedded | undefined {
  const parsed = readIPv6(address);
  if (!parsed) return undefined;
  const bytes = parsed.toByteArray();
  for (const { form, isRouted = false, range, unwrap } of forms) {
    const inner = !range || parsed.match(range) ? unwrap(bytes) : undefined;
    if (inner) return { form, isRouted, address: inner.join('.') };
  }
  return undefined;
}

/**
 * The IPv4 address of an IPv4-mapped one (RFC 4291 §2.5.5.2), because to that the system sends IPv4; any other text as it is.
 */
export function unmapped(address: string): string {
  const parsed = readIPv6(address);
  return parsed?.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : address;
}

/** Reads an IPv6 address without a zone; undefined when the text is none. */
export function readIPv6(address: string): ipaddr.IPv6 | undefined {
  if (!isIPv6(address) || address.includes('%')) return undefined;
  // ipaddr.js takes the compatible "::1.2.3.4" for the mapped "::ffff:1.2.3.4".
  return ipaddr.IPv6.parse(address.replace(/^::(?=\d+\.)/, '0::'));
}

/** The prefix may be of any length from 48 bits on; with zeros where the longer ones have it, the shortest is meant. */
function takeLocalNat64(bytes: number[]): number[] {
  const shortest = [6, 7, 9, 10].map((at) => bytes[at] ?? 0);
  return shortest.some((byte) => byte !== 0) ? shortest : last(bytes);
}

/** The interface identifier begins with 00-00-5E-FE, its universal and its group bit set or not. */
function takeIsatap(bytes: number[]): number[] | undefined {
  const [flags = 0, ...rest] = bytes.slice(8, 12);
  const isIsatap = (flags & 0xfc) === 0 && rest.join('.') === '0.94.254';
  return isIsatap ? last(bytes) : undefined;
}
