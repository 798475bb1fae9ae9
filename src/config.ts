// The settings: one table, read once from the environment and `.env`, every mistake reported at once.

import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { hostname } from 'node:os';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import {
  isDeliverable,
  readDatabaseUrl,
  readNameServer,
  readRoot,
  readWebhookUrl,
} from './setting-addresses.ts';

/** What one entry of `ALLOW_HOSTS` opens: a host name or a range of addresses, at one port or at all. */
export type AllowRule =
  | { kind: 'name'; name: string; port: number | undefined }
  | { kind: 'range'; family: 4 | 6; range: BlockList; port: number | undefined };

/** One setting: its name in the environment, what it is for, its default as text, and how it is read. */
interface Setting<T> {
  about: string;
  fallback: string;
  read: z.ZodType<T, string>;
}

const megabyte = 1_000_000;
const expectedSecret = 'expected 1 to 256 of A-Z, a-z, 0-9, _ and -';

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `expected a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((n) => n >= least && n <= most, `expected a whole number from ${least} to ${most}`);

const one = <T>(read: (text: string) => T | undefined, expected: string) =>
  z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue(expected);
    return z.NEVER;
  });

const list = <T>(item: (text: string) => T | undefined, expected: string) =>
  z.string().transform((text, context) => {
    const items: T[] = [];
    for (const part of text.split(/[\s,]+/).filter(Boolean)) {
      const read = item(part);
      if (read === undefined) context.addIssue(`${expected}, not "${part}"`);
      else items.push(read);
    }
    return items;
  });

const setting = <T>(about: string, fallback: string, read: z.ZodType<T, string>): Setting<T> => ({
  about,
  fallback,
  read,
});

/** Every setting by its name in the environment. README and `.env.example` are checked against this table. */
export const settings = {
  BOT_TOKEN: setting(
    'Token from @BotFather. Empty: the playground starts instead.',
    '',
    z
      .string()
      .regex(
        /^([1-9]\d*:[\w-]{1,80})?$/,
        'expected a token as @BotFather gives it, like 123456:ABC-DEF1234ghIkl',
      ),
  ),
  TELEGRAM_API_ROOT: setting(
    'Root of the Bot API server.',
    'https://api.telegram.org',
    one(readRoot, 'expected an http or https address like https://api.telegram.org'),
  ),
  WEBHOOK_URL: setting(
    'Address at which Telegram brings updates to this bot. Empty: the bot polls for them.',
    '',
    one(
      readWebhookUrl,
      'expected an address like https://bot.example.com/telegram, without user, query or #',
    ),
  ),
  WEBHOOK_SECRET: setting(
    'Secret by which updates from Telegram are known; 1 to 256 of A-Z, a-z, 0-9, _ and -.',
    '',
    z.string().regex(/^[\w-]{0,256}$/, expectedSecret),
  ),
  ADMIN_IDS: setting(
    'Telegram user ids of the owners, separated by commas.',
    '',
    list((text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined), 'expected user ids like 123456789'),
  ),
  DATA_DIR: setting('Directory for everything that is kept.', './data', z.string().min(1, 'expected a path')),
  DATABASE_URL: setting(
    'Postgres database that several instances share. Empty: SQLite in DATA_DIR.',
    '',
    one(
      readDatabaseUrl,
      'expected an address like postgres://user:password@host:5432/name, its parts percent-encoded',
    ),
  ),
  INSTANCE_NAME: setting(
    "What this instance is called in logs and lists. Empty: the host's name.",
    '',
    z.string().regex(/^[\w.-]{0,64}$/, 'expected up to 64 of A-Z, a-z, 0-9, ., _ and -'),
  ),
  HOST: setting(
    'Address that the web server listens on.',
    '127.0.0.1',
    z.string().min(1, 'expected an address like 127.0.0.1 or 0.0.0.0'),
  ),
  PORT: setting('Port of the web server; 0 picks a free one.', '8080', whole(0, 65_535)),
  SLOTS: setting('Slow requests that run at once, for everybody together.', '64', whole(1, 10_000)),
  DOWNLOAD_SLOTS: setting('How many of the slots downloads may hold.', '16', whole(1, 10_000)),
  SHARE: setting('Slots that one person may hold.', '20', whole(1, 10_000)),
  DOWNLOAD_SHARE: setting('Downloads that one person may run at once.', '3', whole(1, 10_000)),
  WAITING_PER_PERSON: setting('Requests of one person that may wait for a slot.', '60', whole(0, 1_000_000)),
  WAITING_TOTAL: setting('Requests that may wait for a slot in all.', '5000', whole(0, 1_000_000)),
  LOOKUP_DEADLINE_MS: setting(
    'Milliseconds from its arrival in which a lookup is answered.',
    '15000',
    whole(100, 86_400_000),
  ),
  DOWNLOAD_DEADLINE_MS: setting(
    'Milliseconds from its arrival in which a download is answered.',
    '300000',
    whole(100, 86_400_000),
  ),
  MAX_DOWNLOAD_MB: setting(
    'Largest file that is fetched, in MB. Empty: as large as may be sent.',
    '',
    z.union([z.literal('').transform(() => undefined), whole(1, 100_000).transform((mb) => mb * megabyte)], {
      error: 'expected a whole number from 1 to 100000, or nothing',
    }),
  ),
  MAX_UPLOAD_MB: setting(
    'Largest file that Telegram takes from a bot, in MB; 2000 with an own Bot API server.',
    '50',
    whole(1, 4_000).transform((mb) => mb * megabyte),
  ),
  PER_HOST: setting(
    "Requests at once to one remote host, all but one of which may be one person's; 0 means no limit.",
    '4',
    whole(0, 10_000),
  ),
  PER_HOST_RATE: setting(
    'Requests a second to one public address, twice as many after a pause; 0 means no limit.',
    '10',
    whole(0, 10_000),
  ),
  ALLOW_HOSTS: setting(
    'Private hosts that may be reached all the same: names, addresses or CIDRs, each with an optional :port; ports of other services than the web have to be named.',
    '',
    list(readAllowRule, 'expected a host name, an address or a CIDR, with an optional :port'),
  ),
  DNS_SERVERS: setting(
    "Name servers as address or address:port, separated by commas. Empty: the system's.",
    '',
    list(readNameServer, 'expected address or address:port'),
  ),
  CONTACT: setting(
    'How a web site can reach you (an address or a page); sent in the User-Agent.',
    '',
    z.string().regex(/^[\x21-\x7e]{0,200}$/, 'expected an e-mail address or a URL in plain ASCII'),
  ),
  LOG_LEVEL: setting(
    'trace, debug, info, warn, error or silent.',
    'info',
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'expected trace, debug, info, warn, error or silent',
    }),
  ),
} satisfies Record<string, Setting<unknown>>;

type Settings = { [K in keyof typeof settings]: z.output<(typeof settings)[K]['read']> };

/** The settings as the rest of the project knows them: sizes in bytes, times in milliseconds. */
export type Config = Readonly<ReturnType<typeof named>>;

/** Every mistake in the settings, one line each, naming the setting and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: string[];

  constructor(mistakes: string[]) {
    super(`Cannot start: ${mistakes.length === 1 ? 'a setting is' : 'settings are'} wrong`);
    this.mistakes = mistakes;
  }
}

/**
 * Reads the settings from `env`: by default the environment, which goes before the file `.env` of the working directory.
 * Throws `ConfigError` with every mistake at once.
 */
export function readConfig(env: NodeJS.ProcessEnv = { ...readEnvFile('.env'), ...process.env }): Config {
  const mistakes: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { read, fallback }] of Object.entries(settings)) {
    const text = env[name]?.trim() || fallback;
    const result = (read as z.ZodType).safeParse(text);
    if (result.success) values[name] = result.data;
    else for (const issue of result.error.issues) mistakes.push(`${name}: ${issue.message}`);
  }
  mistakes.push(...clashes(values));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return Object.freeze(named(values as Settings));
}

/** The mistakes that show only between settings; those that could not be read are missing. */
function clashes({ TELEGRAM_API_ROOT: root, WEBHOOK_URL: url, WEBHOOK_SECRET: secret }: Partial<Settings>) {
  const mistakes: string[] = [];
  if (url && root && !isDeliverable(url, root))
    mistakes.push(
      'WEBHOOK_URL: expected https at port 443, 80, 88 or 8443, as Telegram delivers nowhere else',
    );
  if (url !== '' && secret === '')
    mistakes.push(`WEBHOOK_SECRET: ${expectedSecret}, because WEBHOOK_URL is set`);
  return mistakes;
}

function named(s: Settings) {
  return {
    botToken: s.BOT_TOKEN,
    telegramApiRoot: s.TELEGRAM_API_ROOT,
    webhookUrl: s.WEBHOOK_URL,
    webhookSecret: s.WEBHOOK_SECRET,
    adminIds: s.ADMIN_IDS,
    dataDir: s.DATA_DIR,
    databaseUrl: s.DATABASE_URL,
    instanceName: s.INSTANCE_NAME || hostname(),
    host: s.HOST,
    port: s.PORT,
    slots: s.SLOTS,
    downloadSlots: s.DOWNLOAD_SLOTS,
    share: s.SHARE,
    downloadShare: s.DOWNLOAD_SHARE,
    waitingPerPerson: s.WAITING_PER_PERSON,
    waitingTotal: s.WAITING_TOTAL,
    lookupDeadlineMs: s.LOOKUP_DEADLINE_MS,
    downloadDeadlineMs: s.DOWNLOAD_DEADLINE_MS,
    maxDownloadBytes: s.MAX_DOWNLOAD_MB ?? s.MAX_UPLOAD_MB,
    maxUploadBytes: s.MAX_UPLOAD_MB,
    perHost: s.PER_HOST,
    perHostRate: s.PER_HOST_RATE,
    allowHosts: s.ALLOW_HOSTS,
    dnsServers: s.DNS_SERVERS,
    contact: s.CONTACT,
    logLevel: s.LOG_LEVEL,
  };
}

function readEnvFile(path: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError([`.env: cannot be read: ${(error as Error).message}`]);
  }
}

/** Reads one entry of `ALLOW_HOSTS`; undefined when it is none. IPv6 with a port is written in brackets. */
export function readAllowRule(text: string): AllowRule | undefined {
  const match =
    /^(?:\[([\da-f:.]+(?:\/\d{1,3})?)\]|([^:[\]]+)|([\da-f:.]+(?:\/\d{1,3})?))(?::(\d{1,5}))?$/i.exec(text);
  if (!match) return undefined;
  const host = (match[1] ?? match[2] ?? match[3] ?? '').toLowerCase();
  const port = match[4] === undefined ? undefined : Number(match[4]);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  const [address = '', bits] = host.split('/');
  const family = isIP(address);
  if (family === 0) {
    if (!/^(?=.{1,253}$)[a-z\d_]([a-z\d_-]*[a-z\d_])?(\.[a-z\d_]([a-z\d_-]*[a-z\d_])?)*$/.test(host))
      return undefined;
    // All digits and dots is a mistyped address, not a name.
    return /^[\d.]+$/.test(host) ? undefined : { kind: 'name', name: host, port };
  }
  const widest = family === 4 ? 32 : 128;
  const length = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (length < 0 || length > widest || host.split('/').length > 2) return undefined;
  const range = new BlockList();
  range.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6');
  return { kind: 'range', family: family === 4 ? 4 : 6, range, port };
}
