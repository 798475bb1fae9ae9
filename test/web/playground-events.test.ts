// The event stream loses nothing over a cut, says so when it would, and leaves nothing behind.

import { connect } from 'node:net';
import { once } from 'node:events';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator, Person } from '../../src/emulator/contract.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import type { Backstage } from '../../src/web/backstage.ts';
import { createPlaygroundRoutes } from '../../src/web/playground.ts';
import { startWebServer } from '../../src/web/server.ts';
import type { WebServer } from '../../src/web/server.ts';
import { openPuppet } from '../playground/puppet.ts';
import type { Puppet } from '../playground/puppet.ts';
import { readEvents } from './sse.ts';
import type { EventReader, StreamEvent } from './sse.ts';

let emulator: Emulator;
let ann: Person;
let puppet: Puppet;
let server: WebServer;
let watch: Watch;

/** Who listens to the journal for one server; `quiet` resolves when nobody does any more. */
interface Watch {
  listeners: number;
  quiet: PromiseWithResolvers<void>;
}

beforeEach(async () => {
  emulator = await startEmulator();
  ann = emulator.person({ first_name: 'Ann' });
  puppet = openPuppet(emulator, emulator.group({ title: 'Club', members: [ann] }));
  server = await startOver({});
});
afterEach(async () => {
  await server.close();
  puppet.backstage[Symbol.dispose]();
  await emulator.close();
});

/** Starts a playground and, as `watch`, counts who listens to the journal for it. */
function startOver(options: { heartbeatMs?: number }): Promise<WebServer> {
  const own: Watch = { listeners: 0, quiet: Promise.withResolvers() };
  watch = own;
  const { journal } = puppet.backstage;
  const counted: Backstage['journal'] = Object.create(journal, {
    seq: { get: () => journal.seq },
    after: { value: (since: number, most: number) => journal.after(since, most) },
    listen: {
      value: (listener: () => void) => {
        const stop = journal.listen(listener);
        own.listeners += 1;
        return () => {
          stop();
          own.listeners -= 1;
          if (own.listeners === 0) own.quiet.resolve();
        };
      },
    },
  });
  return startWebServer({
    host: '127.0.0.1',
    port: 0,
    routes: createPlaygroundRoutes(emulator, {
      ...options,
      backstage: { ...puppet.backstage, journal: counted },
    }),
    ready: () => ({ ready: true, detail: {} }),
    onError: (error) => expect.fail(String(error)),
  });
}

async function cursor(): Promise<string> {
  const { body } = await request(`${server.url}/playground/state`);
  const state = await body.json();
  expect(state).toMatchObject({ cursor: expect.any(String) });
  return (state as { cursor: string }).cursor;
}

function textOf(event: StreamEvent | undefined): string | undefined {
  return (event?.data as { message?: { text?: string } } | undefined)?.message?.text;
}

/** The next message on the stream, whatever else is told before it. */
async function nextMessage(events: EventReader): Promise<StreamEvent | undefined> {
  for (;;) {
    const event = await events.next();
    if (!event || textOf(event) !== undefined) return event;
  }
}

const stream = () => `${server.url}/playground/events`;

describe('createEventStream', () => {
  it('tells what happened between the state and the stream, then what happens', async () => {
    const since = await cursor();
    ann.send('before');
    await using events = await readEvents(`${stream()}?since=${since}`);
    ann.send('after');
    expect(textOf(await nextMessage(events))).toBe('before');
    expect(textOf(await nextMessage(events))).toBe('after');
  });

  it('goes on after a cut where it was, with nothing missing and nothing twice', async () => {
    const seen: (string | undefined)[] = [];
    const first = await readEvents(`${stream()}?since=${await cursor()}`);
    let last: StreamEvent | undefined;
    for (const text of ['1', '2', '3']) {
      ann.send(text);
      last = await nextMessage(first);
      seen.push(textOf(last));
    }
    await first[Symbol.asyncDispose]();
    for (const text of ['4', '5']) ann.send(text);
    await using second = await readEvents(`${stream()}?since=ignored`, last?.id);
    ann.send('6');
    for (let i = 0; i < 3; i += 1) seen.push(textOf(await nextMessage(second)));
    expect(seen).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it.each(['', 'nonsense', '-', '0123456789ab-1'])('says gap to the cursor "%s" and ends', async (since) => {
    await using events = await readEvents(`${stream()}?since=${since}`);
    expect(await events.next()).toMatchObject({ name: 'gap' });
    expect(await events.next()).toBeUndefined();
  });

  it('says gap to a cursor of the time to come', async () => {
    const since = (await cursor()).replace(/\d+$/, '999999');
    await using events = await readEvents(`${stream()}?since=${since}`);
    expect(await events.next()).toMatchObject({ name: 'gap' });
  });

  it('says gap to a cursor of an earlier run with as many events', async () => {
    const since = await cursor();
    await server.close();
    server = await startOver({});
    await using events = await readEvents(`${stream()}?since=${since}`);
    expect(await events.next()).toMatchObject({ name: 'gap' });
  });

  it('tells raw updates with their person and calls, but no poll that brought nothing', async () => {
    await using events = await readEvents(`${stream()}?since=${await cursor()}`);
    const call = (method: string) =>
      request(`${emulator.apiRoot}/bot${emulator.token}/${method}`).then(({ body }) => body.dump());
    await call('getUpdates?offset=-1');
    const [update] = (emulator.calls('getUpdates')[0]?.answer ?? []) as { update_id: number }[];
    await call(`getUpdates?offset=${(update?.update_id ?? 0) + 1}`);
    await call('getMe');
    ann.send('hello');
    const told: unknown[] = [];
    for (let i = 0; i < 4; i += 1) told.push((await events.next())?.data);
    expect(told).toMatchObject([
      { kind: 'call', call: { method: 'getUpdates', answer: [{ message: {} }] } },
      { kind: 'call', call: { method: 'getMe', ok: true } },
      { kind: 'message' },
      { kind: 'update', personId: ann.id, update: { message: { text: 'hello' } } },
    ]);
  });

  it('sends the cursor alone as a heartbeat', async () => {
    await server.close();
    server = await startOver({ heartbeatMs: 5 });
    const now = await cursor();
    await using events = await readEvents(`${stream()}?since=${now}`);
    expect(await events.next()).toEqual({ id: now, name: 'message', data: undefined });
  });

  it('goes on after a long cut with everything that is still in the journal', async () => {
    const since = await cursor();
    const texts = Array.from({ length: 2_000 }, (_, i) => `${i} ${'ü'.repeat(2_000)}`);
    for (const text of texts) ann.send(text);
    await using events = await readEvents(`${stream()}?since=${since}`);
    const seen: (string | undefined)[] = [];
    while (seen.length < texts.length) {
      const event = await events.next();
      if ((event?.data as { kind?: string } | undefined)?.kind === 'message') seen.push(textOf(event));
    }
    expect(seen).toEqual(texts);
  });

  it('stops listening to the journal when the page goes', async () => {
    const events = await readEvents(`${stream()}?since=${await cursor()}`);
    ann.send('hello');
    await events.next();
    expect(watch.listeners).toBe(1);
    await events[Symbol.asyncDispose]();
    await watch.quiet.promise;
  });

  it('stops listening when the server is closed', async () => {
    await using events = await readEvents(`${stream()}?since=${await cursor()}`);
    ann.send('hello');
    await events.next();
    await server.close();
    await watch.quiet.promise;
  });

  it('keeps nothing for a page that does not read, and cuts it off when it has missed too much', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`GET /playground/events?since=${await cursor()} HTTP/1.1\r\nhost: x\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    const since = puppet.backstage.journal.seq;
    const long = 'ü'.repeat(4_000);
    while (puppet.backstage.journal.after(since, 1)) ann.send(long);
    for (let more = 0; more < 100; more += 1) ann.send(long);
    socket.resume();
    await once(socket, 'close');
    await watch.quiet.promise;
    expect(socket.bytesRead).toBeLessThan(20_000_000);
  });
});
