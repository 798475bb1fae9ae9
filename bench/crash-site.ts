// The site of the crash benchmark: how long a page or a file takes is part of its address.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contentOf } from './files.ts';
import { titleOf } from './site.ts';

const fileBytes = 200_000;

/** A site without a memory. */
export interface CrashSite extends AsyncDisposable {
  /** The address of a page or a file that takes so many milliseconds. */
  link(kind: 'page' | 'file', name: string, ms: number, host: string): string;
}

export async function startCrashSite(): Promise<CrashSite> {
  const server = createServer(({ url = '' }, response) => {
    const [, kind, ms, name = ''] = url.split('/');
    const send = kind === 'file' ? beginFile(response, name) : () => sendPage(response, name);
    const timer = setTimeout(send, Number(ms));
    response.once('close', () => clearTimeout(timer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    link: (kind, name, ms, host) => `http://${host}:${port}/${kind}/${ms}/${name}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function sendPage(response: ServerResponse, name: string): void {
  response.writeHead(200, { 'content-type': 'text/html' }).end(`<title>${titleOf(name)}</title>`);
}

/** Sends one half of the file; the result sends the other. */
function beginFile(response: ServerResponse, name: string): () => void {
  const content = contentOf(name, fileBytes);
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': fileBytes });
  response.write(content.subarray(0, fileBytes / 2));
  return () => response.end(content.subarray(fileBytes / 2));
}
