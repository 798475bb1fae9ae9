// Starts that cannot go well: one clear line for the operator, without the password.

import { describe, expect, it } from 'vitest';
import { startFleet } from './fleet.ts';
import { freePort, password, run } from './postgres/server.ts';
import { stop, well } from './stopping.ts';

type Change = (url: URL) => void | Promise<unknown>;

describe.concurrent('The bot ends with one clear line and without its password', () => {
  it.each<[string, string, Change]>([
    ['of a wrong password', 'wrong user name or password', (url) => void (url.password = 'wrong-password')],
    ['of a missing database', 'no such database', (url) => void (url.pathname = '/nothing_of_that_name')],
    [
      'of tables of a newer program',
      'version 1000000',
      ({ href }) => run(href, 'UPDATE errand.meta SET version = 1000000'),
    ],
  ])('because %s', async (_, words, change) => {
    await using fleet = await startFleet();
    const url = new URL(fleet.databaseUrl);
    await change(url);
    const bot = fleet.begin('bad', { DATABASE_URL: url.href });
    const { code, stderr } = await bot.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(words);
    expectNoPassword([stderr, ...bot.log], url);
  });
});

describe.concurrent('The bot waits for a database that cannot be reached', () => {
  it('and says so until it is told to stop', async () => {
    await using fleet = await startFleet();
    const url = Object.assign(new URL(fleet.databaseUrl), { port: `${await freePort()}` });
    const bot = fleet.begin('waiting', { DATABASE_URL: url.href });
    const line = await bot.logged('Cannot reach the database');
    expect(line).toContain('connection refused');
    expect(await stop(bot)).toEqual(well);
    expectNoPassword(bot.log, url);
  });
});

function expectNoPassword(lines: readonly string[], url: URL): void {
  for (const secret of [password, encodeURIComponent(password), url.password]) {
    expect(lines.join('\n')).not.toContain(secret);
  }
}
