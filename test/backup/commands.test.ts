// `npm run export` and `npm run import` as an operator calls them.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDataDirectory } from '../../src/store/data-directory.ts';
import { usePostgres } from '../postgres/database.ts';
import { password } from '../postgres/server.ts';
import { some } from '../work/inbox-stage.ts';
import { aDirectory, exportOf, live } from './places.ts';

const base = usePostgres();
let home: Awaited<ReturnType<typeof aDirectory>>;
beforeEach(async () => {
  home = await aDirectory();
  await base.empty();
});
afterEach(() => home.remove());

const secrets = { BOT_TOKEN: '123456:SECRET-token', WEBHOOK_SECRET: 'SECRET-hook' };

/** Runs a command in the home directory. */
function run(command: 'export' | 'import', args: readonly string[], env: NodeJS.ProcessEnv) {
  const main = join(import.meta.dirname, `../../src/${command}.ts`);
  return spawn(process.execPath, [main, ...args], { cwd: home.path, env: { ...secrets, ...env } });
}

function start(...[command, args, env]: Parameters<typeof run>) {
  const child = run(command, args, env);
  const said = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { child, ended: said.then(([stdout, stderr]) => ({ stdout, stderr, code: child.exitCode })) };
}

function call(command: 'export' | 'import', args: readonly string[], env: NodeJS.ProcessEnv, input = '') {
  const { child, ended } = start(command, args, env);
  child.stdin.end(input);
  return ended;
}

const wellKept = (name: string) => ({ DATA_DIR: join(home.path, name) });

async function fill(name: string): Promise<void> {
  await mkdir(join(home.path, name));
  await using life = live(join(home.path, name));
  await life.inbox.accept(some(1, 2));
  await life.stores.links.set('a', 'b');
}

describe('The commands', () => {
  it('move a bot from its files to Postgres and back, without its secrets', async () => {
    await fill('here');
    const exported = await call('export', ['backup.jsonl'], wellKept('here'));
    expect(exported).toMatchObject({ code: 0, stdout: '' });
    expect(exported.stderr).toContain('2 open, 0 buried and 0 done updates, 1 entries');
    const file = join(home.path, 'backup.jsonl');
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const database = { DATABASE_URL: base.url, ...wellKept('nowhere') };
    expect(await call('import', ['backup.jsonl'], database)).toMatchObject({ code: 0, stdout: '' });
    const back = await call('export', [], database);
    expect(await call('import', [], wellKept('there'), back.stdout)).toMatchObject({ code: 0 });
    const again = await call('export', [], wellKept('there'));

    const before = await readFile(file, 'utf8');
    expect(again.stdout.split('\n').slice(1)).toEqual(before.split('\n').slice(1));
    const all = [before, exported.stderr, back.stdout, back.stderr].join('');
    expect(all).not.toMatch(/SECRET/);
    expect(decodeURIComponent(all)).not.toContain(password);
    expect(await readdir(home.path)).toEqual(expect.not.arrayContaining(['nowhere']));
  });

  it('say what is wrong in one line, and end with 1', async () => {
    await fill('here');
    await writeFile(
      join(home.path, 'cut.jsonl'),
      exportOf({ kind: 'done', id: 1, acceptedAt: 1 }).slice(0, -9),
    );
    const env = wellKept('here');
    using _bot = await claimDataDirectory(env.DATA_DIR);
    const results = await Promise.all([
      call('export', ['new.jsonl'], env),
      call('import', ['cut.jsonl'], wellKept('there')),
      call('import', ['missing.jsonl'], wellKept('elsewhere')),
      call('export', ['a', 'b'], env),
      call('import', ['--mrege'], env),
      call('export', [], { ...env, PORT: 'x' }),
    ]);
    expect(results.map(({ code }) => code)).toEqual(results.map(() => 1));
    expect(results.map(({ stderr }) => stderr)).toEqual([
      `Cannot use DATA_DIR "${env.DATA_DIR}": another process uses it\n`,
      'Cannot read "cut.jsonl": line 3: not JSON: was it cut off?\n',
      expect.stringContaining('Cannot read "missing.jsonl": ENOENT'),
      'One file at most\nUsage: export [FILE]\n',
      expect.stringContaining('Usage: import [--merge] [FILE]\n'),
      expect.stringContaining('PORT: expected a whole number'),
    ]);
    expect(await readdir(home.path)).not.toContain('new.jsonl');
  });

  it('end at SIGINT with nothing done, also when the terminal and npm both send it', async () => {
    const { child, ended } = start('import', [], { DATABASE_URL: base.url });
    child.stdin.write(exportOf({ kind: 'done', id: 1, acceptedAt: 1 }).slice(0, -30));
    await expect
      .poll(
        () =>
          base.run(
            `SELECT FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()`,
          ),
        {
          timeout: 10_000,
        },
      )
      .toHaveLength(1);
    child.kill('SIGINT');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'The import was stopped: nothing was imported\n' });
    expect(await base.run('SELECT FROM errand.updates')).toEqual([]);
  });

  it('say so when nobody reads what is written', async () => {
    await fill('here');
    const child = run('export', [], wellKept('here'));
    child.stdout.destroy();
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'Cannot write to standard output: write EPIPE\n' });
  });
});
