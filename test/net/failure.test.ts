// Failures in a person's words: every one has a text in every language, and none leaks what the log is for.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { readTexts } from '../../src/i18n.ts';
import { describeFailure, fail, LimitError, PolicyError, tooLarge } from '../../src/net/failure.ts';
import { failureOf } from './settings.ts';

const coded = (code: string) => Object.assign(new Error('x'), { code });

describe('describeFailure', () => {
  it.each([
    [coded('ECONNREFUSED'), 'error-refused'],
    [coded('EHOSTUNREACH'), 'error-unreachable'],
    [coded('ECONNRESET'), 'error-broken'],
    [coded('UND_ERR_HEADERS_OVERFLOW'), 'error-headers'],
    [coded('UND_ERR_HEADERS_TIMEOUT'), 'error-no-answer'],
    [coded('HPE_INVALID_CONSTANT'), 'error-broken'],
    [coded('ENOSPC'), 'error-disk-full'],
    [coded('CERT_HAS_EXPIRED'), 'error-tls'],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'error-tls'],
    [coded('EE_KEY_TOO_SMALL'), 'error-tls'],
    [coded('constructor'), 'error-broken'],
    [new AggregateError([coded('ECONNREFUSED'), coded('ETIMEDOUT')]), 'error-refused'],
    [new Error('outer', { cause: coded('ENETUNREACH') }), 'error-unreachable'],
    [new PolicyError('10.0.0.1'), 'error-private'],
    [new LimitError(5), 'error-too-large'],
    ['not even an error', 'error-broken'],
    [undefined, 'error-broken'],
  ])('calls %s %s and keeps it as the cause', (error, key) => {
    const failure = describeFailure(error, 'a.test');
    expect(failure.key).toBe(key);
    expect(failure.cause).toBe(error);
    expect(JSON.stringify(failure.vars)).not.toContain('10.0.0.1');
  });

  it('leaves a UserError as it is', () => {
    const error = new UserError('error-dns');
    expect(describeFailure(error, 'a.test')).toBe(error);
  });
});

describe('fail', () => {
  it('throws the reason when stopped, whatever else went wrong', async () => {
    const reason = new Error('stopped');
    const failing = async () => fail(coded('ECONNRESET'), 'a.test', AbortSignal.abort(reason));
    expect(await failureOf(failing())).toBe(reason);
  });
});

describe('tooLarge', () => {
  it('never makes what is over the limit look equal to it', () => {
    expect(tooLarge(50_000_001, 50_000_000).vars).toEqual({ size: 50.1, limit: 50 });
    expect(tooLarge(undefined, 512_000).vars).toEqual({ size: 0, limit: 0.51 });
  });
});

describe('the texts of errors', () => {
  const texts = readTexts();
  const vars = {
    host: 'a.test',
    limit: 50,
    port: '6379',
    reason: 'expired',
    scheme: 'ftp:',
    size: 51.2,
    status: 404,
  };
  const keysIn = (file: string) => new Set(file.match(/^error-[a-z-]+(?= =)/gm));
  const files = Object.fromEntries(
    texts.languages.map((language) => [
      language,
      readFileSync(join(import.meta.dirname, '../../locales', language, 'errors.ftl'), 'utf8'),
    ]),
  );
  const source = join(import.meta.dirname, '../../src/net');
  const used = readdirSync(source).flatMap(
    (name) => readFileSync(join(source, name), 'utf8').match(/(?<=')error-[a-z-]+(?=')/g) ?? [],
  );

  it.each(texts.languages)('exist in "%s" for every key that the network uses', (language) => {
    expect(used.length).toBeGreaterThan(20);
    for (const key of used) {
      expect(keysIn(files[language] ?? '')).toContain(key);
      const text = texts.write(language, key, vars);
      expect(text).toMatch(/[.:)»”]$/);
      expect(text).not.toMatch(/[{}\n]/);
    }
  });

  it.each(texts.languages)('differ in "%s" for every reason, status and size', (language) => {
    const write = (key: string, more: object) => texts.write(language, key, { ...vars, ...more });
    const reasons = [
      'expired',
      'not-yet-valid',
      'self-signed',
      'wrong-name',
      'unknown-issuer',
      'revoked',
      'weak',
    ];
    const tls = [...reasons, 'handshake'].map((reason) => write('error-tls', { reason }));
    expect(new Set(tls).size).toBe(tls.length);
    const statuses = [401, 403, 404, 410, 429, 500].map((status) => write('error-status', { status }));
    expect(new Set(statuses).size).toBe(statuses.length);
    expect(write('error-status', { status: 503 })).toContain('503');
    expect(write('error-too-large', { size: 0 })).not.toMatch(/\b0 /);
    expect(write('error-port', {})).toContain('6379');
  });
});
