// A small web on this computer, so that links, slow pages and downloads can be tried without the internet.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sleep } from '../async/sleep.ts';
import { sendSampleFile } from './sample-file.ts';
import type { SampleFile } from './sample-file.ts';
import {
  articlePage,
  hostilePage,
  lampPicture,
  missingPage,
  newsPage,
  renderPage,
  slowPage,
  stallPage,
} from './sample-pages.ts';
import type { SamplePage } from './sample-pages.ts';

/** A message worth sending to the bot, and what it shows. */
export interface Suggestion {
  readonly label: string;
  readonly text: string;
}

/** The running sample web; disposing it is closing it. */
export interface SampleWeb extends AsyncDisposable {
  readonly port: number;
  /** Where the sample web really listens, as entries of `ALLOW_HOSTS`. */
  readonly sampleHosts: readonly string[];
  /**
   * The address of `path` on one of the sites, like `http://news.localhost:4711/`. With a number behind its name, like
   * `news-7`, it is another host that answers the same.
   */
  address(site: string, path?: string): string;
  /** Messages to offer: each shows one thing that the web can do to a bot. */
  suggestions(): Suggestion[];
  /** Stops listening and ends every connection at once, also those that were never answered. */
  close(): Promise<void>;
}

/** How the sample web behaves: the pace of its files and how long its slow page thinks. */
export interface SampleWebOptions {
  readonly bytesPerSecond?: number;
  readonly slowMs?: number;
}

interface Visitor {
  /** What stands behind the name of the site, like `-7`. */
  readonly number: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborts when the visitor has gone or the sample web is closed. */
  readonly signal: AbortSignal;
}

type Answer = (visitor: Visitor) => Promise<void> | void;

const starMap: SampleFile = { name: 'star-map.bin', sizeBytes: 30_000_000 };
const tideTables: SampleFile = { name: 'tide-tables.bin', sizeBytes: 20_000_000, breaksAtBytes: 10_000_000 };
const priceList: SampleFile = { name: 'price-list.bin', sizeBytes: 400_000 };
const wholeSky: SampleFile = { name: 'whole-sky.bin', sizeBytes: 51_000_000 };

/**
 * Starts the sample web on a free port of 127.0.0.1. Its sites are told apart by name: every name that ends in
 * `.localhost` means this computer (RFC 6761 §6.3), and each is a host of its own.
 */
export async function startSampleWeb({
  bytesPerSecond = 2_500_000,
  slowMs = 8_000,
}: SampleWebOptions = {}): Promise<SampleWeb> {
  let answers: Record<string, Answer> = {};
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const [host = ''] = (request.headers.host ?? '').toLowerCase().split('.localhost');
    const [, site = '', number = ''] = /^(.*?)(-\d{1,9})?$/.exec(host) ?? [];
    const path = URL.parse(request.url ?? '', 'http://localhost')?.pathname ?? '';
    const known = Object.hasOwn(answers, site + path) ? site + path : 'missing';
    visit(answers[known], { number, request, response, signal: gone.signal }).catch((error: Error) =>
      response.destroy(error),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  const address = (site: string, path = '/') => `http://${site}.localhost:${port}${path}`;
  answers = createAnswers({ address, bytesPerSecond, slowMs });

  let closed: Promise<void> | undefined;
  const close = () =>
    (closed ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }));

  return {
    port,
    sampleHosts: [`127.0.0.1:${port}`],
    address,
    suggestions: () => suggest(address),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What each address (site and path) answers; `missing` stands for all the others. */
function createAnswers({
  address,
  bytesPerSecond,
  slowMs,
}: Required<SampleWebOptions> & Pick<SampleWeb, 'address'>): Record<string, Answer> {
  const html =
    (page: SamplePage, site: string, path = '/', status = 200): Answer =>
    ({ response, number }) => {
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
      response.end(renderPage(page, address(site + number, path)));
    };
  const file =
    (sample: SampleFile): Answer =>
    ({ request, response, signal }) =>
      sendSampleFile(request, response, sample, { bytesPerSecond, signal });
  const redirect =
    (status: number, site: string): Answer =>
    ({ response, number }) => {
      response.writeHead(status, { location: address(site + number) }).end();
    };

  return {
    'news/': html(newsPage, 'news'),
    'news/lamp.svg': ({ response }) => {
      response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(lampPicture);
    },
    'journal/kettle': html(articlePage, 'journal', '/kettle'),
    'slow/': async (visitor) => {
      await sleep(slowMs, { signal: visitor.signal });
      return html(slowPage, 'slow')(visitor);
    },
    'stall/': async (visitor) => {
      const number = Math.abs(Number(visitor.number));
      await sleep(stallMs(number), { signal: visitor.signal });
      return html(stallPage(number), 'stall')(visitor);
    },
    'silent/': () => {},
    'broken/': ({ response }) => void response.destroy(),
    'files/price-list.bin': file(priceList),
    'files/star-map.bin': file(starMap),
    'files/whole-sky.bin': file(wholeSky),
    'shaky/tide-tables.bin': file(tideTables),
    'first/': redirect(301, 'second'),
    'second/': redirect(302, 'third'),
    'third/': redirect(307, 'fourth'),
    'fourth/': redirect(308, 'news'),
    'hostile/': html(hostilePage, 'hostile'),
    missing: html(missingPage, 'missing', '/', 404),
  };
}

/** Milliseconds that a market stall needs to answer, from one to three seconds. */
function stallMs(number: number): number {
  return 1_000 + ((number * 617) % 2_000);
}

async function visit(answer: Answer | undefined, visitor: Visitor): Promise<void> {
  if (visitor.request.method !== 'GET' && visitor.request.method !== 'HEAD') {
    visitor.response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  try {
    await answer?.(visitor);
  } catch (error) {
    // A visitor who leaves early is what half of these pages are for.
    if (!visitor.signal.aborted) throw error;
  }
}

function suggest(address: SampleWeb['address']): Suggestion[] {
  const several = [
    address('news'),
    address('journal', '/kettle'),
    address('slow'),
    address('first'),
    address('news', '/lost'),
  ];
  return [
    { label: 'A link', text: address('news') },
    { label: 'Five links at once', text: `What do these say?\n${several.join('\n')}` },
    { label: 'Takes 8 seconds', text: address('slow') },
    { label: 'Never answers', text: address('silent') },
    { label: 'A 30 MB file', text: `/get ${address('files', '/star-map.bin')}` },
    { label: 'Breaks half-way', text: `/get ${address('shaky', '/tide-tables.bin')}` },
    { label: 'Too large to send', text: `/get ${address('files', '/whole-sky.bin')}` },
    { label: 'An article', text: address('journal', '/kettle') },
    { label: 'Four redirects', text: address('first') },
    { label: 'Nothing there', text: address('news', '/lost') },
    { label: 'A hostile title', text: address('hostile') },
  ];
}
