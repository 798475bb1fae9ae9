// A child that tries everything it must not do, and answers what became of each attempt.

import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { lookup, Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Things within reach of the test, and so of a child that nothing holds back. */
export interface Reach {
  secretFile: string;
  directory: string;
  port: number;
}

const attempts: Record<string, (reach: Reach) => unknown> = {
  'read its own code': () => readFileSync(import.meta.filename).length > 0,
  'read a file': ({ secretFile }) => readFileSync(secretFile, 'utf8'),
  'list a directory': ({ directory }) => readdirSync(directory),
  'write a file': ({ directory }) => writeFileSync(join(directory, 'written'), ''),
  'write beside its code': () => writeFileSync(join(import.meta.dirname, 'written'), ''),
  connect: ({ port }) => once(connect(port, '127.0.0.1'), 'connect'),
  listen: () => once(createServer().listen(0, '127.0.0.1'), 'listening'),
  'send a datagram': ({ port }) => sendDatagram(port),
  'ask a web server': ({ port }) => once(get({ port, host: '127.0.0.1' }), 'response'),
  'ask the system for a name': () => lookup('localhost'),
  'ask a name server': ({ port }) => resolveAt(port),
  'start a program': () => spawnSync(process.execPath, ['--version']).status,
  'start a thread': () => once(new Worker('0', { eval: true }), 'online'),
  'read the environment': () => Object.keys(process.env),
};

function sendDatagram(port: number): Promise<unknown> {
  const socket = createSocket('udp4').unref();
  socket.send('x', port, '127.0.0.1');
  return once(socket, 'listening');
}

function resolveAt(port: number): Promise<unknown> {
  const resolver = new Resolver({ timeout: 100, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  return resolver.resolve4('a.example');
}

/** What came of one attempt, or the code of its failure; some calls throw out of nowhere when they are refused. */
async function attempt(run: (reach: Reach) => unknown, reach: Reach): Promise<unknown> {
  const uncaught = Promise.withResolvers<never>();
  process.once('uncaughtException', uncaught.reject);
  try {
    const result = await Promise.race([run(reach), uncaught.promise]);
    return Array.isArray(result) && typeof result[0] === 'object' ? 'done' : result;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    process.off('uncaughtException', uncaught.reject);
  }
}

async function attemptAll(reach: Reach): Promise<Record<string, unknown>> {
  const outcomes: Record<string, unknown> = {};
  for (const [name, run] of Object.entries(attempts)) outcomes[name] = await attempt(run, reach);
  return outcomes;
}

process.on('message', (reach: Reach) => void attemptAll(reach).then((answer) => process.send?.({ answer })));
process.on('disconnect', () => process.exit());
process.send?.('ready');
