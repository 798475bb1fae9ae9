// How texts are chosen and written: languages, numbers, failures that a person is told of.

import { describe, expect, it } from 'vitest';
import type { Vars } from '../src/errors.ts';
import { readTexts } from '../src/i18n.ts';
import {
  HeaderFloodError,
  LimitError,
  PolicyError,
  UnpackError,
  describeFailure,
} from '../src/net/failure.ts';

const texts = readTexts();
const russian = (key: string, vars?: Vars) => texts.write('ru', key, vars);

describe('readTexts', () => {
  it.each([
    ['ru', 'en', 'ru'],
    [undefined, 'ru', 'ru'],
    [undefined, 'ru-RU', 'ru'],
    [undefined, 'RU', 'ru'],
    [undefined, 'de', 'en'],
    [undefined, undefined, 'en'],
    ['tlh', 'ru', 'ru'],
  ])('speaks with one who chose %s and whose Telegram speaks %s', (chosen, telegrams, spoken) => {
    expect(texts.choose(chosen, telegrams)).toBe(spoken);
  });

  it('writes in English where a language is not known', () => {
    expect(texts.write('de', 'cancelled')).toBe(texts.write('en', 'cancelled'));
  });

  it('throws for a text that does not exist, or that lacks a value', () => {
    expect(() => texts.write('en', 'no-such-text')).toThrow('Cannot write text: no "no-such-text"');
    expect(() => texts.write('en', 'error-scheme')).toThrow('Cannot write text "error-scheme"');
  });

  it('puts no marks around values, which would end up in file names and links', () => {
    expect(texts.write('en', 'size-mb', { value: 1.5 })).toBe('1.5 MB');
    expect(texts.write('ru', 'size-mb', { value: 1.5 })).toBe('1,5 МБ');
  });
});

describe('Failures of the network', () => {
  const coded = (code: string) => Object.assign(new Error('x'), { code });

  it.each([
    new PolicyError('x'),
    new LimitError(5_000_000),
    new UnpackError('x'),
    new HeaderFloodError('x'),
    ...[
      'ECONNREFUSED',
      'EHOSTUNREACH',
      'ENOSPC',
      'UND_ERR_BODY_TIMEOUT',
      'UND_ERR_HEADERS_OVERFLOW',
      'ECONNRESET',
    ].map(coded),
    ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'HOSTNAME_MISMATCH'].map(
      coded,
    ),
    ...['INVALID_CA', 'CERT_REVOKED', 'EE_KEY_TOO_SMALL', 'ERR_SSL_WRONG_VERSION_NUMBER'].map(coded),
  ])('%o can be told in every language', (failure) => {
    const { key, vars } = describeFailure(failure, 'a.example');
    const told = texts.languages.map((language) => texts.write(language, key, vars));
    expect(new Set(told).size).toBe(texts.languages.length);
  });

  it('of a certificate are told apart', () => {
    const reasons = [
      'expired',
      'not-yet-valid',
      'self-signed',
      'wrong-name',
      'unknown-issuer',
      'revoked',
      'weak',
      'handshake',
    ];
    for (const language of texts.languages) {
      const told = reasons.map((reason) => texts.write(language, 'error-tls', { host: 'a.example', reason }));
      expect(new Set(told).size).toBe(reasons.length);
    }
  });
});

describe('Russian numbers', () => {
  it.each([
    [
      'error-busy-person',
      'waiting',
      ['ждут? 0 запросов', 'ждёт 1 запрос\\.', 'ждут 2 запроса', 'ждут 5 запросов', 'ждёт 21 запрос\\.'],
    ],
    [
      'error-busy-many',
      'count',
      [
        '0 ваших сообщений',
        '1 ваше сообщение',
        '2 ваших сообщения',
        '5 ваших сообщений',
        '21 ваше сообщение',
      ],
    ],
    ['error-deadline', 'seconds', ['0 секунд ', '1 секунду', '2 секунды', '5 секунд ', '21 секунду']],
    ['jobs-title', 'count', ['0 запросов', '1 запрос:', '2 запроса', '5 запросов', '21 запрос:']],
    [
      'cancel-done',
      'count',
      ['Отменять нечего', 'Отменено\\.', '2 запроса', '5 запросов', 'Отменён 21 запрос\\.'],
    ],
    [
      'card-redirects',
      'count',
      [
        '0 перенаправлений',
        '1 перенаправление:',
        '2 перенаправления',
        '5 перенаправлений',
        '21 перенаправление:',
      ],
    ],
    ['cards-left-out', 'count', ['0 ссылок', '1 ссылки', '2 ссылок', '5 ссылок', '21 ссылки']],
    ['get-only-first', 'count', ['0 ссылок', '1 ссылки', '2 ссылок', '5 ссылок', '21 ссылки']],
    ['cards-progress', 'count', ['из 0', 'вашу ссылку', 'из 2', 'из 5', 'ваши ссылки.*из 21']],
  ])('%s has the right form for 0, 1, 2, 5 and 21', (key, name, forms) => {
    const others = { taken: 20, path: 'a → b', done: 1 };
    for (const [i, count] of [0, 1, 2, 5, 21].entries()) {
      expect(russian(key, { ...others, [name]: count })).toMatch(new RegExp(forms[i] ?? '^$'));
    }
  });
});

describe('English numbers', () => {
  it.each([
    ['error-deadline', 'seconds'],
    ['error-busy-person', 'waiting'],
    ['jobs-title', 'count'],
    ['cancel-done', 'count'],
    ['card-redirects', 'count'],
    ['cards-progress', 'count'],
  ])('%s speaks of one thing as one', (key, name) => {
    const text = texts.write('en', key, { path: 'a → b', done: 0, [name]: 1 });
    expect(text).not.toMatch(/\b1 [a-z]+s\b/);
    expect(texts.write('en', key, { path: 'a → b', done: 0, [name]: 2 })).not.toBe(text);
  });
});
