// A line to a Postgres that can be cut and mended: to its users an outage of the server.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface Line extends AsyncDisposable {
  /** The address to use in the place of the server's. */
  readonly url: string;
  /** Ends all connections; new ones are refused. */
  cut(): Promise<void>;
  /** Lets connections through again. */
  mend(): Promise<void>;
  /** Keeps back what the server says, until the line is cut. */
  hush(): void;
}

/** Opens a line to the server at an address. */
export async function openLine(to: string): Promise<Line> {
  const { hostname, port: serverPort } = new URL(to);
  const sockets = new Set<Socket>();
  let isHushed = false;
  const server = createServer((near) => {
    const far = connect(Number(serverPort), hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // Both ends see what becomes of one.
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.on('data', (piece) => far.write(piece));
    far.on('data', (piece) => isHushed || near.write(piece));
  });
  const mend = async (at: number) => {
    isHushed = false;
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
  };
  await mend(0);
  const { port } = server.address() as AddressInfo;
  const cut = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: Object.assign(new URL(to), { port: `${port}` }).href,
    cut,
    mend: () => mend(port),
    hush() {
      isHushed = true;
    },
    [Symbol.asyncDispose]: cut,
  };
}
