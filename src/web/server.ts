// The web server: finds the route of a request, keeps the limits, tells whether the service is alive and ready.

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { HttpError, sendJson } from './exchange.ts';
import type { Route } from './exchange.ts';

/** Whether updates really flow, and what that was judged by. */
export interface Readiness {
  readonly ready: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What the web server serves and where. */
export interface WebServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly routes: readonly Route[];
  /** Asked for every `/readyz`. */
  readonly ready: () => Readiness;
  /** Looks at every request before anything else does; throws an `HttpError` to refuse it. */
  readonly guard?: (request: IncomingMessage) => void;
  /** Told of every error that is ours; the visitor only learns that there was one. */
  readonly onError: (error: unknown) => void;
}

/** The running web server; disposing it is closing it. */
export interface WebServer extends AsyncDisposable {
  readonly port: number;
  /** Where it listens, like `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Stops listening and ends every connection, event streams too. */
  close(): Promise<void>;
}

interface CompiledRoute extends Route {
  readonly pattern: RegExp;
}

const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  // The longest that a file of 60 MB may take on its way up.
  requestTimeout: 120_000,
  // Longer than proxies keep theirs, so that none sends an update down a connection that is just being closed.
  keepAliveTimeout: 75_000,
};

/**
 * Starts listening. Beside `routes` it answers `GET /healthz` (the process is alive) and `GET /readyz` (200 or 503 with
 * what `ready` says). Rejects with an Error that names the address and what is wrong with it.
 */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { host, port, ready, onError } = options;
  const routes = [...healthRoutes(ready), ...options.routes].map(compile);
  const server = createServer(limits, (request, response) => {
    answer(request, response, { routes, guard: options.guard }).catch((error: unknown) =>
      fail(response, error, onError),
    );
  });
  const boundPort = await listen(server, host, port);
  let closed: Promise<void> | undefined;
  const close = () =>
    (closed ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }));
  return { port: boundPort, url: `http://${inUrl(host)}:${boundPort}`, close, [Symbol.asyncDispose]: close };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, guard }: { routes: readonly CompiledRoute[]; guard: WebServerOptions['guard'] },
): Promise<void> {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  guard?.(request);
  const url = URL.parse(`http://localhost${request.url ?? ''}`);
  if (!url) throw new HttpError(400, 'Cannot read the address');
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const here = routes.filter(({ pattern }) => pattern.test(url.pathname));
  const route = here.find((candidate) => candidate.method === method);
  if (here.length === 0) throw new HttpError(404, 'There is nothing at this address');
  if (!route) {
    response.setHeader('allow', here.map((candidate) => candidate.method).join(', '));
    throw new HttpError(405, `This address does not take ${request.method}`);
  }
  const params = route.pattern.exec(url.pathname)?.groups ?? {};
  await route.handle({ request, response, url, params });
}

function fail(response: ServerResponse, error: unknown, onError: (error: unknown) => void): void {
  // A visitor who went away makes reading or writing fail; nobody is left to be told.
  if (response.destroyed) return;
  const known = error instanceof HttpError;
  if (!known) onError(error);
  if (response.headersSent) response.destroy();
  else
    sendJson(
      response,
      { error: known ? error.message : 'Something went wrong here' },
      known ? error.status : 500,
    );
}

function healthRoutes(ready: WebServerOptions['ready']): Route[] {
  return [
    { method: 'GET', path: '/healthz', handle: ({ response }) => sendJson(response, { ok: true }) },
    {
      method: 'GET',
      path: '/readyz',
      handle({ response }) {
        const readiness = ready();
        sendJson(response, readiness, readiness.ready ? 200 : 503);
      },
    },
  ];
}

function compile(route: Route): CompiledRoute {
  const source = route.path
    .split('/')
    .map((part) => (part.startsWith(':') ? `(?<${part.slice(1)}>[^/]+)` : RegExp.escape(part)))
    .join('/');
  return { ...route, pattern: new RegExp(`^${source}$`) };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = listenFailures[error.code ?? ''] ?? error.message;
      reject(new Error(`Cannot listen on ${inUrl(host)}:${port}: ${reason}`, { cause: error }));
    });
    server.listen(port, host, () => {
      const bound = server.address();
      resolve(bound !== null && typeof bound === 'object' ? bound.port : port);
    });
  });
}

const listenFailures: Record<string, string> = {
  EADDRINUSE: 'the port is taken; set PORT to another one, or to 0 for any that is free',
  EACCES: 'this port is not open to ordinary users; set PORT to one above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; check HOST',
  ENOTFOUND: 'no such host; check HOST',
};

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
