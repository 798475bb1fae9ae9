// A playground's server without a page, for the tests of its routes: two people, a group and who asks.

import { request } from 'undici';
import { expect } from 'vitest';
import type { Chat, Emulator, Person } from '../../src/emulator/contract.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { requireLoopback } from '../../src/web/loopback.ts';
import { createPlaygroundRoutes } from '../../src/web/playground.ts';
import { startWebServer } from '../../src/web/server.ts';
import type { WebServer } from '../../src/web/server.ts';

import { openPuppet } from '../playground/puppet.ts';
import type { Puppet } from '../playground/puppet.ts';

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

/** A running playground whose engine is moved by the test. */
export interface Backstage extends AsyncDisposable {
  emulator: Emulator;
  ann: Person;
  bob: Person;
  group: Chat;
  backstage: Puppet['backstage'];
  engine: Puppet['engine'];
  server: WebServer;
  ask(path: string, options?: Parameters<typeof request>[1]): Promise<Answer>;
  /** Orders something in the name of a person. */
  order(person: { id: number }, verb: string, input: unknown): Promise<Answer>;
  /** Posts `input` as JSON. */
  post(path: string, input: unknown): Promise<Answer>;
  /** Calls a method of the Bot API, as a bot would. */
  call(method: string, payload: object): Promise<void>;
}

/** Starts a playground; an error of ours in it fails the test. */
export async function startBackstage(
  options: { maxFileBytes?: number | undefined } = told,
): Promise<Backstage> {
  const emulator = await startEmulator();
  const ann = emulator.person({ id: 5001, first_name: 'Ann' });
  const bob = emulator.person({ id: 5002, first_name: 'Bob' });
  const group = emulator.group({ title: 'Both', members: [ann, bob] });
  const { backstage, engine } = openPuppet(emulator, group);
  const server = await startWebServer({
    host: '127.0.0.1',
    port: 0,
    routes: createPlaygroundRoutes(emulator, { ...told, ...options, backstage }),
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

  const post: Backstage['post'] = (path, input) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });

  return {
    emulator,
    ann,
    bob,
    group,
    backstage,
    engine,
    server,
    ask,
    post,
    order: (person, verb, input) => post(`/playground/people/${person.id}/${verb}`, input),
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
      backstage[Symbol.dispose]();
      await emulator.close();
    },
  };
}
