// A real Postgres on the loopback address: started from scratch, gone without a trace.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Order, Report } from './serve.ts';

/** What is always in an address here, and must never be seen anywhere else. */
export const password = 'pa55-wörd';

/** A server that can be stopped and started again. */
export interface Server extends AsyncDisposable {
  /** The address of a database, by default of the one that is always there. */
  url(name?: string): string;
  stop(): Promise<void>;
  start(): Promise<void>;
  restart(): Promise<void>;
}

/** Starts a server of its own. Rejects, saying why, where that cannot be. */
export async function startServer(): Promise<Server> {
  const port = await freePort();
  // In this process, the package's exit hooks would let a failed run end with code 0.
  const child = fork(join(import.meta.dirname, 'serve.ts'), [`${port}`, password], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const report = async () => {
    const early = exited.then(([code]): [Report] => [`its process ended with ${code}`]);
    const [failure] = (await Promise.race([once(child, 'message'), early])) as [Report];
    if (failure === null) return;
    if (child.connected) child.disconnect();
    throw new Error(`Cannot start or stop a Postgres for the tests: ${failure}`);
  };
  const give = (order: Order) => {
    const reported = report();
    child.send(order);
    return reported;
  };
  await report();
  return {
    url: (name = 'postgres') =>
      `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`,
    stop: () => give('stop'),
    start: () => give('start'),
    async restart() {
      await give('stop');
      await give('start');
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** Runs statements as the server's owner. */
export async function run(url: string, statements: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(statements)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

/** A port of the loopback address that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
