// Reads the settings, runs the service until a signal, leaves.

import { once } from 'node:events';
import type { Logger } from 'pino';
import { type Config, ConfigError, readConfig } from './config.ts';
import { createLog, logRequests } from './log.ts';
import { startPlayground } from './playground.ts';
import type { Playground } from './playground.ts';
import { StartError, startService } from './service.ts';
import type { Service } from './service.ts';
import { requireLoopback } from './web/loopback.ts';
import { startWebServer } from './web/server.ts';
import type { Readiness, WebServer } from './web/server.ts';

/** Milliseconds after which the process ends whatever may still hang; Docker kills after ten seconds. */
const lastResortMs = 9_700;

await main();

async function main(): Promise<void> {
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

async function run(settings: Config): Promise<void> {
  const stopping = stopSignal();
  await using parts = new AsyncDisposableStack();
  const playground = settings.botToken ? undefined : parts.use(await startPlayground(settings));
  const config = playground?.config ?? settings;
  const log = createLog(config);

  let service: Service | undefined;
  const ready = () => service?.ready() ?? { ready: false, detail: { starting: true } };
  const web = parts.use(await openWeb(config, playground, ready, log));
  try {
    service = await startService(config, { log, signal: stopping });
  } catch (error) {
    if (stopping.aborted) return;
    throw error;
  }
  parts.defer(service.stop);
  logRequests(service.events, log);
  log.info({ bot: service.me.username, web: web.url }, 'started');
  if (playground) welcome(web);

  await Promise.race([aborted(stopping), service.task]);
  log.info({ reason: stopping.reason?.message }, 'stopping');
}

async function openWeb(
  { host, port }: Config,
  playground: Playground | undefined,
  ready: () => Readiness,
  log: Logger,
): Promise<WebServer> {
  const onError = (error: unknown) => log.error({ err: error }, 'web request failed');
  // Whoever reaches the playground may act as anybody in it: it is for this computer only.
  const where = playground
    ? { host: '127.0.0.1', port, routes: playground.routes, guard: requireLoopback }
    : { host, port, routes: [] };
  try {
    return await startWebServer({ ...where, ready, onError });
  } catch (error) {
    throw new StartError((error as Error).message, { cause: error });
  }
}

/** Aborts at the first SIGTERM or SIGINT; from then on the time is limited, and a second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort(new DOMException(`Process: ${name}`, 'AbortError'));
      setTimeout(() => process.exit(0), lastResortMs).unref();
    });
  }
  return controller.signal;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function welcome({ url }: WebServer): void {
  process.stdout.write(`
  Errand's playground: ${url}
  Two people, one bot, and a small web to fetch from. Nothing leaves this computer.
  To go live, set BOT_TOKEN to the token that @BotFather gives you.

`);
}

function complain(...lines: string[]): void {
  process.stderr.write(`${lines.join('\n  ')}\n`);
}
