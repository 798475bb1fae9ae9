// The guarded connector: the one place where a socket to the outside is opened, and only to vetted addresses.

import { connect as dialTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as dialTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { callbackify } from 'node:util';
import { Agent } from 'undici';
import type { buildConnector } from 'undici';
import type { Turnstile } from '../async/turnstile.ts';
import { isSameAddress, siteOf } from './address.ts';
import { bareHost, isOpened } from './allow.ts';
import { PolicyError } from './failure.ts';
import { portOf } from './ports.ts';
import { vet } from './vet.ts';
import type { VetOptions } from './vet.ts';

/** What a connector needs: the rules, the resolver, and when to stop. */
export interface ConnectorOptions extends VetOptions {
  /** Ends what is under way at once: the lookup, the dialling, the TLS handshake. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for dialling all addresses together, and again for the TLS handshake. */
  connectTimeoutMs?: number | undefined;
  /** How often one remote address is dialled; those that a rule opens are the operator's to bound. */
  turnstile?: Turnstile | undefined;
  /** Told about each socket before anything is written to it. */
  onConnect?: ((socket: Socket | TLSSocket) => void) | undefined;
}

/** Milliseconds for dialling by default. */
export const defaultConnectTimeoutMs = 8_000;

/**
 * Makes the `connect` function of an undici dispatcher, the only hook that runs for every new socket: names, literal
 * addresses, redirects and retries alike. A destination that is not public and not opened by a rule
 * fails with `PolicyError` before a byte leaves.
 */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const connect = callbackify((target: buildConnector.Options) => open(target, options));
  return (target, callback) =>
    connect(target, (error, socket) => (error ? callback(error, null) : callback(null, socket)));
}

/**
 * A pooled undici agent on guarded connections, for hosts that the operator has configured.
 * Rules for them go in `allow`; `agent` takes undici's own options; `signal` also stops connections under way.
 */
export function guardedAgent({
  agent,
  ...options
}: Omit<ConnectorOptions, 'onConnect'> & { agent?: Omit<Agent.Options, 'connect'> }): Agent {
  return new Agent({ ...agent, allowH2: false, connect: createConnector(options) });
}

async function open(target: buildConnector.Options, options: ConnectorOptions): Promise<Socket | TLSSocket> {
  const host = bareHost(target.hostname);
  const port = portOf({ ...target, port: target.port ?? '' });
  const addresses = await vet(host, port, options);
  const socket = await dialFirst(addresses, host, port, options);
  const ready = target.protocol === 'https:' ? await secure(socket, host, options) : socket;
  options.onConnect?.(ready);
  return ready;
}

async function dialFirst(
  addresses: string[],
  host: string,
  port: number,
  options: ConnectorOptions,
): Promise<Socket> {
  const { allow, signal, turnstile, connectTimeoutMs = defaultConnectTimeoutMs } = options;
  const timeoutMs = Math.ceil(connectTimeoutMs / Math.max(addresses.length, 1));
  const errors: unknown[] = [];
  for (const address of addresses) {
    if (!isOpened(allow, { host, port, address })) await turnstile?.pass(siteOf(address), { signal });
    try {
      return await dial(address, port, { signal, timeoutMs });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof PolicyError) throw error;
      errors.push(error);
    }
  }
  throw new AggregateError(
    errors,
    `Cannot connect to port ${port}: none of ${addresses.length} addresses answers`,
  );
}

async function dial(address: string, port: number, limits: Limits): Promise<Socket> {
  limits.signal?.throwIfAborted();
  const socket = dialTcp({ host: address, port, autoSelectFamily: false, noDelay: true, keepAlive: true });
  await ready(socket, 'connect', limits);
  const peer = socket.remoteAddress;
  // Without a peer the connection is gone again, and using it will say so.
  if (peer === undefined || isSameAddress(peer, address)) return socket;
  socket.destroy();
  throw new PolicyError(`Refused to use a connection: it leads to ${peer}, not to ${address}`);
}

/** TLS on a connection that is vetted already, so that not even a greeting reaches anybody else. */
async function secure(socket: Socket, host: string, options: ConnectorOptions): Promise<TLSSocket> {
  const { signal, connectTimeoutMs: timeoutMs = defaultConnectTimeoutMs } = options;
  const tls = dialTls({
    socket,
    host,
    ...(isIP(host) ? {} : { servername: host }),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
  });
  await ready(tls, 'secureConnect', { signal, timeoutMs });
  return tls;
}

interface Limits {
  signal?: AbortSignal | undefined;
  timeoutMs: number;
}

/** Waits until the socket is usable. On failure, time-out or abort it is destroyed before the promise rejects. */
function ready(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  { signal, timeoutMs }: Limits,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = (error: unknown) => {
    socket.destroy();
    reject(error);
  };
  const stop = () => giveUp(signal?.reason);
  const timer = setTimeout(() => giveUp(timedOut(event, timeoutMs)), timeoutMs);
  signal?.addEventListener('abort', stop, { once: true });
  // Stays for the socket's whole life: an error between two owners must not end the process.
  socket.on('error', giveUp);
  socket.once('close', () => giveUp(new Error(`Cannot open a connection: closed before ${event}`)));
  socket.once(event, () => resolve());
  if (signal?.aborted) stop();
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  });
}

function timedOut(event: string, timeoutMs: number): Error {
  const error = new Error(`Cannot open a connection: no ${event} within ${timeoutMs} ms`);
  return Object.assign(error, { code: 'ETIMEDOUT' });
}
