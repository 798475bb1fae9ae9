// The playground's event stream: what happens, sent to the page as server-sent events that can be resumed.

import { randomBytes } from 'node:crypto';
import type { Journal, Line } from './backstage.ts';
import type { Exchange, Route } from './exchange.ts';

/** The stream's route, and the cursor that a page with the state after event `seq` resumes from. */
export interface EventStream {
  readonly route: Route;
  cursor(seq: number): string;
}

const linesAtOnce = 100;

/**
 * Streams the journal from a cursor, given as `Last-Event-ID` or `?since=`, as fast as the page reads. When events after
 * the cursor are forgotten, or it is of an earlier run, the stream says `gap` and ends. Every `heartbeatMs` the cursor
 * alone is sent.
 */
export function createEventStream(
  journal: Journal,
  { heartbeatMs = 15_000 }: { heartbeatMs?: number } = {},
): EventStream {
  const run = randomBytes(6).toString('hex');
  const cursor = (seq: number) => `${run}-${seq}`;

  const seqOf = (given: string): number | undefined => {
    const [of, seq = ''] = given.split('-');
    return of === run && /^\d{1,15}$/.test(seq) ? Number(seq) : undefined;
  };

  const handle = ({ request, response, url }: Exchange) => {
    const since = request.headers['last-event-id']?.toString() ?? url.searchParams.get('since') ?? '';
    let at = seqOf(since);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const next = (): readonly Line[] | undefined =>
      at === undefined ? undefined : journal.after(at, linesAtOnce);
    if (!next() || request.method === 'HEAD') {
      response.end('event: gap\ndata: {}\n\n');
      return;
    }
    const send = () => {
      // What the page has not read yet waits in the journal, not here.
      while (!response.writableNeedDrain) {
        const lines = next();
        // It reads so slowly that what comes next is forgotten: it will be told when it asks again.
        if (!lines) response.destroy();
        if (!lines?.length) return;
        for (const { seq, json } of lines) response.write(`id: ${cursor(seq)}\ndata: ${json}\n\n`);
        at = lines.at(-1)?.seq;
      }
    };
    response.write('retry: 1000\n\n');
    const stopListening = journal.listen(send);
    response.on('drain', send);
    const heartbeat = setInterval(() => response.write(`id: ${cursor(at ?? 0)}\n\n`), heartbeatMs);
    response.once('close', () => {
      stopListening();
      clearInterval(heartbeat);
    });
    send();
  };

  return { route: { method: 'GET', path: '/playground/events', handle }, cursor };
}
