// Learning this network's NAT64, from name servers that know it, that do not, and that are in trouble.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { findNat64, isTranslated } from '../../src/net/nat64.ts';
import type { Resolver } from '../../src/net/resolve.ts';

const translated = '2a00:64::a00:1';
const made = ['192.0.0.170', '2a00:64::c000:aa'];

/** Answers by turns, the last answer for ever, and counts how often it was asked. */
function scripted(...answers: (string[] | Error)[]): Resolver & { asked: number } {
  return {
    asked: 0,
    async resolve() {
      const answer = answers[Math.min(this.asked++, answers.length - 1)];
      if (answer instanceof Error || !answer) throw answer;
      return answer;
    },
  };
}

const trouble = new UserError('error-dns', { host: 'ipv4only.arpa' });
const unknown = new UserError('error-unknown-host', { host: 'ipv4only.arpa' });

describe('findNat64', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('remembers for ten minutes what it was told, also that there is none', async () => {
    for (const answer of [made, unknown]) {
      const resolver = scripted(answer);
      const prefixes = await findNat64(resolver, {});
      expect(isTranslated(translated, prefixes)).toBe(answer === made);
      vi.advanceTimersByTime(599_000);
      await findNat64(resolver, {});
      expect(resolver.asked).toBe(1);
      vi.advanceTimersByTime(2_000);
      await findNat64(resolver, {});
      expect(resolver.asked).toBe(2);
    }
  });

  it('asks again soon after trouble, and knows what it knew until then', async () => {
    const resolver = scripted(trouble, made, trouble);
    expect(isTranslated(translated, await findNat64(resolver, {}))).toBe(false);
    vi.advanceTimersByTime(11_000);
    expect(isTranslated(translated, await findNat64(resolver, {}))).toBe(true);
    vi.advanceTimersByTime(601_000);
    expect(isTranslated(translated, await findNat64(resolver, {}))).toBe(true);
    expect(resolver.asked).toBe(3);
  });

  it('rejects with the reason of its signal and remembers nothing of it', async () => {
    const controller = new AbortController();
    const resolver = scripted(trouble, made);
    const finding = findNat64(resolver, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(finding).rejects.toThrow('enough');
    expect(isTranslated(translated, await findNat64(resolver, {}))).toBe(true);
  });
});
