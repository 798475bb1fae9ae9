// The bot's process and its handle: what keeps it from starting, and what it is told at its start.

import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { packConfig, unpackConfig } from '../../src/playground/bot-messages.ts';
import { BotProcess } from '../../src/playground/bot-process.ts';
import { StartError } from '../../src/service.ts';

const log = pino({ enabled: false });

describe('BotProcess.start', () => {
  it('rejects as the service does when it cannot start, and leaves no process', async () => {
    await using emulator = await startEmulator();
    await using home = await mkdtempDisposable(join(tmpdir(), 'errand-test-'));
    const settings = { TELEGRAM_API_ROOT: emulator.apiRoot, DATA_DIR: home.path, LOG_LEVEL: 'silent' };
    const config = readConfig({ ...settings, BOT_TOKEN: '1000001:WRONG-TOKEN' });
    const failure = await BotProcess.start({ config, log }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartError);
    expect(String(failure)).toContain('Telegram refuses BOT_TOKEN');
  });

  it('gives up when it is told to stop', async () => {
    await using emulator = await startEmulator();
    await using home = await mkdtempDisposable(join(tmpdir(), 'errand-test-'));
    emulator.faults.add({ method: 'getMe', times: Infinity, outcome: 'hang' });
    const config = readConfig({
      BOT_TOKEN: emulator.token,
      TELEGRAM_API_ROOT: emulator.apiRoot,
      DATA_DIR: home.path,
      LOG_LEVEL: 'silent',
    });
    const stop = new AbortController();
    const starting = BotProcess.start({ config, log, signal: stop.signal });
    stop.abort(new Error('told to stop'));
    await expect(starting).rejects.toThrow('told to stop');
    await expect(BotProcess.start({ config, log, signal: stop.signal })).rejects.toThrow('told to stop');
  });
});

describe('packConfig', () => {
  it('makes settings that can be sent, and are the same when they arrive', () => {
    const config = readConfig({ ALLOW_HOSTS: 'nas.local:80, 10.0.0.0/8, [fd00::1]:8080' });
    const arrived = unpackConfig(structuredClone(packConfig(config)));
    expect({ ...arrived, allowHosts: [] }).toEqual({ ...config, allowHosts: [] });
    expect(arrived.allowHosts.map(({ kind, port }) => [kind, port])).toEqual([
      ['name', 80],
      ['range', undefined],
      ['range', 8080],
    ]);
    const [, range] = arrived.allowHosts;
    expect(range?.kind === 'range' && range.range.check('10.1.2.3')).toBe(true);
    expect(range?.kind === 'range' && range.range.check('11.1.2.3')).toBe(false);
  });
});
