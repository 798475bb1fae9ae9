// The lives of a bot: a process that is started, killed and started again, always on the same data.

import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { sleep } from '../src/async/sleep.ts';
import type { Emulator } from '../src/emulator/contract.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { startProcess } from './process.ts';
import type { BotProcess } from './process.ts';
import { startSite } from './world.ts';
import type { Site } from './world.ts';

const lookEveryMs = 5;

/** A Bot API, a site, and the one bot that lives between them. */
export interface Lives extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly site: Site;
  /** Begins a life; disposing it kills the bot. */
  begin(): BotProcess;
  /**
   * One more life, in which all that is open is finished, and which ends well. Resolves with the names of the temporary
   * files that are left then.
   */
  rest(): Promise<string[]>;
  /** Settles when the bot has taken all updates and finished them. */
  idle(): Promise<void>;
  /** Settles when `isSo` is true, asked now and whenever something happens. Rejects when the bot ends before. */
  until(isSo: () => boolean): Promise<void>;
  /** Settles when the bot has made so many calls from now on. Rejects when it ends before. */
  called(times: number): Promise<void>;
}

/** Starts a world in which the bot has `settings` in its environment. */
export async function startLives(settings: NodeJS.ProcessEnv = {}): Promise<Lives> {
  await using parts = new AsyncDisposableStack();
  const home = await mkdtempDisposable(join(tmpdir(), 'errand-test-'));
  parts.defer(() => home.remove());
  const emulator = parts.use(await startEmulator());
  const site = parts.use(await startSite());
  const env = {
    BOT_TOKEN: emulator.token,
    TELEGRAM_API_ROOT: emulator.apiRoot,
    DATA_DIR: join(home.path, 'data'),
    ALLOW_HOSTS: '127.0.0.1',
    PER_HOST: '0',
    LOOKUP_DEADLINE_MS: '60000',
    PORT: '0',
    ...settings,
  };
  const open = parts.move();
  let life: BotProcess | undefined;
  const begin = () => (life = startProcess(env, home.path));

  const until = async (isSo: () => boolean) => {
    if (isSo()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = emulator.listen(() => isSo() && resolve());
    const died = life?.ended.then(({ stderr }): never => {
      throw new Error(`Cannot wait any longer: the bot ended\n${stderr}`);
    });
    await Promise.race([promise, died ?? promise]).finally(stop);
  };

  const idle = async () => {
    await emulator.polling();
    const { web } = JSON.parse((await life?.logged('"web":')) ?? '{}') as { web: string };
    while (emulator.pending() + (await askUnfinished(web)) > 0) await sleep(lookEveryMs);
  };

  return {
    emulator,
    site,
    begin,
    until,
    idle,
    async called(times) {
      const before = emulator.calls().length;
      await until(() => emulator.calls().length >= before + times);
    },
    async rest() {
      await using bot = begin();
      await idle();
      bot.kill('SIGTERM');
      const { code, stderr } = await bot.ended;
      if (code !== 0) throw new Error(`Cannot end well: the bot ended with ${code}\n${stderr}`);
      return await readdir(join(env.DATA_DIR, 'temp'));
    },
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
}

/** How many updates the bot has not finished, as it says itself. */
async function askUnfinished(web: string): Promise<number> {
  const { body } = await request(`${web}/readyz`);
  const { detail } = (await body.json()) as { detail: { unfinished: number } };
  return detail.unfinished;
}
