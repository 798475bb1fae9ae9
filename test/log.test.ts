// The log: what an operator reads, without the token and without people's words.

import { GrammyError, HttpError } from 'grammy';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { createEvents } from '../src/events.ts';
import { createLog, logRequests } from '../src/log.ts';

const token = '123456:SECRET-part-of-the-token';

/** A log whose lines are kept instead of printed. */
function catchLog(LOG_LEVEL = 'trace') {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => (lines.push(String(line)), true));
  return { lines, log: createLog(readConfig({ BOT_TOKEN: token, LOG_LEVEL })) };
}

describe('createLog', () => {
  afterEach(() => vi.restoreAllMocks());

  it('writes JSON lines of the level that is set and above', () => {
    const { lines, log } = catchLog('warn');
    log.info('too quiet');
    log.warn({ chat: 7 }, 'loud enough');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ chat: 7, msg: 'loud enough' }]);
  });

  it('never writes the token, wherever it comes from', () => {
    const { lines, log } = catchLog();
    const cause = new Error(`connect to https://api.telegram.org/bot${token}/getMe failed`);
    log.error(
      { err: new HttpError('Network request failed!', cause), url: `/bot${token}/` },
      `with ${token}`,
    );
    log.error({ err: new Error('outer', { cause }) }, 'failed');
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain('SECRET');
    expect(lines.join('')).toContain('getMe failed');
  });

  it('never writes the words of a message that Telegram refused', () => {
    const { lines, log } = catchLog();
    const payload = { chat_id: 7, text: 'private words', entities: [], caption: 'private words' };
    const refusal = { ok: false as const, error_code: 400, description: "Bad Request: can't parse entities" };
    const failure = new GrammyError("Call to 'sendMessage' failed!", refusal, 'sendMessage', payload);
    log.error({ err: failure }, 'failed');
    log.error({ err: new Error('outer', { cause: failure }) }, 'failed');
    expect(lines.join('')).toContain("can't parse entities");
    expect(lines.join('')).not.toContain('private words');
  });

  it('writes nothing when it is silent', () => {
    const { lines, log } = catchLog('silent');
    log.fatal('x');
    expect(lines).toEqual([]);
  });

  it('writes without a token as it is', () => {
    const { lines, log } = { ...catchLog(), log: createLog(readConfig({})) };
    log.info('hello');
    expect(lines.join('')).toContain('hello');
  });
});

describe('logRequests', () => {
  afterEach(() => vi.restoreAllMocks());

  it('writes a line for each request when it is over, by its id', () => {
    const { lines, log } = catchLog();
    const events = createEvents();
    logRequests(events, log);
    events.emit('ended', { id: 'r1', handler: 'get', ending: 'timed out', waitMs: 1.6, totalMs: 99, at: 5 });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      request: 'r1',
      handler: 'get',
      ending: 'timed out',
      waitMs: 2,
      totalMs: 99,
    });
  });
});
