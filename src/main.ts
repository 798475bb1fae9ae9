// Reads the settings, runs the service until a signal, leaves.

import { once } from 'node:events';
import type { Logger } from 'pino';
import { type Config, ConfigError, readConfig } from './config.ts';
import { createLog, logRequests } from './log.ts';
import { startPlayground } from './playground/playground.ts';
import { StartError, startService } from './service.ts';
import type { Service } from './service.ts';
import { requireLoopback } from './web/loopback.ts';
import { startWebServer } from './web/server.ts';
import type { WebServer, WebServerOptions } from './web/server.ts';
import { webhookRoute } from './web/webhook.ts';

/** Milliseconds after which the process ends whatever may still hang; Docker kills after ten seconds. */
const lastResortMs = 9_700;

await main();

async function main(): Promise<void> {
  // Nobody reads what is said any more; people want their answers all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await run(readConfig());
  } catch (error) {
    if (error instanceof ConfigError) complain(error.message, ...error.mistakes);
    else if (error instanceof StartError) complain(error.message);
    else
      complain('Cannot go on: an unexpected failure', String(error instanceof Error ? error.stack : error));
    process.exitCode = 1;
  }
}

async function run(config: Config): Promise<void> {
  const stopping = stopSignal();
  const start = config.botToken ? runBot : runPlayground;
  try {
    await start(config, stopping);
  } catch (error) {
    // A start that was given up because the process was told to stop is no failure.
    if (!stopping.aborted || error !== stopping.reason) throw error;
  }
}

/** Runs the bot on Telegram until it is told to stop. */
async function runBot(config: Config, stopping: AbortSignal): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const log = createLog(config);
  endOnSurprise(log);
  let service: Service | undefined;
  const ready = () => service?.ready() ?? { ready: false, detail: { starting: true } };
  const { host, port } = config;
  const deliver: Service['deliver'] = async (update, options) => {
    if (!service) throw new Error('Cannot take a delivery: the bot is starting');
    await service.deliver(update, options);
  };
  const { webhookUrl: url, webhookSecret: secret } = config;
  const routes = url ? [webhookRoute({ url, secret, deliver })] : [];
  const web = parts.use(await openWeb({ host, port, routes, ready }, log));
  log.info({ web: web.url }, 'starting');
  service = await startService(config, { log, signal: stopping });
  parts.defer(service.stop);
  logRequests(service.events, log);
  log.info({ bot: service.me.username, web: web.url }, 'started');
  await Promise.race([aborted(stopping), service.task]).catch((error: unknown) => {
    limitTime(1);
    throw error;
  });
  log.info({ reason: stopping.reason?.message }, 'stopping');
}

/** Runs the playground, with the bot in a process of its own, until it is told to stop. */
async function runPlayground(config: Config, stopping: AbortSignal): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const log = createLog(config);
  const playground = parts.use(await startPlayground(config, { log, signal: stopping }));
  const { routes, ready } = playground;
  // Whoever reaches the playground may act as anybody in it: it is for this computer only.
  const place = { host: '127.0.0.1', port: config.port, guard: requireLoopback };
  const web = parts.use(await openWeb({ ...place, routes, ready }, log));
  log.info({ bot: playground.emulator.bot.username, web: web.url }, 'started');
  welcome(web);
  await aborted(stopping);
  log.info({ reason: stopping.reason?.message }, 'stopping');
}

async function openWeb(options: Omit<WebServerOptions, 'onError'>, log: Logger): Promise<WebServer> {
  const onError = (error: unknown) => log.error({ err: error }, 'web request failed');
  try {
    return await startWebServer({ ...options, onError });
  } catch (error) {
    throw new StartError((error as Error).message, { cause: error });
  }
}

/** Aborts at the first SIGTERM or SIGINT; from then on the time is limited, and a second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort(new DOMException(`Process: ${name}`, 'AbortError'));
      limitTime(0);
    });
  }
  return controller.signal;
}

/** Whatever still hangs when the time is over ends with the process. */
function limitTime(code: number): void {
  setTimeout(() => process.exit(code), lastResortMs).unref();
}

/** A failure that nobody awaits leaves the process in doubt: it ends, and the next start goes on with what was open. */
function endOnSurprise(log: Logger): void {
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error, origin }, 'unexpected failure: the process ends');
    process.exit(1);
  });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function welcome({ url }: WebServer): void {
  process.stdout.write(`
  Errand's playground: ${url}
  Two people, one bot, and a small web to fetch from. No message leaves this computer.
  To go live, set BOT_TOKEN to the token that @BotFather gives you.

`);
}

function complain(...lines: string[]): void {
  process.stderr.write(`${lines.join('\n  ')}\n`);
}
