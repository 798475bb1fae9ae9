// The playground's backstage over HTTP: its state, its orders, and who is not let in.

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setPace } from '../../src/async/clock.ts';
import { createPlaygroundRoutes } from '../../src/web/playground.ts';
import { startBackstage } from './backstage.ts';
import type { Backstage } from './backstage.ts';
import { readEvents } from './sse.ts';

let stage: Backstage;

beforeEach(async () => {
  stage = await startBackstage();
});
afterEach(async () => {
  setPace(1);
  await stage[Symbol.asyncDispose]();
});

const state = async () => (await stage.ask('/playground/state')).json();
const post = (path: string, input: unknown = {}) => stage.post(`/playground/${path}`, input);
const personId = () => stage.ann.id;

/** Reads events, from now on, of the given kinds until there are so many. */
async function watch(kinds: string[], count: number, act: () => unknown): Promise<unknown[]> {
  const { cursor } = (await state()) as { cursor: string };
  await using events = await readEvents(`${stage.server.url}/playground/events?since=${cursor}`);
  await act();
  const found: unknown[] = [];
  while (found.length < count) {
    const data = (await events.next())?.data as { kind?: string } | undefined;
    if (kinds.includes(data?.kind ?? '')) found.push(data);
  }
  return found;
}

describe('GET /playground/state', () => {
  it('has what the engine told, the raw log, the clock, and nothing of faults and rush hours yet', async () => {
    const { events } = stage.engine;
    events.emit('accepted', { id: 'a', person: 5001, chat: 5001, handler: 'cards', at: 1 });
    events.emit('running', { id: 'a', at: 2 });
    events.emit('load', { running: 1, waiting: 0, at: 3 });
    stage.ann.send('hello');
    expect(await state()).toMatchObject({
      people: [{ user: { first_name: 'Ann' }, isAdmin: false, isCrowd: false, blocked: false }, {}],
      clock: { at: expect.any(Number), pace: 1 },
      engine: {
        state: 'up',
        limits: { slots: 64, downloadSlots: 16, share: 20, waitingPerPerson: 60, waitingTotal: 5_000 },
        load: { at: 3, running: 1, waiting: 0 },
        loads: [{ running: 0 }, { running: 1 }],
        requests: [{ id: 'a', personId: 5001, phases: [{ state: 'running', at: 2 }] }],
      },
      raw: [{ kind: 'update', personId: 5001, chatId: 5001, update: { message: { text: 'hello' } } }],
      faults: [],
      rush: null,
    });
  });

  it('is bounded, whatever has happened', async () => {
    for (let i = 0; i < 1_500; i += 1) {
      stage.ann.send(`${i}`);
      stage.engine.events.emit('load', { running: i, waiting: 0, at: i });
    }
    const { raw, engine, chats } = (await state()) as {
      raw: unknown[];
      engine: { loads: unknown[] };
      chats: { messages: unknown[] }[];
    };
    expect([raw.length, engine.loads.length, chats[0]?.messages.length]).toEqual([500, 600, 200]);
  });

  it('never has the token', async () => {
    await stage.call('sendMessage', { chat_id: stage.ann.id, text: 'x' });
    const { text } = await stage.ask('/playground/state');
    expect(text).toContain('sendMessage');
    expect(text).not.toContain(stage.emulator.token.split(':')[1]);
  });
});

describe('Orders behind the scenes', () => {
  it('people adds somebody to the group, under the given name or one of its own', async () => {
    const { id } = (await post('people', { name: ' Zoë ' })).json() as { id: number };
    const unnamed = (await post('people')).json() as { id: number };
    expect(await state()).toMatchObject({
      people: [{}, {}, { user: { id, first_name: 'Zoë' } }, { user: { id: unnamed.id, first_name: 'Cem' } }],
    });
    const group = stage.emulator.snapshot().chats.find((chat) => chat.id === stage.group.id);
    expect(group?.memberIds).toContain(id);
  });

  it('people is refused when there are too many', async () => {
    for (let count = 2; count < 200; count += 1) stage.backstage.addPerson();
    const { status, text } = await post('people');
    expect([status, text]).toEqual([409, expect.stringContaining('there are 200 people already')]);
  });

  it('language, admin and block change a person, as an event tells', async () => {
    const path = `people/${personId()}`;
    const told = await watch(['person'], 4, async () => {
      await post(`${path}/language`, { code: 'RU' });
      await post(`${path}/admin`, { isAdmin: true });
      await post(`${path}/block`, { blocked: true });
      await post(`${path}/block`, { blocked: false });
    });
    expect(told).toMatchObject([
      { person: { user: { language_code: 'ru' }, isAdmin: false } },
      { person: { isAdmin: true } },
      { person: { isAdmin: true, blocked: true } },
      { person: { blocked: false } },
    ]);
    expect(stage.engine.orders).toEqual([{ personId: personId(), isAdmin: true }]);
  });

  it('rush starts one rush hour at a time, whose crowd has the marks of a crowd', async () => {
    const told = await watch(['person', 'rush'], 51, async () => {
      expect((await post('rush')).json()).toMatchObject({ people: 50, open: 0, endings: {} });
    });
    expect(told[0]).toMatchObject({ kind: 'person', person: { isCrowd: true } });
    expect(told[50]).toMatchObject({ kind: 'rush', rush: { people: 50 } });
    expect((await post('rush')).status).toBe(409);
  });

  it('rush slows a clock down at which nobody could be served in time, and keeps it so', async () => {
    await post('clock', { pace: 60 });
    const told = await watch(['clock'], 1, async () => void (await post('rush')));
    expect(told).toMatchObject([{ clock: { pace: 10 } }]);
    const { status, json } = await post('clock', { pace: 60 });
    expect([status, json()]).toEqual([409, { error: expect.stringMatching('a rush hour is going on') }]);
  });

  it('faults adds one and clear takes all away', async () => {
    const told = await watch(['faults'], 2, async () => {
      const added = await post('faults', { kind: 'too-many' });
      expect(added.json()).toEqual({ faults: [{ kind: 'too-many', left: 5 }] });
      expect((await post('faults/clear')).json()).toEqual({ faults: [] });
    });
    expect(told).toMatchObject([{ faults: [{ left: 5 }] }, { faults: [] }]);
  });

  it('bot/kill kills it once, and what it worked on is interrupted', async () => {
    stage.engine.events.emit('accepted', { id: 'a', person: 1, chat: 1, handler: 'cards', at: 1 });
    const told = await watch(['engine', 'request'], 2, () => post('bot/kill'));
    expect(told).toMatchObject([
      { kind: 'engine', state: 'down' },
      { kind: 'request', request: { phases: [{ state: 'interrupted' }] } },
    ]);
    const { status, json } = await post('bot/kill');
    expect([status, json()]).toEqual([409, { error: 'Cannot kill the bot: it is down' }]);
  });

  it('clock sets the pace here and of the bot', async () => {
    const told = await watch(['clock'], 1, async () => {
      expect((await post('clock', { pace: 60 })).json()).toEqual({ at: expect.any(Number), pace: 60 });
    });
    expect(told).toMatchObject([{ clock: { pace: 60 } }]);
    expect(stage.engine.orders).toEqual([{ pace: 60 }]);
  });

  it.each([
    ['people', { name: '' }],
    ['people', { name: '\u200b\u2060 \n' }],
    ['people', { name: 'x'.repeat(65) }],
    ['people/5001/language', { code: 'not a code' }],
    ['people/5001/admin', {}],
    ['people/5001/block', { blocked: 'yes' }],
    ['faults', { kind: 'meteor' }],
    ['clock', { pace: 2 }],
    ['clock', { pace: '60' }],
    ['rush', []],
  ])('%s refuses %j', async (path, input) => {
    const { status, json } = await post(path, input);
    expect([status, json()]).toEqual([400, { error: expect.stringContaining('Cannot read the body') }]);
  });

  it.each(['language', 'admin', 'block'])('%s of nobody is refused', async (verb) => {
    const input = { code: 'en', isAdmin: true, blocked: true };
    expect((await post(`people/1/${verb}`, input)).status).toBe(404);
  });

  it('refuses a body that is too long or of another kind', async () => {
    expect((await post('people', { name: 'x'.repeat(70_000) })).status).toBe(413);
    const options = { method: 'POST', body: 'kind=slow' } as const;
    expect((await stage.ask('/playground/faults', options)).status).toBe(415);
  });
});

describe('Every route', () => {
  const paths = (routes: { method: string; path: string }[]) =>
    routes.map(({ method, path }) => ({
      method,
      path: path.replace(':id', '5001').replace(':name', 'main.js'),
    }));

  it.each([
    ['host', 'evil.example'],
    ['origin', 'http://evil.example'],
    ['origin', 'null'],
  ])('is closed to a foreign %s', async (header, value) => {
    const routes = paths(createPlaygroundRoutes(stage.emulator, { backstage: stage.backstage }));
    expect(routes.length).toBeGreaterThan(15);
    const before = stage.emulator.snapshot().seq;
    for (const { method, path } of routes) {
      const headers = { [header]: value, 'content-type': 'application/json' };
      const body = method === 'POST' ? '{}' : null;
      const { status } = await stage.ask(path, { method: method as 'GET' | 'POST', headers, body });
      expect([path, status]).toEqual([path, 403]);
    }
    expect([stage.emulator.snapshot().seq, stage.engine.orders]).toEqual([before, []]);
  });
});

describe('A file of 60 MB', () => {
  it('is taken up to the last byte, and one byte more is refused before it is sent', async () => {
    await using whole = await startBackstage({ maxFileBytes: undefined });
    const path = `/playground/people/${whole.ann.id}/file?name=big.bin`;
    const sent = await whole.ask(path, { method: 'POST', body: Buffer.alloc(60_000_000) });
    expect(sent.status).toBe(200);
    expect(whole.ann.chat.messages[0]?.document?.file_size).toBe(60_000_000);
    const socket = connect(whole.server.port, '127.0.0.1');
    const host = `127.0.0.1:${whole.server.port}`;
    socket.write(`POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 60000001\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(answer.toString()).toMatch(/^HTTP\/1.1 413 [^]*it is larger than 60000000 bytes/);
  });
});
