// Reads server-sent events as a browser does, for the tests of the event stream.

import type { Readable } from 'node:stream';
import { request } from 'undici';

/** One event; `data` is parsed. An `id` without data is the cursor alone. */
export interface StreamEvent {
  id: string | undefined;
  name: string;
  data: unknown;
}

/** An open stream. */
export interface EventReader extends AsyncDisposable {
  /** The next event; undefined at the end of the stream. */
  next(): Promise<StreamEvent | undefined>;
  body: Readable;
}

/** Opens the stream at `url`; `lastEventId` resumes it as a browser would. */
export async function readEvents(url: string, lastEventId?: string): Promise<EventReader> {
  const { statusCode, headers, body } = await request(url, {
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });
  if (statusCode !== 200 || headers['content-type'] !== 'text/event-stream') {
    throw new Error(`Cannot read events: answered ${statusCode} ${await body.text()}`);
  }
  const events = parse(lines(body));
  return {
    body,
    next: async () => (await events.next()).value ?? undefined,
    async [Symbol.asyncDispose]() {
      await events.return(undefined);
      body.on('error', () => {}).destroy();
    },
  };
}

async function* lines(body: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of body.setEncoding('utf8')) {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}

async function* parse(lines: AsyncIterable<string>): AsyncGenerator<StreamEvent, undefined> {
  let fields = new Map<string, string>();
  for await (const line of lines) {
    const [, field = '', value = ''] = /^(\w*):? ?(.*)$/.exec(line) ?? [];
    if (line !== '') fields.set(field, value);
    else {
      const data = fields.get('data');
      if (fields.has('id') || data !== undefined) {
        const parsed: unknown = data === undefined ? undefined : JSON.parse(data);
        yield { id: fields.get('id'), name: fields.get('event') ?? 'message', data: parsed };
      }
      fields = new Map();
    }
  }
  return undefined;
}
