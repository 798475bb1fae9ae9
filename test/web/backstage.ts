// A playground's server without a page, for the tests of its routes: two people, a group and who asks.

import { request } from 'undici';
import { expect } from 'vitest';
import type { Chat, Emulator, Person } from '../../src/emulator/contract.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { requireLoopback } from '../../src/web/loopback.ts';
import { createPlaygroundRoutes } from '../../src/web/playground.ts';
import { startWebServer } from '../../src/web/server.ts';
import type { WebServer } from '../../src/web/server.ts';

/** What the playground was told. */
export const told = {
  maxFileBytes: 300_000,
  suggestions: [{ label: 'A link', text: 'http://news.localhost/' }],
};

/** An answer of the server, read to its end. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  bytes: Buffer;
  text: string;
  json(): unknown;
}

/** A running playground. */
export interface Backstage extends AsyncDisposable {
  emulator: Emulator;
  ann: Person;
  bob: Person;
  group: Chat;
  server: WebServer;
  ask(path: string, options?: Parameters<typeof request>[1]): Promise<Answer>;
  /** Orders something in the name of a person. */
  order(person: { id: number }, verb: string, input: unknown): Promise<Answer>;
  /** Calls a method of the Bot API, as a bot would. */
  call(method: string, payload: object): Promise<void>;
}

/** Starts a playground; an error of ours in it fails the test. */
export async function startBackstage(): Promise<Backstage> {
  const emulator = await startEmulator();
  const ann = emulator.person({ id: 5001, first_name: 'Ann' });
  const bob = emulator.person({ id: 5002, first_name: 'Bob' });
  const group = emulator.group({ title: 'Both', members: [ann, bob] });
  const server = await startWebServer({
    host: '127.0.0.1',
    port: 0,
    routes: createPlaygroundRoutes(emulator, told),
    ready: () => ({ ready: true, detail: {} }),
    guard: requireLoopback,
    onError: (error) => expect.fail(String(error)),
  });

  const ask: Backstage['ask'] = async (path, options) => {
    const { statusCode, headers, body } = await request(server.url + path, options);
    const bytes = Buffer.from(await body.arrayBuffer());
    const text = bytes.toString();
    return { status: statusCode, headers, bytes, text, json: () => JSON.parse(text) as unknown };
  };

  return {
    emulator,
    ann,
    bob,
    group,
    server,
    ask,
    order: (person, verb, input) =>
      ask(`/playground/people/${person.id}/${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      }),
    async call(method, payload) {
      const { body } = await request(`${emulator.apiRoot}/bot${emulator.token}/${method}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(payload),
      });
      expect(await body.json()).toMatchObject({ ok: true });
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await emulator.close();
    },
  };
}
