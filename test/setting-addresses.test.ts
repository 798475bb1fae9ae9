// The addresses among the settings: which are taken, which are refused, and that no password is told.

import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { mistakesOf } from './mistakes.ts';

describe('WEBHOOK_URL', () => {
  const WEBHOOK_SECRET = 'Open-Sesame_1';
  const own = { WEBHOOK_SECRET, TELEGRAM_API_ROOT: 'http://localhost:8081' };
  const anAddress =
    'WEBHOOK_URL: expected an address like https://bot.example.com/telegram, without user, query or #';
  const aPublicOne =
    'WEBHOOK_URL: expected https at port 443, 80, 88 or 8443, as Telegram delivers nowhere else';

  it.each([
    ['https://bot.example.com', 'https://bot.example.com/'],
    ['HTTPS://Bot.Example.com:443/Telegram/a%20b', 'https://bot.example.com/Telegram/a%20b'],
    ['https://bot.example.com:80/', 'https://bot.example.com:80/'],
    ['https://bot.example.com:88/', 'https://bot.example.com:88/'],
    ['https://bot.example.com:8443/t', 'https://bot.example.com:8443/t'],
  ])('takes %s', (WEBHOOK_URL, webhookUrl) => {
    expect(readConfig({ WEBHOOK_URL, WEBHOOK_SECRET })).toMatchObject({ webhookUrl });
  });

  it.each(['http://127.0.0.1:3000/hook', 'http://errand:8080/', 'https://bot.example.com:444/'])(
    'takes %s with a Bot API server of one’s own only',
    (WEBHOOK_URL) => {
      expect(readConfig({ ...own, WEBHOOK_URL }).webhookUrl).toBe(WEBHOOK_URL);
      expect(mistakesOf({ WEBHOOK_SECRET, WEBHOOK_URL })).toEqual([aPublicOne]);
      expect(
        mistakesOf({ WEBHOOK_SECRET, WEBHOOK_URL, TELEGRAM_API_ROOT: 'https://API.telegram.org/test' }),
      ).toEqual([aPublicOne]);
    },
  );

  it.each([
    'bot.example.com',
    'ftp://bot.example.com/',
    'https://',
    'https://user@bot.example.com/',
    'https://:pass@bot.example.com/',
    'https://bot.example.com/?a=b',
    'https://bot.example.com/?',
    'https://bot.example.com/#a',
    'https://bot.example.com:99999/',
    'https://bot.example.com/:any/hook',
  ])('refuses %s', (WEBHOOK_URL) => {
    expect(mistakesOf({ ...own, WEBHOOK_URL })).toEqual([anAddress]);
  });

  it.each(['https://bot.example.com/', 'bot.example.com'])(
    'asks for a secret at once, be it %s',
    (WEBHOOK_URL) => {
      const mistakes = mistakesOf({ WEBHOOK_URL, PORT: 'no' });
      expect(mistakes.map((mistake) => mistake.split(':')[0])).toEqual(
        WEBHOOK_URL.startsWith('https')
          ? ['PORT', 'WEBHOOK_SECRET']
          : ['WEBHOOK_URL', 'PORT', 'WEBHOOK_SECRET'],
      );
      expect(mistakes.at(-1)).toBe(
        'WEBHOOK_SECRET: expected 1 to 256 of A-Z, a-z, 0-9, _ and -, because WEBHOOK_URL is set',
      );
    },
  );
});

describe('WEBHOOK_SECRET', () => {
  it.each(['a', '_-0Zz', 'x'.repeat(256)])('takes %s', (WEBHOOK_SECRET) => {
    expect(readConfig({ WEBHOOK_SECRET }).webhookSecret).toBe(WEBHOOK_SECRET);
  });

  it.each(['open sesame', 'geheimnisträger', 'x'.repeat(257), 'a+b'])(
    'refuses %s, not telling it',
    (secret) => {
      expect(mistakesOf({ WEBHOOK_SECRET: secret })).toEqual([
        'WEBHOOK_SECRET: expected 1 to 256 of A-Z, a-z, 0-9, _ and -',
      ]);
    },
  );
});

describe('DATABASE_URL', () => {
  it.each([
    'postgres://errand:p%40ss%23@db.example:5432/errand?sslmode=require',
    'postgresql://localhost/errand',
    'postgres://errand@[::1]/errand',
    'postgres:///errand?host=/run/postgresql',
  ])('takes %s as it is', (DATABASE_URL) => {
    expect(readConfig({ DATABASE_URL }).databaseUrl).toBe(DATABASE_URL);
  });

  it.each([
    'errand:hunter2@db/errand',
    'mysql://errand:hunter2@db/errand',
    'postgres:errand:hunter2@db/errand',
    'postgres://errand:hunter2@db:port/errand',
    'postgres://errand:hun#ter2@db/errand',
    'postgres://errand:1#hunter2@db/errand',
    'postgres://errand:1/hunter2@db/errand',
    'postgres://errand:1?hunter2@db/errand',
  ])('refuses %s, not telling it', (DATABASE_URL) => {
    expect(mistakesOf({ DATABASE_URL })).toEqual([
      'DATABASE_URL: expected an address like postgres://user:password@host:5432/name, its parts percent-encoded',
    ]);
  });
});

describe('DNS_SERVERS', () => {
  it.each(['1.1.1.1', '1.1.1.1:5353', '2606:4700::1111', '[2606:4700::1111]:53'])('takes %s', (server) => {
    expect(readConfig({ DNS_SERVERS: server }).dnsServers).toEqual([server]);
  });

  it('takes several, separated by commas or spaces', () => {
    expect(readConfig({ DNS_SERVERS: '1.1.1.1, 8.8.8.8 9.9.9.9' }).dnsServers).toEqual([
      '1.1.1.1',
      '8.8.8.8',
      '9.9.9.9',
    ]);
  });

  it.each([
    'one.one.one.one',
    '1.1.1',
    '1.1.1.1:',
    '1.1.1.1:0',
    '1.1.1.1:65536',
    '[1.1.1.1:53',
    '[::1]',
    '[1.1.1.1]:53x',
  ])('refuses %s', (server) => {
    expect(mistakesOf({ DNS_SERVERS: server })).toEqual([
      `DNS_SERVERS: expected address or address:port, not "${server}"`,
    ]);
  });
});
