// What stands before many instances: it passes each request to the next of them, one after another.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { request as ask } from 'undici';

export interface Front extends AsyncDisposable {
  /** Its address, like `http://127.0.0.1:8080`. */
  readonly root: string;
  /** Passes to this root too from now on, in turn with the others. */
  add(root: string): void;
}

/** Starts a front that leads nowhere yet. Whoever refuses a connection is passed over from then on. */
export async function startFront(): Promise<Front> {
  const targets = new Set<string>();
  const next = () => {
    const [target] = targets;
    if (target === undefined) return undefined;
    targets.delete(target);
    targets.add(target);
    return target;
  };
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = 'GET', headers, url = '/' } = request;
    const body = await buffer(request);
    for (let target = next(); target !== undefined; target = next()) {
      try {
        const answer = await ask(new URL(url, target), {
          method: method as 'POST',
          headers: onward(headers),
          body,
        });
        response.writeHead(answer.statusCode).end(Buffer.from(await answer.body.arrayBuffer()));
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') break;
        targets.delete(target);
      }
    }
    response.destroy();
  };
  // Whoever leaves before it was passed on is told nothing.
  const server = createServer(
    (request, response) => void pass(request, response).catch(() => response.destroy()),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (root) => void targets.add(root),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The headers but those that are each connection's own. */
function onward(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return { ...headers, connection: undefined, host: undefined, 'content-length': undefined };
}
