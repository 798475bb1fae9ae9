// Which addresses a connection may be made to: the last judgement, on what is really dialled.

import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { AllowRule } from '../config.ts';
import { refusal } from './address.ts';
import { isOpened } from './allow.ts';
import { unmapped } from './embedded.ts';
import { PolicyError } from './failure.ts';
import { findNat64, isTranslated, wellKnownNat64 } from './nat64.ts';
import type { Prefix } from './nat64.ts';
import { refusedPorts } from './ports.ts';
import { isLoopbackName } from './resolve.ts';
import type { Resolver } from './resolve.ts';

/** What judging needs: the rules, and somebody who knows names. */
export interface VetOptions {
  allow: readonly AllowRule[];
  resolver: Resolver;
  /** Ends the lookup at once. */
  signal?: AbortSignal | undefined;
}

const maxDialled = 4;

/**
 * The addresses, four at most, at which `host` (bare, a name or an address) may be reached at `port`. One forbidden address
 * among those of a name forbids the name. Rejects with `PolicyError`, or as the resolver does.
 */
export async function vet(host: string, port: number, options: VetOptions): Promise<string[]> {
  const { allow, resolver, signal } = options;
  const answers = (isIP(host) ? [host] : await resolver.resolve(host, { signal })).map(unmapped);
  const needsProbe = answers.some((one) => isIPv6(one) && refusal(one) === undefined);
  const nat64 = needsProbe ? await findNat64(resolver, { signal }) : [wellKnownNat64];
  // DNS64 adds a translated copy to every IPv4 address; the original is enough.
  const addresses = answers.some(isIPv4) ? answers.filter((one) => !isTranslated(one, nat64)) : answers;
  const opened = addresses.filter((address) => isOpened(allow, { host, port, address }));
  // Under its own name either loopback address of this computer will do: a rule for one is enough.
  if (isLoopbackName(host) && opened.length > 0) return opened;
  for (const address of addresses) {
    const reason = opened.includes(address) ? undefined : whyNot(address, port, nat64);
    if (reason) throw new PolicyError(`Refused to connect to "${host}": ${reason}`);
  }
  return addresses.slice(0, maxDialled);
}

function whyNot(address: string, port: number, nat64: readonly Prefix[]): string | undefined {
  const reason = isTranslated(address, nat64) ? 'IPv4 behind NAT64' : refusal(address);
  if (reason) return `${address} is ${reason}`;
  return refusedPorts.has(port) ? `port ${port} is not one of the web` : undefined;
}
