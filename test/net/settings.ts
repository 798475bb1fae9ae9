// What the tests of this folder share: a guarded client that may also go to this computer, and failures as values.

import { readAllowRule } from '../../src/config.ts';
import type { AllowRule } from '../../src/config.ts';
import { UserError } from '../../src/errors.ts';
import { createResolver } from '../../src/net/resolve.ts';
import type { Resolver } from '../../src/net/resolve.ts';
import { createWeb } from '../../src/net/web.ts';
import type { Web } from '../../src/net/web.ts';

/** Rules as `ALLOW_HOSTS` writes them. */
export function rules(...entries: string[]): AllowRule[] {
  return entries.map((entry) => {
    const rule = readAllowRule(entry);
    if (!rule) throw new TypeError(`Cannot read rule "${entry}"`);
    return rule;
  });
}

/** All of this computer, as far as IPv4 goes. */
export const home = rules('127.0.0.0/8');

/** A guarded client; `servers` are asked for names. */
export function startWeb({
  allow = home,
  servers = [],
  resolver = createResolver({ servers }),
}: { allow?: AllowRule[]; servers?: string[]; resolver?: Resolver } = {}): Web {
  return createWeb({ allow, resolver, userAgent: 'Errand/test' });
}

/** Limits for a body that is wanted whole. */
export const everything = { maxBytes: 1_000_000, onLimit: 'fail' } as const;

/** What a promise rejects with; a promise that resolves is a failure. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const value = await promise.catch((error: unknown) => ({ error }));
  if (typeof value === 'object' && value !== null && 'error' in value) return value.error;
  throw new Error('Expected a rejection, but the promise resolved');
}

/** The key of the `UserError` that a promise rejects with. */
export async function keyOf(promise: Promise<unknown>): Promise<string> {
  const error = await failureOf(promise);
  if (error instanceof UserError) return error.key;
  throw error;
}

/** Long enough for every test, short enough that a hanging one says so itself. */
export function patience(): AbortSignal {
  return AbortSignal.timeout(15_000);
}
