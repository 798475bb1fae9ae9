// The guarded connector where nobody answers: it gives up by itself, and at once when told so.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFailure } from '../../src/net/failure.ts';
import { dial } from './dial.ts';
import { startRawServer } from './raw-server.ts';

describe('createConnector where nobody answers', () => {
  let silent: Worker;
  let port = 0;
  const fillers: Socket[] = [];

  beforeAll(async () => {
    // A listener whose thread sleeps accepts nobody: once its queue is full, further connections hang.
    silent = new Worker(
      `const { parentPort } = require('node:worker_threads');
       const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
         parentPort.postMessage(server.address().port);
         setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
       });`,
      { eval: true },
    );
    [port] = await once(silent, 'message');
    // The queue is full when one of the connections is not there although a later round trip is over.
    let connected = 0;
    while (connected === fillers.length) {
      const filler = connect({ port, host: '127.0.0.1' });
      fillers.push(filler);
      filler.on('error', () => {}).once('connect', () => connected++);
      await roundTrip();
    }
  });

  afterAll(async () => {
    for (const filler of fillers) filler.destroy();
    await silent.terminate();
  });

  it('rejects with the reason at once when stopped, and lets go of the socket', async () => {
    const controller = new AbortController();
    const dialled = nextSocket();
    const opening = dial(`http://127.0.0.1:${port}/`, { signal: controller.signal });
    const socket = await dialled;
    expect(socket.connecting).toBe(true);
    const closed = once(socket, 'close');
    const reason = new Error('stopped');
    controller.abort(reason);
    expect(await opening).toBe(reason);
    await closed;
  });

  it('gives up after its own time-out', async () => {
    const error = await dial(`http://127.0.0.1:${port}/`, { connectTimeoutMs: 100 });
    expect(describeFailure(error, 'x').key).toBe('error-unreachable');
  });
});

/** A connection made and closed elsewhere: whatever could be connected before is connected after it. */
async function roundTrip(): Promise<void> {
  await using server = await startRawServer(() => {});
  const socket = connect({ port: server.port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.destroy();
}

/** The next socket that anybody in this process opens. */
function nextSocket(): Promise<Socket> {
  return new Promise((resolve) => {
    const seen = (message: unknown) => {
      unsubscribe('net.client.socket', seen);
      resolve((message as { socket: Socket }).socket);
    };
    subscribe('net.client.socket', seen);
  });
}
