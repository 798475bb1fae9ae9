// The client against Telegram's own name, intercepted before anything leaves this computer.
//
// Over plain HTTP: nock cannot read TLS that is spoken on a connection which was opened and vetted before.

import { inspect } from 'node:util';
import { GrammyError, HttpError } from 'grammy';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Caller } from '../../src/bot/caller.ts';
import { UnreadableAnswerError, createTelegram } from '../../src/bot/telegram-client.ts';
import type { Telegram } from '../../src/bot/telegram-client.ts';
import type { Resolver } from '../../src/net/resolve.ts';
import { failureOf, keepLog } from './telegram.ts';

const token = '123456:SECRET-part-of-the-token';
const apiRoot = 'http://api.telegram.org';
/** Leads every name to this computer, where nock takes the connection over. */
const resolver: Resolver = { resolve: async () => ['127.0.0.1'] };
const page = '<html><head><title>502 Bad Gateway</title></head></html>';

describe('The client of Telegram', () => {
  beforeAll(() => nock.disableNetConnect());
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });

  let telegram: Telegram;
  beforeEach(() => {
    telegram = createTelegram({ token, apiRoot, resolver });
  });
  afterEach(async () => {
    nock.cleanAll();
    await telegram[Symbol.asyncDispose]();
  });

  /** The guarded client dials an address, so that is what nock sees; the name is in the request. */
  const answering = (method: string, body?: nock.RequestBodyMatcher) =>
    nock('http://127.0.0.1').matchHeader('host', 'api.telegram.org').post(`/bot${token}/${method}`, body);
  const send = () => telegram.bot.api.sendMessage(7, 'hello 😀');

  it('sends JSON and gives back the result', async () => {
    const result = { message_id: 5, text: 'hello 😀' };
    answering('sendMessage', { chat_id: 7, text: 'hello 😀' }).reply(200, { ok: true, result });
    expect(await send()).toEqual(result);
  });

  it('takes an own Bot API server by its port and path', async () => {
    await using own = createTelegram({ token, apiRoot: 'http://bots.example:8081/tg', resolver });
    nock('http://127.0.0.1:8081')
      .post(`/tg/bot${token}/getMe`)
      .reply(200, { ok: true, result: { id: 1 } });
    expect(await own.bot.api.getMe()).toEqual({ id: 1 });
  });

  it("rejects with Telegram's own words and parameters", async () => {
    const parameters = { retry_after: 3 };
    const description = 'Too Many Requests: retry after 3';
    answering('sendMessage').reply(429, { ok: false, error_code: 429, description, parameters });
    expect(await failureOf(send())).toMatchObject({ error_code: 429, description, parameters });
  });

  it.each([
    [502, page],
    [413, page],
    [200, page],
    [200, ''],
    [504, '{"ok": tru'],
  ])('tells an answer that is not JSON by its status (%i, %j)', async (status, body) => {
    answering('sendMessage').reply(status, body);
    const failure = await failureOf(send());
    expect(failure).toBeInstanceOf(HttpError);
    expect((failure as HttpError).error).toBeInstanceOf(UnreadableAnswerError);
    expect((failure as HttpError).error).toMatchObject({ status });
  });

  describe('says the token', () => {
    const failures: [string, () => void][] = [
      [
        'a refusal',
        () =>
          answering('sendMessage').reply(401, { ok: false, error_code: 401, description: 'Unauthorized' }),
      ],
      ['a page', () => answering('sendMessage').reply(502, page)],
      [
        'a broken connection',
        () =>
          answering('sendMessage').replyWithError(Object.assign(new Error('broken'), { code: 'ECONNRESET' })),
      ],
    ];

    it.each(failures)('neither in the error nor in the log: %s', async (_what, arrange) => {
      arrange();
      const { log, logged } = keepLog();
      const caller = new Caller(telegram.bot.api, log);
      const call = caller.call('sendMessage', { chat_id: 7, text: 'x' }, { as: 'progress' });
      const failure = await failureOf(call);
      log.error({ err: failure }, 'failed');
      const told = `${inspect(failure, { depth: 20, showHidden: true })}\n${logged.join('')}`;
      expect(told).not.toContain('SECRET');
      expect(logged.at(-1)).toContain(failure instanceof GrammyError ? 'Unauthorized' : 'sendMessage');
    });
  });

  it('ends a call with its signal', async () => {
    answering('getUpdates').delay(60_000).reply(200, { ok: true, result: [] });
    const controller = new AbortController();
    const polling = failureOf(telegram.bot.api.getUpdates({}, controller.signal as never));
    controller.abort();
    expect(await polling).toBeInstanceOf(HttpError);
  });

  it('refuses a root that names no host', () => {
    expect(() => createTelegram({ token, apiRoot: 'file:///x', resolver })).toThrow(
      'Cannot use Bot API root',
    );
  });
});
