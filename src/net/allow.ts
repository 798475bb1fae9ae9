// What the operator has opened although it is private (`ALLOW_HOSTS`).

import { isIP } from 'node:net';
import type { AllowRule } from '../config.ts';
import { unmapped } from './embedded.ts';
import { refusedPorts } from './ports.ts';

/** Somebody wants to connect to `port` of `address`, which `host` (a name or the address itself) stands for. */
export interface Destination {
  host: string;
  port: number;
  address: string;
}

/**
 * Whether a rule opens this destination: its name, or the range that its address is in, at its port. A rule without a port
 * opens those of the web; one of another protocol has to be named.
 */
export function isOpened(rules: readonly AllowRule[], { host, port, address }: Destination): boolean {
  const plain = unmapped(address);
  const family = isIP(plain);
  if (family === 0 || plain.includes('%')) return false;
  return rules.some((rule) => {
    if (!opensPort(rule, port)) return false;
    if (rule.kind === 'name') return rule.name === bareHost(host);
    // A range of one family says nothing about the other, though a BlockList takes ::/0 for both.
    return rule.family === family && rule.range.check(plain, family === 4 ? 'ipv4' : 'ipv6');
  });
}

/** Whether a rule names this host, at this port. */
export function isNamed(rules: readonly AllowRule[], host: string, port: number): boolean {
  return rules.some((rule) => rule.kind === 'name' && rule.name === bareHost(host) && opensPort(rule, port));
}

function opensPort(rule: AllowRule, port: number): boolean {
  return rule.port === undefined ? !refusedPorts.has(port) : rule.port === port;
}

/** A host as it is compared and looked up: lower case, without brackets and without the dot of the root. */
export function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
