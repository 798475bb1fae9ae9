// A way to a server that can be cut: from then on whoever wants to go there is refused, until it is mended.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface Relay extends AsyncDisposable {
  /** Where it begins, like `http://127.0.0.1:8080`. */
  readonly root: string;
  /** Leads to another server from now on, given by its root. */
  leadTo(root: string): void;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** Starts a relay that leads nowhere yet. */
export async function startRelay(): Promise<Relay> {
  const sockets = new Set<Socket>();
  let target = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((from) => {
    const to = keep(connect(target, '127.0.0.1'));
    keep(from).pipe(to).pipe(from);
    from.once('close', () => to.destroy());
    to.once('close', () => from.destroy());
  });
  const open = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const cut = async () => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  const port = await open(0);
  return {
    root: `http://127.0.0.1:${port}`,
    leadTo: (root) => void (target = Number(new URL(root).port)),
    cut,
    mend: async () => void (await open(port)),
    [Symbol.asyncDispose]: cut,
  };
}
