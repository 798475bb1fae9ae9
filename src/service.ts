// Builds every part in order, lets updates flow, and closes the parts in reverse: the one file that knows them all.

import { mkdir, readFile, statfs, access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { UserFromGetMe } from 'grammy/types';
import type { Logger } from 'pino';
import { handlers as allHandlers } from '../handlers/index.ts';
import { now } from './async/clock.ts';
import { deadline } from './async/deadline.ts';
import { FairSemaphore } from './async/fair-semaphore.ts';
import { retry } from './async/retry.ts';
import { Admins } from './bot/admins.ts';
import { alertAdmins } from './bot/alerts.ts';
import { Caller } from './bot/caller.ts';
import { chain } from './bot/chain.ts';
import { Desk } from './bot/desk.ts';
import { publishMenu } from './bot/menu.ts';
import { allowedUpdates } from './bot/read-update.ts';
import { createTelegram, forGrammy } from './bot/telegram-client.ts';
import type { Config } from './config.ts';
import { createEvents } from './events.ts';
import type { Events } from './events.ts';
import type { Handler, Kind } from './handler.ts';
import { readTexts } from './i18n.ts';
import { isTokenRefused, startPolling } from './intake/polling.ts';
import { createResolver } from './net/resolve.ts';
import { userAgent } from './net/user-agent.ts';
import { createWeb } from './net/web.ts';
import { createParsers } from './parse/pool.ts';
import { openStores } from './store/stores.ts';
import { openTempFiles } from './store/temp-files.ts';
import type { Readiness } from './web/server.ts';
import { openSqliteInbox } from './work/inbox-sqlite.ts';
import { Jobs } from './work/jobs.ts';
import { reportLoad } from './work/report-load.ts';
import { createToolbox } from './work/toolbox.ts';

/** Milliseconds that running work gets to end by itself, and then to let go; below Docker's ten seconds together. */
const graceMs = 8_000;
const letGoMs = 1_000;
/** Without a completed poll for so long, in milliseconds, updates do not flow. */
const deafAfterMs = 90_000;

/** The service could not start for a reason that its operator can mend. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The running bot. */
export interface Service {
  readonly me: UserFromGetMe;
  readonly events: Events;
  readonly admins: Admins;
  /** Settles when no updates are taken any more: rejects when Telegram refuses the token while it runs. */
  readonly task: Promise<void>;
  /** Whether updates really flow. */
  ready(): Readiness;
  /** What is held right now; all zero when nothing is being worked on. */
  held(): { jobs: number; slots: number; waiting: number; tempFiles: number };
  /** Stops the intake, lets work end for eight seconds, stops the rest and closes everything. Harmless when repeated. */
  stop(): Promise<void>;
}

/** Starts the bot. Rejects with StartError, naming what to mend, or with the signal's reason. */
export async function startService(
  config: Config,
  {
    log,
    handlers = allHandlers,
    events = createEvents(),
    signal,
  }: { log: Logger; handlers?: readonly Handler[]; events?: Events; signal?: AbortSignal },
): Promise<Service> {
  await using parts = new AsyncDisposableStack();
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8'));

  await claimDirectory(config.dataDir);
  const texts = readTexts();
  const inbox = parts.use(
    openDurable(() => openSqliteInbox(join(config.dataDir, 'inbox.sqlite')), config.dataDir),
  );
  const stores = parts.use(
    openDurable(() => openStores(join(config.dataDir, 'state.sqlite')), config.dataDir),
  );
  const temp = parts.use(
    await openTempFiles({
      directory: join(config.dataDir, 'temp'),
      maxBytes: await spareBytes(config.dataDir),
    }),
  );
  const resolver = createResolver({ servers: config.dnsServers });
  const parsers = parts.use(createParsers({ onCrash: (error) => log.warn({ err: error }, 'parser ended') }));
  const web = createWeb({
    allow: config.allowHosts,
    resolver,
    userAgent: userAgent(version, config.contact),
  });

  const telegram = { token: config.botToken, apiRoot: config.telegramApiRoot, resolver };
  const me = await introduce(telegram, log, signal);
  const { bot } = parts.use(createTelegram({ ...telegram, me }));
  const caller = new Caller(bot.api, log);

  const slots = new FairSemaphore<Kind>(limitsOf(config));
  const jobs = new Jobs();
  const toolbox = createToolbox({ config, log, texts, handlers, slots, jobs, web, parsers, temp, stores });
  const deadlinesMs = { lookup: config.lookupDeadlineMs, download: config.downloadDeadlineMs };
  const desk = new Desk({
    me,
    handlers,
    caller,
    inbox,
    jobs,
    stores,
    texts,
    toolbox,
    events,
    log,
    deadlinesMs,
  });

  const admins = new Admins(config.adminIds);
  alertAdmins({ events, caller, texts, people: stores.people, admins, log });
  reportLoad(events, slots);
  let polledAt = now();
  events.on('polled', ({ at }) => (polledAt = at));
  const polling = startPolling({
    api: bot.api,
    inbox,
    handle: chain(desk, handlers),
    untilWanted: (options) => caller.untilKeepingUp(options),
    allowedUpdates,
    // Whoever waits for a slot takes no place from quick requests.
    concurrency: config.slots + config.waitingTotal + 2_000,
    events,
    log,
  });
  const prepare = async () => {
    // A webhook left over from elsewhere would keep updates from being polled.
    await caller.call('deleteWebhook', {});
    await publishMenu(caller, handlers, texts);
  };
  prepare().catch((error: unknown) => log.warn({ err: error }, 'webhook or command menu was left as it was'));

  const open = parts.move();
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    polling.stop();
    await within(graceMs, polling.drained());
    jobs.stopAll('stopping');
    caller.close(new DOMException('Service: stopped', 'AbortError'));
    await within(letGoMs, polling.drained());
    await open.disposeAsync();
  };

  return {
    me,
    events,
    admins,
    task: polling.task.catch((error: unknown) => {
      throw isTokenRefused(error) ? tokenRefused(error) : error;
    }),
    ready() {
      const silentMs = now() - polledAt;
      const { open: unfinished, oldest } = inbox.state();
      const oldestMs = oldest === undefined ? 0 : now() - oldest;
      return { ready: silentMs < deafAfterMs, detail: { silentMs, unfinished, oldestMs } };
    },
    held: () => ({ jobs: jobs.size, slots: slots.running, waiting: slots.waiting, tempFiles: temp.size() }),
    stop: () => (stopped ??= stop()),
  };
}

function limitsOf(config: Config): FairSemaphore<Kind>['limits'] {
  const { slots, share, perHost, waitingPerPerson, waitingTotal } = config;
  const kinds = {
    lookup: { slots, share },
    download: { slots: config.downloadSlots, share: config.downloadShare },
  };
  return { slots, share, kinds, perHost, waitingPerPerson, waitingTotal };
}

async function claimDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(`Cannot write to DATA_DIR "${path}": ${(error as Error).message}`, { cause: error });
  }
}

function openDurable<T>(open: () => T, directory: string): T {
  try {
    return open();
  } catch (error) {
    const reason = /locked|busy/.test(String(error)) ? 'another process uses it' : (error as Error).message;
    throw new StartError(`Cannot open the database in DATA_DIR "${directory}": ${reason}`, { cause: error });
  }
}

/** Bytes that temporary files may take: nine tenths of what the disk has free now. */
async function spareBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return Math.floor(bavail * bsize * 0.9);
}

/** Asks Telegram who the bot is; waits while Telegram cannot be reached. */
async function introduce(
  options: Parameters<typeof createTelegram>[0],
  log: Logger,
  signal: AbortSignal | undefined,
): Promise<UserFromGetMe> {
  await using telegram = createTelegram(options);
  const { api } = telegram.bot;
  const ask = async () => {
    using due = deadline(20_000, { signal });
    return await api.getMe(forGrammy(due.signal));
  };
  const again = (error: unknown) => {
    if (isTokenRefused(error) || signal?.aborted) return false;
    log.warn({ err: error }, 'Telegram cannot be reached: trying again');
    return true;
  };
  try {
    return await retry(ask, { tries: Infinity, pauseMs: 500, maxPauseMs: 15_000, again, signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw tokenRefused(error);
  }
}

function tokenRefused(cause: unknown): StartError {
  return new StartError('Telegram refuses BOT_TOKEN: is it complete, and not revoked?', { cause });
}

/** Waits for `work`, but no longer than `ms` milliseconds. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  using due = deadline(ms);
  await Promise.race([
    work,
    new Promise<void>((resolve) => due.signal.addEventListener('abort', () => resolve(), { once: true })),
  ]);
}
