// The log: what an operator reads, without the token and without people's words.

import { spawnSync } from 'node:child_process';
import { GrammyError, HttpError } from 'grammy';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { createEvents } from '../src/events.ts';
import { createLog, logRequests } from '../src/log.ts';
import { settled } from './work/a-job.ts';

const token = '123456:SECRET-part-of-the-token';

/** A log whose lines are kept instead of printed. */
function catchLog(LOG_LEVEL = 'trace') {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => (lines.push(String(line)), true));
  return { lines, log: createLog(readConfig({ BOT_TOKEN: token, LOG_LEVEL })) };
}

describe('createLog', () => {
  afterEach(() => vi.restoreAllMocks());

  it('writes JSON lines of the level that is set and above', async () => {
    const { lines, log } = catchLog('warn');
    log.info('too quiet');
    log.warn({ chat: 7 }, 'loud enough');
    await settled();
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ chat: 7, msg: 'loud enough' }]);
  });

  it('never writes the secret of the webhook or the password of the database', async () => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => (lines.push(String(line)), true));
    const databaseUrl = 'postgres://errand:pass%2F%22word@db/errand';
    const log = createLog(
      readConfig({
        BOT_TOKEN: token,
        WEBHOOK_URL: 'https://bot.example/',
        WEBHOOK_SECRET: 'hush-hush',
        DATABASE_URL: databaseUrl,
      }),
    );
    log.error({ err: new Error(`cannot reach ${databaseUrl}`), sent: 'hush-hush' }, 'as pass/"word');
    await settled();
    expect(lines.join('')).toContain('cannot reach');
    expect(lines.join('')).not.toMatch(/hush-hush|pass%2F|pass\//);
  });

  it('never writes the token, wherever it comes from', async () => {
    const { lines, log } = catchLog();
    const cause = new Error(`connect to https://api.telegram.org/bot${token}/getMe failed`);
    log.error(
      { err: new HttpError('Network request failed!', cause), url: `/bot${token}/` },
      `with ${token}`,
    );
    log.error({ err: new Error('outer', { cause }) }, 'failed');
    await settled();
    expect(lines.join('')).not.toContain('SECRET');
    expect(lines.join('')).toContain('getMe failed');
  });

  it('never writes the words of a message that Telegram refused', async () => {
    const { lines, log } = catchLog();
    const payload = { chat_id: 7, text: 'private words', entities: [], caption: 'private words' };
    const refusal = { ok: false as const, error_code: 400, description: "Bad Request: can't parse entities" };
    const failure = new GrammyError("Call to 'sendMessage' failed!", refusal, 'sendMessage', payload);
    log.error({ err: failure }, 'failed');
    log.error({ err: new Error('outer', { cause: failure }) }, 'failed');
    await settled();
    expect(lines.join('')).toContain("can't parse entities");
    expect(lines.join('')).not.toContain('private words');
  });

  it('writes nothing when it is silent', async () => {
    const { lines, log } = catchLog('silent');
    log.fatal('x');
    await settled();
    expect(lines).toEqual([]);
  });

  it('writes what one turn of the event loop says at once, in its order', async () => {
    const { lines, log } = catchLog();
    log.info('one');
    log.info('two');
    expect(lines).toEqual([]);
    await settled();
    expect(lines).toHaveLength(1);
    const said = (lines[0] ?? '').trimEnd().split('\n');
    expect(said.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['one', 'two']);
    log.info('three');
    await settled();
    expect(lines).toHaveLength(2);
  });

  it.each([
    ['exits', 'process.exit(3)', 3],
    ['ends by an uncaught error', "throw new Error('broken')", 1],
  ])('loses nothing when the process %s', (_how, end, status) => {
    const code = `
      import { readConfig } from './src/config.ts';
      import { createLog } from './src/log.ts';
      const log = createLog(readConfig({}));
      for (let i = 0; i < 3; i++) log.info('line');
      ${end};`;
    const { stdout, status: ended } = spawnSync(
      process.execPath,
      ['--input-type=module-typescript', '-e', code],
      {
        encoding: 'utf8',
      },
    );
    expect(stdout.match(/"msg":"line"/g)).toHaveLength(3);
    expect(ended).toBe(status);
  });

  it('writes without a token as it is', async () => {
    const { lines, log } = { ...catchLog(), log: createLog(readConfig({})) };
    log.info('hello');
    await settled();
    expect(lines.join('')).toContain('hello');
  });
});

describe('logRequests', () => {
  afterEach(() => vi.restoreAllMocks());

  it('writes a line for each request when it is over, by its id', async () => {
    const { lines, log } = catchLog();
    const events = createEvents();
    logRequests(events, log);
    events.emit('ended', { id: 'r1', handler: 'get', ending: 'timed out', waitMs: 1.6, totalMs: 99, at: 5 });
    await settled();
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      request: 'r1',
      handler: 'get',
      ending: 'timed out',
      waitMs: 2,
      totalMs: 99,
    });
  });
});
