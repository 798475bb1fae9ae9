// A process that serves files of any size to the download benchmarks, so that only taking them is measured.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { answerQuestions } from './child.ts';
import { contentOf } from './files.ts';

/** A multiple of what the content repeats. */
const blockBytes = 1_048_576;
const asked = new Set<ServerResponse>();

const server = createServer((request, response) => {
  const [, atOnce, size, name = ''] = request.url?.split('/') ?? [];
  send(response, { name, size: Number(size), atOnce: Number(atOnce) }).catch((error: unknown) =>
    response.destroy(error as Error),
  );
});
server.setMaxListeners(0);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
answerQuestions({ port: () => (server.address() as AddressInfo).port });
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});

interface Wanted {
  name: string;
  size: number;
  atOnce: number;
}

async function send(response: ServerResponse, { name, size, atOnce }: Wanted): Promise<void> {
  asked.add(response);
  try {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
    response.flushHeaders();
    while (asked.size < atOnce) await once(server, 'request');
    await pipeline(Readable.from(blocks(name, size)), response);
  } finally {
    asked.delete(response);
  }
}

function* blocks(name: string, size: number): Generator<Buffer> {
  const block = contentOf(name, blockBytes);
  for (let left = size; left > 0; left -= blockBytes) yield block.subarray(0, left);
}
