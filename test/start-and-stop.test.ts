// What keeps the bot from starting, what ends it, and what it leaves behind.

import { mkdir, mkdtempDisposable, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import type { Emulator } from '../src/emulator/contract.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { StartError, startService } from '../src/service.ts';
import { keepLog } from './bot/telegram.ts';
import { Gate } from './gate.ts';
import { startProcess } from './process.ts';
import { page, startSite } from './world.ts';

let emulator: Emulator;
let home: Awaited<ReturnType<typeof mkdtempDisposable>>;
let parts: AsyncDisposableStack;
beforeEach(async () => {
  parts = new AsyncDisposableStack();
  home = await mkdtempDisposable(join(tmpdir(), 'errand-test-'));
  parts.defer(() => home.remove());
  emulator = parts.use(await startEmulator());
});
afterEach(() => parts.disposeAsync());

const settings = (more: NodeJS.ProcessEnv = {}) => ({
  BOT_TOKEN: emulator.token,
  TELEGRAM_API_ROOT: emulator.apiRoot,
  DATA_DIR: join(home.path, 'data'),
  ALLOW_HOSTS: '127.0.0.1',
  PORT: '0',
  ...more,
});

/** Starts the service, to be stopped at the end of the test. */
async function start(more: NodeJS.ProcessEnv = {}, log: Logger = pino({ enabled: false })) {
  const service = await startService(readConfig(settings(more)), { log });
  parts.defer(() => service.stop());
  return service;
}

/** Starts the process, to be killed at the end of the test. */
function run(more: NodeJS.ProcessEnv = {}) {
  return parts.use(startProcess(settings(more), home.path));
}

const wrongToken = '1000001:WRONG-TOKEN';

describe('startService', () => {
  it('rejects a token that Telegram refuses, without repeating it', async () => {
    const failure = await start({ BOT_TOKEN: wrongToken }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartError);
    expect(String(failure)).toContain('Telegram refuses BOT_TOKEN');
    expect(String(failure)).not.toContain('WRONG-TOKEN');
    expect(emulator.calls('getUpdates')).toEqual([]);
  });

  it('gives up waiting for Telegram when it is told to stop', async () => {
    emulator.faults.add({ method: 'getMe', times: Infinity, outcome: { html: '<h1>502</h1>', status: 502 } });
    const stop = new AbortController();
    const log = pino({ enabled: false });
    const starting = startService(readConfig(settings()), { log, signal: stop.signal });
    await emulator.nextCall('getMe');
    stop.abort(new Error('told to stop'));
    await expect(starting).rejects.toThrow('told to stop');
  });

  it('starts after all when Telegram could not be reached at first', async () => {
    emulator.faults.add({ method: 'getMe', outcome: 'drop' });
    emulator.faults.add({ method: 'getMe', outcome: { status: 502, html: '<h1>Bad Gateway</h1>' } });
    expect((await start()).me).toEqual(emulator.bot);
  });

  it.each([
    ['is a file', () => join(home.path, 'file')],
    ['is below a file', () => join(home.path, 'file', 'data')],
    ['cannot be made', () => '/sys/errand'],
  ])('rejects a DATA_DIR that %s, naming it, before it talks to Telegram', async (_, path) => {
    await writeFile(join(home.path, 'file'), '');
    const failure = await start({ DATA_DIR: path() }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartError);
    expect(String(failure)).toContain(`Cannot use DATA_DIR "${path()}"`);
    expect(emulator.calls()).toEqual([]);
  });

  it('sets a damaged database aside as it is, says so in the log, and starts with a new one', async () => {
    await mkdir(join(home.path, 'data'));
    const names = ['inbox', 'state'];
    for (const name of names) await writeFile(join(home.path, 'data', `${name}.sqlite`), `damaged ${name}`);
    const { log, logged } = keepLog();
    await start({}, log);
    const ann = emulator.person();
    ann.send('/help');
    expect((await ann.chat.nextMessage()).text).toContain('What I can do');
    const files = await readdir(join(home.path, 'data'));
    for (const name of names) {
      const aside = files.find((file) => file.startsWith(`${name}.damaged-`)) ?? 'nowhere';
      expect(await readFile(join(home.path, 'data', aside), 'utf8')).toBe(`damaged ${name}`);
      const error = logged.find((line) => line.includes(aside)) ?? '{}';
      expect(JSON.parse(error)).toMatchObject({ level: 50, rescuedRows: 0 });
    }
  });

  it('rejects a DATA_DIR that another service uses, which goes on', async () => {
    await start();
    const failure = await start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartError);
    expect(String(failure)).toContain(
      `Cannot use DATA_DIR "${join(home.path, 'data')}": another process uses it`,
    );
    const ann = emulator.person();
    ann.send('/help');
    expect((await ann.chat.nextMessage()).text).toContain('What I can do');
  });

  it('can be started on the same DATA_DIR again after its end', async () => {
    await (await start()).stop();
    await expect(start()).resolves.toBeDefined();
  });

  it('ends its task when Telegram refuses the token while it runs', async () => {
    const service = await start();
    emulator.faults.add({ method: 'getUpdates', outcome: { status: 401 } });
    const ended = service.task.catch((error: unknown) => error);
    emulator.person().send('/help');
    expect(await ended).toBeInstanceOf(StartError);
  });
});

describe('The process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends with code 0 on %s, after it has answered', async (signal) => {
    const bot = run();
    await bot.logged('"started"');
    const ann = emulator.person();
    ann.send('/help');
    expect((await ann.chat.nextMessage()).text).toContain('What I can do');
    bot.kill(signal);
    expect(await bot.ended).toEqual({ code: 0, signal: null, stderr: '' });
    expect(await bot.logged('"stopping"')).toContain(signal);
  });

  it('ends with code 0 on SIGTERM while Telegram cannot be reached at all', async () => {
    emulator.faults.add({ method: 'getMe', times: Infinity, outcome: { html: '<h1>502</h1>', status: 502 } });
    const bot = run();
    await bot.logged('Telegram cannot be reached');
    bot.kill('SIGTERM');
    expect(await bot.ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  it('answers what it works on before it ends, and takes nothing new', async () => {
    const site = parts.use(await startSite());
    const gate = new Gate(page('The page'));
    site.on('/slow', gate.respond);
    const bot = run();
    const ann = emulator.person();
    ann.send(site.url('/slow'));
    await gate.holds(1);
    bot.kill('SIGTERM');
    await bot.logged('"stopping"');
    const bob = emulator.person();
    bob.send('/help');
    gate.open();
    expect((await ann.chat.nextMessage()).text).toContain('The page');
    expect(await bot.ended).toEqual({ code: 0, signal: null, stderr: '' });
    expect(emulator.pending()).toBe(1);
    run();
    expect((await bob.chat.nextMessage()).text).toContain('What I can do');
    await emulator.polling();
    expect(ann.chat.messages).toHaveLength(2);
  });

  it('tells every mistake in its settings at once, and ends with code 1 before it connects', async () => {
    const bot = run({ SLOTS: 'none', PORT: '99999', BOT_TOKEN: 'secret', LOG_LEVEL: 'loud' });
    const { code, stderr } = await bot.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Cannot start: settings are wrong\n/);
    for (const name of ['SLOTS', 'PORT', 'BOT_TOKEN', 'LOG_LEVEL'])
      expect(stderr).toContain(`${name}: expected`);
    expect(stderr).not.toContain('secret');
    expect(emulator.calls()).toEqual([]);
  });

  it('ends with code 1 and one line when the token is refused, or another process uses DATA_DIR', async () => {
    const refused = run({ BOT_TOKEN: wrongToken, DATA_DIR: join(home.path, 'other') });
    const first = run();
    await first.logged('"started"');
    expect(await refused.ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^.*Telegram refuses BOT_TOKEN.*\n$/),
    });
    expect(refused.log.join()).not.toContain('WRONG-TOKEN');
    expect(await run().ended).toMatchObject({
      code: 1,
      stderr: `Cannot use DATA_DIR "${join(home.path, 'data')}": another process uses it\n`,
    });
  });
});
