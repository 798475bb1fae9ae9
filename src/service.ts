// Builds every part in order, lets updates flow, and closes the parts in reverse: the one file that knows them all.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Update, UserFromGetMe } from 'grammy/types';
import type { Logger } from 'pino';
import { handlers as allHandlers } from '../handlers/index.ts';
import { now } from './async/clock.ts';
import { deadline } from './async/deadline.ts';
import { FairSemaphore } from './async/fair-semaphore.ts';
import { retry } from './async/retry.ts';
import { Admins } from './bot/admins.ts';
import { alertAdmins } from './bot/alerts.ts';
import { Caller } from './bot/caller.ts';
import { Chain } from './bot/chain.ts';
import { Crowds } from './bot/crowds.ts';
import { Desk } from './bot/desk.ts';
import { publishMenu } from './bot/menu.ts';
import { allowedUpdates } from './bot/read-update.ts';
import { createTelegram, forGrammy } from './bot/telegram-client.ts';
import type { Config } from './config.ts';
import { createEvents } from './events.ts';
import type { Events } from './events.ts';
import type { Handler, Kind } from './handler.ts';
import { readTexts } from './i18n.ts';
import { startFlow } from './intake/flow.ts';
import { startIntake } from './intake/intake.ts';
import type { Intake } from './intake/intake.ts';
import { isTokenRefused } from './intake/polling.ts';
import { WebhookRefusedError } from './intake/webhook-setting.ts';
import { createResolver } from './net/resolve.ts';
import { userAgent } from './net/user-agent.ts';
import { createWeb } from './net/web.ts';
import { createParsers } from './parse/pool.ts';
import { claimDataDirectory } from './store/data-directory.ts';
import { openTempFiles } from './store/temp-files.ts';
import type { Readiness } from './web/server.ts';
import { joinFleet } from './work/fleet.ts';
import { openFiles } from './work/foundation.ts';
import type { Foundation } from './work/foundation.ts';
import { Health } from './work/health.ts';
import { Jobs } from './work/jobs.ts';
import { reportLoad } from './work/report-load.ts';
import { createToolbox } from './work/toolbox.ts';

/** Milliseconds that running work gets to end by itself, and then to let go; below Docker's ten seconds together. */
const graceMs = 8_000;
const letGoMs = 1_000;

/** The service could not start for a reason that its operator can mend. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The running bot. */
export interface Service {
  readonly me: UserFromGetMe;
  readonly events: Events;
  readonly admins: Admins;
  /** Settles when no updates are taken any more: rejects when Telegram refuses the token or the webhook while it runs. */
  readonly task: Promise<void>;
  /** Takes an update that Telegram brings: resolves when it is safe. */
  readonly deliver: Intake['deliver'];
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

  const directory = parts.use(await mendable(() => claimDataDirectory(config.dataDir), signal));
  const texts = readTexts();
  const jobs = new Jobs();
  const limits = limitsOf(config);
  const { databaseUrl: url, instanceName: name } = config;
  let way: Chain | undefined;
  const turnOf = (update: Update) => way?.turnOf(update);
  const foundation = parts.use(
    await mendable(
      () =>
        url
          ? joinFleet({ url, name, version, turnOf, log, jobs, limits, events, signal })
          : openFiles(directory.path, { log, jobs, limits }),
      signal,
    ),
  );
  const { inbox, stores, slots, everywhere } = foundation;
  const temp = parts.use(
    await openTempFiles({
      directory: join(directory.path, 'temp'),
      maxBytes: await directory.spareBytes(),
    }),
  );
  const resolver = createResolver({ servers: config.dnsServers });
  const parsers = parts.use(createParsers({ onCrash: (error) => log.warn({ err: error }, 'parser ended') }));
  const web = createWeb({
    allow: config.allowHosts,
    resolver,
    userAgent: userAgent(version, config.contact),
    perHostRate: config.perHostRate,
  });

  const telegram = { token: config.botToken, apiRoot: config.telegramApiRoot, resolver };
  const me = await introduce(telegram, log, signal);
  const { bot } = parts.use(createTelegram({ ...telegram, me }));
  const caller = new Caller(bot.api, log);

  const toolbox = createToolbox({
    config,
    log,
    texts,
    handlers,
    slots,
    inbox,
    jobs,
    everywhere,
    web,
    parsers,
    temp,
    stores,
  });
  const deadlinesMs = { lookup: config.lookupDeadlineMs, download: config.downloadDeadlineMs };
  const admins = new Admins(config.adminIds);
  const crowds = new Crowds(caller);
  const desk = new Desk({
    me,
    admins,
    handlers,
    caller,
    crowds,
    inbox,
    jobs,
    everywhere,
    stores,
    texts,
    toolbox,
    events,
    log,
    deadlinesMs,
  });

  const chain = (way = new Chain(desk, handlers, crowds));
  alertAdmins({ events, caller, texts, people: stores.people, admins, log });
  reportLoad(events, slots);
  if (foundation.damage.length > 0) events.emit('trouble', { what: 'damage', isOver: false, at: now() });
  const health = new Health(events);
  const flow = startFlow({
    inbox,
    handle: (entry) => chain.handle(entry),
    // Whoever waits for a slot takes no place from quick requests.
    concurrency: config.slots + config.waitingTotal + 2_000,
    log,
  });
  publishMenu(caller, handlers, texts).catch((error: unknown) =>
    log.warn({ err: error }, 'command menu was left as it was'),
  );
  const stopping = new AbortController();
  const { lead } = foundation;
  const intake = startIntake({
    api: bot.api,
    inbox,
    untilWanted: (options) => caller.untilKeepingUp(options),
    allowedUpdates,
    lead: lead && ((work) => lead(work, stopping)),
    webhook: config.webhookUrl ? { url: config.webhookUrl, secret: config.webhookSecret } : undefined,
    events,
    log,
    signal: stopping.signal,
  });

  const open = parts.move();
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    stopping.abort(new DOMException('Service: stopped', 'AbortError'));
    flow.stop();
    await within(graceMs, flow.drained());
    jobs.stopAll('stopping');
    caller.close(stopping.signal.reason);
    await within(letGoMs, Promise.all([flow.drained(), intake.stopped()]));
    await open.disposeAsync();
  };

  return {
    me,
    events,
    admins,
    task: Promise.race([intake.task, flow.task]).then(
      () => {},
      (error: unknown) => {
        if (!stopping.signal.aborted) throw toStartError(error, foundation);
      },
    ),
    deliver: intake.deliver,
    ready: () => health.look(intake.readiness(), inbox.state(), stopping.signal),
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

/** Does what fails in words for the operator; rejects with the signal's reason once that has aborted. */
async function mendable<T>(open: () => T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await open();
  } catch (error) {
    signal?.throwIfAborted();
    throw new StartError((error as Error).message, { cause: error });
  }
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

/** What ended the flow of updates, in words for the operator if it can be mended. */
function toStartError(error: unknown, { lost }: Foundation): unknown {
  if (lost?.aborted) {
    const words = 'The other instances have taken over from this one, which stood still: start it again';
    return new StartError(words, { cause: error });
  }
  if (error instanceof WebhookRefusedError) return new StartError(error.message, { cause: error });
  return isTokenRefused(error) ? tokenRefused(error) : error;
}

function tokenRefused(cause: unknown): StartError {
  return new StartError('Telegram refuses BOT_TOKEN: is it complete, and not revoked?', { cause });
}

/** Waits for `work`, but no longer than `ms` milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  using due = deadline(ms);
  await Promise.race([
    work,
    new Promise<void>((resolve) => due.signal.addEventListener('abort', () => resolve(), { once: true })),
  ]);
}
