// The playground's world: a Bot API and a small web on this computer, two people and a group, and a page to chat on.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readAllowRule } from './config.ts';
import { startEmulator } from './emulator/emulator.ts';
import { startSampleWeb } from './emulator/sample-web.ts';
import type { Route } from './web/exchange.ts';
import { createPlaygroundRoutes } from './web/playground.ts';

/** A running playground, without the bot. */
export interface Playground extends AsyncDisposable {
  /** The settings with which the bot runs in it. */
  readonly config: Config;
  readonly routes: Route[];
}

export async function startPlayground(config: Config): Promise<Playground> {
  await using parts = new AsyncDisposableStack();
  const emulator = parts.use(await startEmulator());
  const sampleWeb = parts.use(await startSampleWeb());
  const ann = emulator.person({ first_name: 'Ann', username: 'ann', language_code: 'en' });
  const bob = emulator.person({ first_name: 'Bob', username: 'bob', language_code: 'en' });
  emulator.group({ title: 'Weekend club', members: [ann, bob] });

  // Its people live as long as the process, and so does what the bot knows of them.
  const dataDir = await mkdtemp(join(tmpdir(), 'errand-playground-'));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const samples = sampleWeb.sampleHosts.map(readAllowRule).filter((rule) => rule !== undefined);
  const open = parts.move();
  return {
    config: {
      ...config,
      dataDir,
      botToken: emulator.token,
      telegramApiRoot: emulator.apiRoot,
      allowHosts: [...config.allowHosts, ...samples],
    },
    routes: createPlaygroundRoutes(emulator, { suggestions: sampleWeb.suggestions() }),
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
}
