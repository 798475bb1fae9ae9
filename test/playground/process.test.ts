// `npm start` without a token: the playground as a process, with the bot's as its child, and how both end.

import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../process.ts';

/** Starts the process in a home of its own, where its temporary files are, too. */
async function start(parts: AsyncDisposableStack, settings: NodeJS.ProcessEnv = {}) {
  const home = await mkdtempDisposable(join(tmpdir(), 'errand-test-'));
  parts.defer(() => home.remove());
  const main = parts.use(startProcess({ PORT: '0', TMPDIR: home.path, ...settings }, home.path));
  return { home: home.path, main };
}

/** The address of its page, once it is there. */
async function addressOf(main: ReturnType<typeof startProcess>): Promise<string> {
  return (JSON.parse(await main.logged('"started"')) as { web: string }).web;
}

async function post(url: string, input: object = {}): Promise<number> {
  const { statusCode, body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  await body.dump();
  return statusCode;
}

/** The bot's process, known by its line about a request. */
async function findBot(main: ReturnType<typeof startProcess>, web: string): Promise<number> {
  await post(`${web}/playground/people/5001/send`, { text: '/help' });
  return (JSON.parse(await main.logged('"request ended"')) as { pid: number }).pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.concurrent('The playground’s process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with code 0 on %s in the middle of a rush hour and leaves nothing',
    async (signal) => {
      await using parts = new AsyncDisposableStack();
      const { home, main } = await start(parts);
      const web = await addressOf(main);
      for (const path of ['healthz', 'readyz']) {
        const { statusCode, body } = await request(`${web}/${path}`);
        await body.dump();
        expect([path, statusCode]).toEqual([path, 200]);
      }
      const bot = await findBot(main, web);
      expect(await post(`${web}/playground/rush`)).toBe(200);
      await main.logged('"handler":"cards"');
      main.kill(signal);
      expect(await main.ended).toEqual({ code: 0, signal: null, stderr: '' });
      expect(await main.logged('"stopping"')).toContain(signal);
      expect([isAlive(bot), await readdir(home)]).toEqual([false, []]);
    },
  );

  it('takes the bot’s process along when it is killed', async () => {
    await using parts = new AsyncDisposableStack();
    const { main } = await start(parts);
    const bot = await findBot(main, await addressOf(main));
    main.kill('SIGKILL');
    // Its output is closed by the last process that writes to it.
    await main.ended;
    await expect.poll(() => isAlive(bot), { timeout: 12_000, interval: 20 }).toBe(false);
  });

  it('ends with code 1 and the reason when its port is taken', async () => {
    await using parts = new AsyncDisposableStack();
    const first = await start(parts);
    const { port } = new URL(await addressOf(first.main));
    const second = await start(parts, { PORT: port });
    const { code, stderr } = await second.main.ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining(`Cannot listen on 127.0.0.1:${port}`)]);
    expect(await readdir(second.home)).toEqual([]);
  });
});
