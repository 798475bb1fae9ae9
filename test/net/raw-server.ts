// A TCP or TLS server for tests that says exactly what it is told, byte by byte, and knows who is still connected.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';

/** Called with the head of each request; `time` counts requests from 1. */
export type Script = (socket: Socket, head: string, time: number) => void;

export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:port`, with the host that it listens on. */
  readonly origin: string;
  /** Heads of the requests, in order. */
  readonly requests: string[];
  /** How many connections there have been. */
  connections(): number;
  /** Resolves when the next connection is there. */
  connected(): Promise<void>;
  /** Resolves when every connection there has been is closed. */
  drained(): Promise<void>;
}

export interface RawServerOptions {
  host?: string;
  /** Name of a certificate of this folder; TLS is spoken then. */
  certificate?: string;
  /** Called with each connection before it has said anything. */
  greet?: (socket: Socket) => void;
}

/** Starts a server that lets connect and reads requests; with `certificate` over TLS, else plain. */
export async function startRawServer(
  script: Script,
  { host = '127.0.0.1', certificate, greet }: RawServerOptions = {},
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  const converse = (socket: Socket) => {
    let head = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      requests.push(head);
      script(socket, head, requests.length);
      head = '';
    });
  };
  const pem = certificate && readCertificate(certificate);
  const server = pem ? createTlsServer({ key: pem, cert: pem }, converse) : createServer(converse);
  server.on('tlsClientError', () => {});
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    greet?.(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `${pem ? 'https' : 'http'}://${host}:${port}`,
    requests,
    connections: () => connections,
    connected: async () => {
      if (connections === 0) await once(server, 'connection');
    },
    drained: async () => {
      const closing = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      await Promise.all(closing);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

/** Key and certificate of this folder, made for tests only; `authority` has signed all but `self`. */
export function readCertificate(name: string): string {
  return readFileSync(join(import.meta.dirname, 'certificates', `${name}.pem`), 'utf8');
}

/** A whole answer: status line, headers, body. */
export function answer(status: number, headers: Record<string, string | number>, body = ''): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Whatever\r\n${lines.join('')}\r\n${body}`;
}

/** Writes `text` again and again for as long as the other side takes it. */
export function writeForever(socket: Socket, text: string): void {
  const write = () => {
    while (!socket.destroyed && socket.write(text));
  };
  socket.on('drain', write);
  write();
}
