// The playground: a Bot API and a small web on this computer, people and a group, the bot in a process of its own, and a
// page to watch it all.

import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import { setPace } from '../async/clock.ts';
import { type Config, readAllowRule } from '../config.ts';
import type { Emulator } from '../emulator/contract.ts';
import { startEmulator } from '../emulator/emulator.ts';
import { makeScratch } from '../emulator/scratch.ts';
import { startSampleWeb } from '../emulator/sample-web.ts';
import type { SampleWeb } from '../emulator/sample-web.ts';
import type { Backstage } from '../web/backstage.ts';
import type { Route } from '../web/exchange.ts';
import { createPlaygroundRoutes } from '../web/playground.ts';
import { readTexts } from '../i18n.ts';
import type { Readiness } from '../web/server.ts';
import { openBackstage } from './backstage.ts';
import { BotProcess } from './bot-process.ts';

/** A running playground, the bot in it; disposing it ends everything that it has started. */
export interface Playground extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly bot: BotProcess;
  readonly backstage: Backstage;
  readonly routes: Route[];
  /** An address of the small web, like `http://news.localhost:4711/`. */
  readonly address: SampleWeb['address'];
  /** Whether the bot's process is up and updates really flow. */
  ready(): Readiness;
}

/** Starts the playground. Rejects with StartError when the bot can't start, or with the signal's reason. */
export async function startPlayground(
  config: Config,
  { log, signal }: { log: Logger; signal?: AbortSignal },
): Promise<Playground> {
  await using parts = new AsyncDisposableStack();
  parts.defer(() => setPace(1));
  const emulator = parts.use(await startEmulator());
  const sampleWeb = parts.use(await startSampleWeb());
  const ann = emulator.person({ first_name: 'Ann', username: 'ann', language_code: 'en' });
  const bob = emulator.person({ first_name: 'Bob', username: 'bob', language_code: 'en' });
  const group = emulator.group({
    title: 'Weekend club',
    members: [ann, bob],
    topics: ['Trips', 'Kitchen'],
  });

  // Its people live as long as the process, and so does what the bot knows of them.
  const dataDir = makeScratch('playground');
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const samples = sampleWeb.sampleHosts.map(readAllowRule).filter((rule) => rule !== undefined);
  const bot = parts.use(
    await BotProcess.start({
      config: {
        ...config,
        webhookUrl: '',
        databaseUrl: '',
        dataDir,
        botToken: emulator.token,
        telegramApiRoot: emulator.apiRoot,
        allowHosts: [...config.allowHosts, ...samples],
      },
      log,
      signal,
    }),
  );
  const { address } = sampleWeb;
  const backstage = parts.use(openBackstage({ emulator, engine: bot, group, address, config }));
  const open = parts.move();
  return {
    emulator,
    bot,
    backstage,
    address,
    routes: createPlaygroundRoutes(emulator, {
      backstage,
      suggestions: sampleWeb.suggestions(),
      languages: readTexts().languages,
    }),
    ready: () => bot.ready(),
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
}
