// The playground's event stream: what happens in the chats, sent to the page as server-sent events that can be resumed.

import { randomBytes } from 'node:crypto';
import type { Emulator, EmulatorEvent } from '../emulator/contract.ts';
import type { Exchange, Route } from './exchange.ts';

/** The stream's route, and the cursor that a page with the state after event `seq` resumes from. */
export interface EventStream {
  readonly route: Route;
  cursor(seq: number): string;
}

// A page that lags this far behind is cut off; it comes back for a fresh state.
const maxBehindBytes = 8_000_000;

/**
 * Streams the emulator's events from a cursor, given as `Last-Event-ID` or `?since=`. When events after the cursor are
 * forgotten, or it is of an earlier run, the stream says `gap` and ends. Every `heartbeatMs` the cursor alone is sent.
 */
export function createEventStream(
  emulator: Emulator,
  { heartbeatMs = 15_000 }: { heartbeatMs?: number } = {},
): EventStream {
  const run = randomBytes(6).toString('hex');
  const cursor = (seq: number) => `${run}-${seq}`;

  const eventsAfter = (given: string): EmulatorEvent[] | undefined => {
    const [of, seq = ''] = given.split('-');
    return of === run && /^\d{1,15}$/.test(seq) ? emulator.events(Number(seq)) : undefined;
  };

  const handle = ({ request, response, url }: Exchange) => {
    const since = request.headers['last-event-id']?.toString() ?? url.searchParams.get('since') ?? '';
    const missed = eventsAfter(since);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (!missed || request.method === 'HEAD') {
      response.end('event: gap\ndata: {}\n\n');
      return;
    }
    let at = since;
    const send = (event: EmulatorEvent) => {
      at = cursor(event.seq);
      if (!isShown(event)) return;
      response.write(`id: ${at}\ndata: ${JSON.stringify(event)}\n\n`);
      if (response.writableLength > maxBehindBytes) response.destroy();
    };
    response.write('retry: 1000\n\n');
    for (const event of missed) send(event);
    const stopListening = emulator.listen(send);
    const heartbeat = setInterval(() => response.write(`id: ${at}\n\n`), heartbeatMs);
    response.once('close', () => {
      stopListening();
      clearInterval(heartbeat);
    });
  };

  return { route: { method: 'GET', path: '/playground/events', handle }, cursor };
}

/** Raw updates and calls are many and large, and nothing on the page shows them. */
function isShown({ kind }: EmulatorEvent): boolean {
  return kind !== 'update' && kind !== 'call';
}
