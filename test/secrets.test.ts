// Nothing that is secret gets out: not in logs, not on stderr, not in replies, readiness or exports, whatever goes wrong.

import { spawn } from 'node:child_process';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import type { Emulator, FaultOutcome } from '../src/emulator/contract.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { usePostgres } from './postgres/database.ts';
import { openLine } from './postgres/line.ts';
import { freePort, password } from './postgres/server.ts';
import { startProcess } from './process.ts';
import type { BotProcess } from './process.ts';
import { page, redirect, silence, startSite } from './world.ts';
import type { Site } from './world.ts';

const token = '1000001:TOKEN-that-nobody-may-see';
const hook = 'HOOK-that-nobody-may-see';
/** Never to be seen anywhere. */
const secrets = ['TOKEN-that', 'HOOK-that', password, encodeURIComponent(password)];
/** What people wrote and where it led, not to be seen above `debug`. */
const theirs = ['QUERY-that', 'WORDS-that', 'PATH-that', 'TITLE-that', 'USERINFO-that'];
const query = '?key=QUERY-that-nobody-may-see';

const base = usePostgres();

/** Where a run takes place: a Bot API, a site and a directory of its own. */
interface Stage extends AsyncDisposable {
  readonly home: string;
  readonly emulator: Emulator;
  readonly site: Site;
  env(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
}

async function setStage(): Promise<Stage> {
  await using parts = new AsyncDisposableStack();
  const directory = await mkdtempDisposable(join(tmpdir(), 'errand-test-'));
  parts.defer(() => directory.remove());
  const emulator = parts.use(await startEmulator({ token }));
  const site = parts.use(await startSite());
  const open = parts.move();
  return {
    home: directory.path,
    emulator,
    site,
    env: (more) => ({
      BOT_TOKEN: token,
      WEBHOOK_SECRET: hook,
      TELEGRAM_API_ROOT: emulator.apiRoot,
      DATA_DIR: join(directory.path, 'data'),
      ALLOW_HOSTS: '127.0.0.1',
      LOOKUP_DEADLINE_MS: '1000',
      DOWNLOAD_DEADLINE_MS: '1000',
      PORT: '0',
      ...more,
    }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** Everything that a process ever wrote, once it is over. */
async function outputOf(bot: BotProcess): Promise<string> {
  const { stderr } = await bot.ended;
  return [...bot.log, stderr].join('\n');
}

/** Which of some words stand in a text, as they are or percent-encoded. */
const found = (words: readonly string[], output: string) => words.filter((word) => output.includes(word));

/** Lets everything go wrong that a person can ask for; resolves when each has an answer. */
async function askForTrouble({ site, emulator }: Stage): Promise<void> {
  site.on('/PATH-that-nobody-may-see', page('TITLE-that-nobody-may-see'));
  site.on('/silent', silence);
  site.on('/inside', redirect(`http://10.0.0.1/${query}`));
  site.on('/named', redirect(`https://me:USERINFO-that-nobody-may-see@site.localhost/${query}`));
  site.on('/broken', (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': 9 }).write('x');
    response.destroy();
  });
  const paths = ['/PATH-that-nobody-may-see', '/silent', '/inside', '/named', '/broken', '/nowhere'];
  const links = [
    ...paths.map((path) => site.url(path + query)),
    site.url(`/tls${query}`).replace('http:', 'https:'),
    `http://site.localhost:${await freePort()}/${query}`,
    `https://me:USERINFO-that-nobody-may-see@site.localhost/${query}`,
    `http://nobody.example/${query}`,
    `http://192.168.0.1/${query}`,
    `ftp://site.localhost/${query}`,
    `https://site.localhost:22/${query}`,
  ];
  const messages = [
    ...links,
    ...links.map((link) => `/get ${link}`),
    'WORDS-that-nobody-may-see',
    '/WORDS-that x',
  ];
  await Promise.all(messages.map((message) => ask(emulator, message)));
}

async function ask(emulator: Emulator, message: string): Promise<void> {
  const person = emulator.person();
  person.send(message);
  await person.chat.waitFor(
    ({ text = '', from }) => from?.is_bot === true && !/^(?:Looking|Asking|Working|You are next)/.test(text),
  );
}

/** Lets Telegram refuse calls in words that repeat what it was sent. */
function quoteSecrets({ emulator }: Stage): void {
  const echo = `${emulator.apiRoot}/bot${token}/x?secret_token=${hook}`;
  const html = `<a href="${echo}">Bad Gateway</a>`;
  const fault = (method: string, outcome: FaultOutcome) => emulator.faults.add({ method, outcome });
  fault('getMe', { status: 500, description: `Internal error at ${echo}` });
  fault('setMyCommands', { status: 400, description: `Bad Request: ${echo}` });
  fault('setWebhook', { status: 500, description: `Cannot set ${echo}` });
  fault('getUpdates', { status: 502, html });
  fault('getUpdates', { status: 500, description: `Internal error at ${echo}` });
  fault('getUpdates', 'drop');
  fault('sendMessage', { status: 400, description: `Bad Request: can't parse ${echo}` });
  fault('sendMessage', { status: 502, html });
  fault('editMessageText', { status: 400, description: `Bad Request: ${echo}` });
  fault('sendDocument', { status: 413, html });
  fault('sendDocument', { status: 400, description: `Bad Request: ${echo}` });
}

/** The answers of the bot's web server to whoever comes by. */
async function knock(web: string): Promise<string> {
  const bring = (secret: string) => ({
    method: 'POST' as const,
    headers: { 'x-telegram-bot-api-secret-token': secret },
    body: `{"${query}`,
  });
  const answers = await Promise.all([
    request(`${web}/healthz`),
    request(`${web}/readyz`),
    request(`${web}/nothing${query}`),
    request(`${web}/telegram`, bring('a guess')),
    request(`${web}/telegram`, bring(hook)),
  ]);
  return (await Promise.all(answers.map(({ body }) => body.text()))).join('\n');
}

/** What `npm run export` says and writes. */
async function exported(home: string, env: NodeJS.ProcessEnv): Promise<string> {
  const file = join(home, 'backup.jsonl');
  const main = join(import.meta.dirname, '../src/export.ts');
  const child = spawn(process.execPath, [main, file], { cwd: home, env });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return [stdout, stderr, await readFile(file, 'utf8')].join('\n');
}

describe.concurrent('A run full of failures', () => {
  it.each([
    ['SQLite', 'polls', 'trace'],
    ['SQLite', 'polls', 'info'],
    ['Postgres', 'has a webhook', 'trace'],
    ['Postgres', 'has a webhook', 'info'],
  ])('on %s that %s, logged at %s, tells no secret', { timeout: 60_000 }, async (database, _way, level) => {
    await using stage = await setStage();
    const { home, emulator, site } = stage;
    const port = await freePort();
    const web = `http://127.0.0.1:${port}`;
    await using line = database === 'Postgres' ? await openLine(await base.createBare()) : undefined;
    const shared = line && { DATABASE_URL: line.url, WEBHOOK_URL: `${web}/telegram` };
    const nameServer = `127.0.0.1:${await freePort()}`;
    const env = stage.env({ LOG_LEVEL: level, PORT: `${port}`, DNS_SERVERS: nameServer, ...shared });
    quoteSecrets(stage);
    await using bot = startProcess(env, home);
    await bot.logged('"msg":"started"');
    await askForTrouble(stage);
    const told = [await knock(web)];
    if (line) {
      await line.cut();
      const asked = ask(emulator, site.url(`/PATH-that-nobody-may-see${query}`));
      await bot.logged('"trouble":"database"');
      told.push(await knock(web));
      await line.mend();
      await asked;
    }
    bot.kill('SIGTERM');
    const output = await outputOf(bot);
    const replies = emulator.chats().map(({ messages }) => messages.filter(({ from }) => from?.is_bot));

    expect(output).toContain('request ended');
    const all = [output, JSON.stringify(replies), ...told, await exported(home, env)].join('\n');
    expect(found(secrets, all)).toEqual([]);
    if (level === 'info') expect(found(theirs, [output, ...told].join('\n'))).toEqual([]);
  });
});

describe.concurrent('A start that fails', () => {
  const refused = 'postgres://errand:pa55-w%C3%B6rd@127.0.0.1:1/errand';
  const wrongPassword = () =>
    base.url.replace(encodeURIComponent(password), `wrong-${encodeURIComponent(password)}`);
  it.each<[string, () => NodeJS.ProcessEnv, string]>([
    [
      'settings that are wrong',
      () => ({
        BOT_TOKEN: 'TOKEN-that',
        WEBHOOK_SECRET: 'HOOK-that!',
        DATABASE_URL: `mysql://me:${password}@db/x`,
      }),
      'BOT_TOKEN: expected',
    ],
    ['a token that Telegram refuses', () => ({ BOT_TOKEN: '1000002:TOKEN-that' }), 'refuses BOT_TOKEN'],
    ['a password that Postgres refuses', () => ({ DATABASE_URL: wrongPassword() }), 'password'],
    ['a database that is not there', () => ({ DATABASE_URL: refused }), ''],
  ])('for %s repeats no secret', async (_, wrong, expected) => {
    await using stage = await setStage();
    await using bot = startProcess(stage.env({ LOG_LEVEL: 'trace', ...wrong() }), stage.home);
    if (expected === '') {
      await bot.logged('Cannot reach the database');
      bot.kill('SIGTERM');
    }
    const output = await outputOf(bot);
    expect(output).toContain(expected);
    expect(found(secrets, output)).toEqual([]);
  });
});
