// The settings: what is taken, what is refused and how that is said.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readAllowRule, readConfig, settings } from '../src/config.ts';
import type { AllowRule } from '../src/config.ts';
import { mistakesOf } from './mistakes.ts';

const root = join(import.meta.dirname, '..');

describe('readConfig', () => {
  it('takes every default when nothing is set', () => {
    expect(readConfig({})).toEqual({
      botToken: '',
      telegramApiRoot: 'https://api.telegram.org',
      webhookUrl: '',
      webhookSecret: '',
      adminIds: [],
      dataDir: './data',
      databaseUrl: '',
      instanceName: hostname(),
      host: '127.0.0.1',
      port: 8080,
      slots: 64,
      downloadSlots: 16,
      share: 20,
      downloadShare: 3,
      waitingPerPerson: 60,
      waitingTotal: 5_000,
      lookupDeadlineMs: 15_000,
      downloadDeadlineMs: 300_000,
      maxDownloadBytes: 50_000_000,
      maxUploadBytes: 50_000_000,
      perHost: 4,
      perHostRate: 10,
      allowHosts: [],
      dnsServers: [],
      contact: '',
      logLevel: 'info',
    });
  });

  it('reads every setting as what it is', () => {
    const config = readConfig({
      BOT_TOKEN: '123456:ABC-DEF_1234',
      TELEGRAM_API_ROOT: 'http://localhost:8081/',
      WEBHOOK_URL: 'http://127.0.0.1:8080',
      WEBHOOK_SECRET: 'Open-Sesame_1',
      ADMIN_IDS: '11, 22 33',
      DATA_DIR: '/data',
      DATABASE_URL: 'postgres://errand:p%40ss@db:5432/errand',
      INSTANCE_NAME: 'errand-1.example',
      HOST: '0.0.0.0',
      PORT: '0',
      SLOTS: '8',
      DOWNLOAD_SLOTS: '4',
      SHARE: '3',
      DOWNLOAD_SHARE: '2',
      WAITING_PER_PERSON: '0',
      WAITING_TOTAL: '10',
      LOOKUP_DEADLINE_MS: '100',
      DOWNLOAD_DEADLINE_MS: '86400000',
      MAX_DOWNLOAD_MB: '5',
      MAX_UPLOAD_MB: '2000',
      PER_HOST: '0',
      PER_HOST_RATE: '0',
      CONTACT: 'ops@example.com',
      LOG_LEVEL: 'debug',
    });
    expect(config).toMatchObject({
      botToken: '123456:ABC-DEF_1234',
      telegramApiRoot: 'http://localhost:8081',
      webhookUrl: 'http://127.0.0.1:8080/',
      webhookSecret: 'Open-Sesame_1',
      adminIds: [11, 22, 33],
      dataDir: '/data',
      databaseUrl: 'postgres://errand:p%40ss@db:5432/errand',
      instanceName: 'errand-1.example',
      host: '0.0.0.0',
      port: 0,
      slots: 8,
      downloadSlots: 4,
      share: 3,
      downloadShare: 2,
      waitingPerPerson: 0,
      waitingTotal: 10,
      lookupDeadlineMs: 100,
      downloadDeadlineMs: 86_400_000,
      maxDownloadBytes: 5_000_000,
      maxUploadBytes: 2_000_000_000,
      perHost: 0,
      perHostRate: 0,
      contact: 'ops@example.com',
      logLevel: 'debug',
    });
  });

  it('lets downloads be as large as uploads when MAX_DOWNLOAD_MB is empty', () => {
    expect(readConfig({ MAX_UPLOAD_MB: '7', MAX_DOWNLOAD_MB: ' ' }).maxDownloadBytes).toBe(7_000_000);
  });

  it('takes an empty value as if it were not set, and cuts spaces off', () => {
    expect(readConfig({ PORT: '', SLOTS: ' 5 ' })).toMatchObject({ port: 8080, slots: 5 });
  });

  it('reports every mistake at once, each by the name of its setting with what was expected', () => {
    const wrong: Record<keyof typeof settings, string> = {
      BOT_TOKEN: 'my-token',
      TELEGRAM_API_ROOT: 'ftp://example.com',
      WEBHOOK_URL: 'bot.example.com',
      WEBHOOK_SECRET: 'open sesame',
      ADMIN_IDS: 'ann',
      DATA_DIR: '',
      DATABASE_URL: 'mysql://db/errand',
      INSTANCE_NAME: 'number one',
      HOST: '',
      PORT: '65536',
      SLOTS: '0',
      DOWNLOAD_SLOTS: '-1',
      SHARE: 'many',
      DOWNLOAD_SHARE: '1.5',
      WAITING_PER_PERSON: '1e3',
      WAITING_TOTAL: '0x10',
      LOOKUP_DEADLINE_MS: '99',
      DOWNLOAD_DEADLINE_MS: '86400001',
      MAX_DOWNLOAD_MB: '0',
      MAX_UPLOAD_MB: '4001',
      PER_HOST: 'off',
      PER_HOST_RATE: '-1',
      ALLOW_HOSTS: 'http://nas',
      DNS_SERVERS: 'dns.example',
      CONTACT: 'me at home',
      LOG_LEVEL: 'loud',
    };
    const mistakes = mistakesOf(wrong);
    // An empty DATA_DIR or HOST is the default one.
    const named = Object.keys(settings).filter((name) => name !== 'DATA_DIR' && name !== 'HOST');
    expect(mistakes.map((line) => line.split(':')[0])).toEqual(named);
    for (const line of mistakes) expect(line).toMatch(/^[A-Z_]+: expected \S.*/);
  });

  it('names each wrong part of a list', () => {
    expect(mistakesOf({ ADMIN_IDS: '1, ann, 2, bob' })).toEqual([
      'ADMIN_IDS: expected user ids like 123456789, not "ann"',
      'ADMIN_IDS: expected user ids like 123456789, not "bob"',
    ]);
  });

  it('says nothing of a wrong token but that it is wrong', () => {
    const [mistake] = mistakesOf({ BOT_TOKEN: '123456 ABC-secret' });
    expect(mistake).toMatch(/^BOT_TOKEN: expected a token/);
    expect(mistake).not.toContain('secret');
  });

  it.each([
    'https://user:pass@example.com',
    'https://example.com/?a=1',
    'api.telegram.org',
    'https://example.com/#a',
  ])('refuses %s as TELEGRAM_API_ROOT', (TELEGRAM_API_ROOT) => {
    expect(mistakesOf({ TELEGRAM_API_ROOT })).toHaveLength(1);
  });

  it('keeps the path of TELEGRAM_API_ROOT without its last slash', () => {
    expect(readConfig({ TELEGRAM_API_ROOT: 'https://example.com/bots//' }).telegramApiRoot).toBe(
      'https://example.com/bots',
    );
  });

  it('gives settings that nobody can change', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });
});

describe('The file .env', () => {
  /** What a process of its own reads in a directory with this `.env` and this environment. */
  function readIn(envFile: string | undefined, env: NodeJS.ProcessEnv = {}): unknown {
    const directory = mkdtempSync(join(tmpdir(), 'errand-env-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    if (envFile === undefined) mkdirSync(join(directory, '.env'));
    else writeFileSync(join(directory, '.env'), envFile);
    const code = `
      const { readConfig } = await import(${JSON.stringify(join(root, 'src/config.ts'))});
      try { console.log(JSON.stringify(readConfig())); } catch (error) { console.log(JSON.stringify(error)); }
    `;
    const node = ['--input-type=module', '--eval', code];
    return JSON.parse(execFileSync(process.execPath, node, { cwd: directory, env, encoding: 'utf8' }));
  }

  it('is read from the working directory, with its comments and quotes', () => {
    expect(readIn('# mine\nPORT=9000\nCONTACT="ops@example.com"\n')).toMatchObject({
      port: 9000,
      contact: 'ops@example.com',
    });
  });

  it('gives way to the environment', () => {
    expect(readIn('PORT=9000\nSLOTS=7\n', { PORT: '9001' })).toMatchObject({ port: 9001, slots: 7 });
  });

  it('is judged like the environment, every mistake of both at once', () => {
    expect(readIn('PORT=no\n', { SLOTS: 'no' })).toMatchObject({
      mistakes: [expect.stringMatching(/^PORT: /), expect.stringMatching(/^SLOTS: /)],
    });
  });

  it('that cannot be read is a mistake by its name', () => {
    expect(readIn(undefined)).toMatchObject({
      mistakes: [expect.stringMatching(/^\.env: cannot be read: /)],
    });
  });
});

describe('readAllowRule', () => {
  const opens = (rule: AllowRule | undefined, address: string) =>
    rule?.kind === 'range' && rule.range.check(address, address.includes(':') ? 'ipv6' : 'ipv4');

  it.each([
    ['nas', 'nas', undefined],
    ['NAS.Home.Example', 'nas.home.example', undefined],
    ['nas.home:8080', 'nas.home', 8080],
    ['under_score.example', 'under_score.example', undefined],
    ['1password.example', '1password.example', undefined],
  ])('takes the name %s', (text, name, port) => {
    expect(readAllowRule(text)).toEqual({ kind: 'name', name, port });
  });

  it.each([
    ['10.0.0.5', '10.0.0.5', '10.0.0.6', undefined],
    ['10.0.0.5:81', '10.0.0.5', '10.0.0.4', 81],
    ['10.1.0.0/16', '10.1.255.255', '10.2.0.0', undefined],
    ['10.1.0.0/16:443', '10.1.0.1', '10.0.255.255', 443],
    ['0.0.0.0/0', '203.0.113.9', '::1', undefined],
    ['::1', '::1', '::2', undefined],
    ['[::1]:8080', '::1', '::2', 8080],
    ['fd00::/8', 'fdff::1', 'fe00::1', undefined],
    ['[fd00::/8]:80', 'fd12::1', 'fc00::1', 80],
  ])('takes the range %s', (text, inside, outside, port) => {
    const rule = readAllowRule(text);
    expect(rule).toMatchObject({ kind: 'range', port });
    expect(opens(rule, inside)).toBe(true);
    expect(opens(rule, outside)).toBe(false);
  });

  it.each([
    '',
    ':80',
    'nas:0',
    'nas:65536',
    'nas:http',
    'http://nas',
    'nas/share',
    '10.0.0.256',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'fd00::/129',
    '[fd00::1',
    'fd00::1]:80',
    '[nas]:80',
    '*.example',
    '-nas',
    'a..b',
    'a'.repeat(254),
  ])('refuses %j', (text) => {
    expect(readAllowRule(text)).toBeUndefined();
  });
});
