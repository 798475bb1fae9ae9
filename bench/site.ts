// A local web site of slow pages, each on a host of its own.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running site. */
export interface Site extends AsyncDisposable {
  /** Milliseconds that a page takes from now on; Infinity: until `release`. */
  holdMs: number;
  /** When the page `name` was asked for, each time, in milliseconds of `performance.now`. */
  visits(name: string): readonly number[];
  /** The address of the page `name`; on a host of that name, if no other is wanted. */
  link(name: string, host?: string): string;
  /** Answers all that is held; from now on pages come at once. */
  release(): void;
}

/** What the page `name` is called; no title is part of another one. */
export function titleOf(name: string): string {
  return `Page ${name}.`;
}

export async function startSite({ holdMs }: { holdMs: number }): Promise<Site> {
  const held = new Map<ServerResponse, { name: string; timer: NodeJS.Timeout | undefined }>();
  const visits = new Map<string, number[]>();

  const answer = (response: ServerResponse) => {
    const { name = '', timer } = held.get(response) ?? {};
    clearTimeout(timer);
    held.delete(response);
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<title>${titleOf(name)}</title>`);
  };
  const server = createServer((request, response) => {
    const name = request.url?.slice(1) ?? '';
    visits.set(name, [...(visits.get(name) ?? []), performance.now()]);
    const timer = site.holdMs < Infinity ? setTimeout(() => answer(response), site.holdMs) : undefined;
    held.set(response, { name, timer });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const site: Site = {
    holdMs,
    visits: (name) => visits.get(name) ?? [],
    link: (name, host = `${name}.localhost`) => `http://${host}:${port}/${name}`,
    release() {
      site.holdMs = 0;
      for (const response of held.keys()) answer(response);
    },
    async [Symbol.asyncDispose]() {
      for (const { timer } of held.values()) clearTimeout(timer);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return site;
}
