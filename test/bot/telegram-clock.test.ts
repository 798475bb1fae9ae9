// How far Telegram's clock is ahead, and what is said of it.

import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Inbox } from '../../src/work/inbox.ts';
import { NotDone } from '../../src/bot/not-done.ts';
import { noteDate, telegramAheadMs } from '../../src/bot/telegram-clock.ts';
import { createTelegram } from '../../src/bot/telegram-client.ts';
import { createResolver } from '../../src/net/resolve.ts';
import { keepLog } from './telegram.ts';

const hourMs = 60 * 60 * 1000;
const dateIn = (ms: number) => new Date(Date.now() + ms).toUTCString();

afterEach(() => noteDate(dateIn(0)));

describe('telegramAheadMs', () => {
  it.each([-2, 0, 2])('tells of a Telegram that is %i hours ahead, by its answers', async (hours) => {
    const server = createServer((_request, response) => {
      response.setHeader('date', dateIn(hours * hourMs));
      response.end('{"ok":true,"result":{}}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await using _server = { [Symbol.asyncDispose]: async () => void server.close() };
    const { port } = server.address() as { port: number };
    const apiRoot = `http://127.0.0.1:${port}`;
    await using telegram = createTelegram({ token: '1:a', apiRoot, resolver: createResolver() });
    await telegram.bot.api.getMe();
    expect(Math.round(telegramAheadMs() / 60_000)).toBe(hours * 60);
  });

  it('is nothing for a few minutes, and stays what it was without a date that can be read', () => {
    noteDate(dateIn(5 * 60_000));
    expect(telegramAheadMs()).toBe(0);
    noteDate(dateIn(hourMs));
    const aheadMs = telegramAheadMs();
    for (const header of [undefined, 'soon', ['a', 'b']]) noteDate(header);
    expect(telegramAheadMs()).toBe(aheadMs);
  });
});

describe('NotDone', () => {
  it("goes by Telegram's clock where this computer's is wrong, and warns of it once", () => {
    const { log, logged } = keepLog();
    const notDone = new NotDone({ log } as unknown as ConstructorParameters<typeof NotDone>[0]);
    const sent = { update_id: 1, message: { date: Math.floor((Date.now() - 2 * hourMs) / 1000) } };
    const entry = { update: sent, acceptedAt: Date.now(), note: {} } as unknown as Awaited<
      ReturnType<Inbox['take']>
    >[number];
    expect(notDone.isTooOld(entry)).toBe(true);
    expect(logged).toEqual([]);
    noteDate(dateIn(-2 * hourMs));
    expect([notDone.isTooOld(entry), notDone.isTooOld(entry)]).toEqual([false, false]);
    expect(logged).toEqual([
      expect.stringContaining('the clock of this computer is wrong: 120 minutes fast'),
    ]);
  });
});
