// Nobody has to read the log: the bot goes on when its reader is gone.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startEmulator } from '../src/emulator/emulator.ts';

it('The process answers on when the reader of its log is gone', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'errand-stdout-'));
  await using emulator = await startEmulator();
  const env = {
    BOT_TOKEN: emulator.token,
    TELEGRAM_API_ROOT: emulator.apiRoot,
    DATA_DIR: join(home.path, 'data'),
    PORT: '0',
  };
  const main = join(import.meta.dirname, '../src/main.ts');
  const bot = spawn(process.execPath, [main], { env, cwd: home.path, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(bot, 'exit');
  bot.stdout.destroy();
  bot.stderr.destroy();
  const ann = emulator.person();
  for (const _round of [1, 2]) {
    ann.send('/help');
    expect((await ann.chat.nextMessage()).text).toContain('What I can do');
  }
  bot.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
