// The event stream loses nothing over a cut, says so when it would, and leaves nothing behind.

import { connect } from 'node:net';
import { once } from 'node:events';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator, Person } from '../../src/emulator/contract.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { createPlaygroundRoutes } from '../../src/web/playground.ts';
import { startWebServer } from '../../src/web/server.ts';
import type { WebServer } from '../../src/web/server.ts';
import { readEvents } from './sse.ts';
import type { StreamEvent } from './sse.ts';

let emulator: Emulator;
let ann: Person;
let server: WebServer;
let watch: Watch;

/** Who listens to the emulator for one server; `quiet` resolves when nobody does any more. */
interface Watch {
  listeners: number;
  quiet: PromiseWithResolvers<void>;
}

beforeEach(async () => {
  emulator = await startEmulator();
  ann = emulator.person({ first_name: 'Ann' });
  server = await startOver({});
});
afterEach(async () => {
  await server.close();
  await emulator.close();
});

/** Starts a playground and, as `watch`, counts who listens to the emulator for it. */
function startOver(options: { heartbeatMs?: number }): Promise<WebServer> {
  const own: Watch = { listeners: 0, quiet: Promise.withResolvers() };
  watch = own;
  const counted: Emulator = Object.create(emulator, {
    listen: {
      value: (listener: Parameters<Emulator['listen']>[0]) => {
        const stop = emulator.listen(listener);
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
    routes: createPlaygroundRoutes(counted, options),
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

const stream = () => `${server.url}/playground/events`;

describe('createEventStream', () => {
  it('tells what happened between the state and the stream, then what happens', async () => {
    const since = await cursor();
    ann.send('before');
    await using events = await readEvents(`${stream()}?since=${since}`);
    ann.send('after');
    expect(textOf(await events.next())).toBe('before');
    expect(textOf(await events.next())).toBe('after');
  });

  it('goes on after a cut where it was, with nothing missing and nothing twice', async () => {
    const seen: (string | undefined)[] = [];
    const first = await readEvents(`${stream()}?since=${await cursor()}`);
    let last: StreamEvent | undefined;
    for (const text of ['1', '2', '3']) {
      ann.send(text);
      last = await first.next();
      seen.push(textOf(last));
    }
    await first[Symbol.asyncDispose]();
    for (const text of ['4', '5']) ann.send(text);
    await using second = await readEvents(`${stream()}?since=ignored`, last?.id);
    ann.send('6');
    for (let i = 0; i < 3; i += 1) seen.push(textOf(await second.next()));
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

  it('leaves out raw updates and calls, which no page shows', async () => {
    await using events = await readEvents(`${stream()}?since=${await cursor()}`);
    await request(`${emulator.apiRoot}/bot${emulator.token}/getMe`).then(({ body }) => body.dump());
    ann.send('hello');
    ann.send('bye');
    const kinds = [await events.next(), await events.next()].map(
      (event) => (event?.data as { kind?: string } | undefined)?.kind,
    );
    expect(kinds).toEqual(['message', 'message']);
    expect(emulator.snapshot().seq).toBeGreaterThan(3);
  });

  it('sends the cursor alone as a heartbeat, which counts what was left out', async () => {
    await server.close();
    server = await startOver({ heartbeatMs: 5 });
    await using events = await readEvents(`${stream()}?since=${await cursor()}`);
    await request(`${emulator.apiRoot}/bot${emulator.token}/getMe`).then(({ body }) => body.dump());
    const now = await cursor();
    for (;;) {
      const event = await events.next();
      expect(event?.data).toBeUndefined();
      if (event?.id === now) break;
    }
  });

  it('stops listening to the emulator when the page goes', async () => {
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

  it('cuts off a page that does not read, instead of keeping everything for it', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`GET /playground/events?since=${await cursor()} HTTP/1.1\r\nhost: x\r\n\r\n`);
    await once(socket, 'readable');
    expect(watch.listeners).toBe(1);
    const long = 'ü'.repeat(4_000);
    const writing = setInterval(() => {
      for (let sent = 0; sent < 200; sent += 1) ann.send(long);
    });
    await watch.quiet.promise;
    clearInterval(writing);
    socket.destroy();
  });
});
