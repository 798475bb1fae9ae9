// The files of the playground's page, read once at the start: no address ever becomes a path.

import { readdirSync, readFileSync } from 'node:fs';
import { extname, sep } from 'node:path';
import type { ServerResponse } from 'node:http';
import { HttpError } from './exchange.ts';
import type { Route } from './exchange.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const policy = [
  "default-src 'self'",
  "img-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the page at `/` and what belongs to it under `/page/`, under a policy that runs no script but its own. */
export function createPageRoutes(directory = new URL('page/', import.meta.url)): Route[] {
  const files = new Map<string, { type: string; bytes: Buffer }>();
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const type = types[extname(name)];
    if (type) files.set(name.replaceAll(sep, '/'), { type, bytes: readFileSync(new URL(name, directory)) });
  }

  const send = (response: ServerResponse, name: string) => {
    const file = files.get(name);
    if (!file) throw new HttpError(404, 'There is nothing at this address');
    response.writeHead(200, {
      'content-type': file.type,
      'content-length': file.bytes.length,
      'content-security-policy': policy,
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
    response.end(file.bytes);
  };

  return [
    { method: 'GET', path: '/', handle: ({ response }) => send(response, 'index.html') },
    {
      method: 'GET',
      path: '/page/:name',
      handle: ({ response, params }) => send(response, `${params['name']}`),
    },
    {
      method: 'GET',
      path: '/page/:part/:name',
      handle: ({ response, params }) => send(response, `${params['part']}/${params['name']}`),
    },
  ];
}
