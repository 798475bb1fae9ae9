// What the rush hour sends, and how it counts what becomes of it, with an engine that the test moves.

import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/emulator/contract.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { RushHour } from '../../src/playground/rush-hour.ts';
import { planRush } from '../../src/playground/rush-plan.ts';
import type { RequestView, RushView } from '../../src/web/backstage.ts';

const address = (site: string, path = '/') => `http://${site}.localhost${path}`;

describe('planRush', () => {
  const plan = planRush(50, address);

  it('has about four messages of everybody within two seconds, the same each time', () => {
    expect(plan).toHaveLength(200);
    expect(plan.at(-1)?.afterMs).toBeLessThan(2_000);
    for (const { length } of Map.groupBy(plan, ({ sender }) => sender).values()) expect(length).toBe(4);
    expect(planRush(50, address)).toEqual(plan);
  });

  it('has something of every kind, and asks no host more than twice', () => {
    const texts = plan.map(({ text }) => text);
    const kinds = [
      '/help',
      '/jobs',
      '/get',
      'news-',
      'stall-',
      'first-',
      '/lost',
      'broken-',
      'silent-',
      '\n',
    ];
    for (const kind of kinds) expect(texts.filter((text) => text.includes(kind)).length).toBeGreaterThan(3);
    const hosts = texts.flatMap((text) => text.match(/[a-z]+-\d+/g) ?? []);
    for (const { length } of Map.groupBy(hosts, (host) => host).values()) expect(length).toBeLessThan(3);
    expect(plan.filter(({ isCancelled }) => isCancelled).length).toBe(5);
  });
});

describe('RushHour', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  const ended = (id: string, totalMs: number): RequestView => ({
    id,
    personId: 0,
    chatId: 0,
    handler: 'cards',
    acceptedAt: 0,
    phases: [],
    endedAt: totalMs,
    ending: 'answered',
    totalMs,
  });
  const ids = () => {
    const found: string[] = [];
    const stop = emulator.listen((event) => {
      if (event.kind === 'update') found.push(event.update.update_id.toString(36));
    });
    return { found, stop };
  };

  /** Starts one in which Ann sends so many messages at once; resolves when she has. */
  async function begin(messages: number, isCancelled = false) {
    const ann = emulator.person();
    const told: RushView[] = [];
    const { found } = ids();
    const sent = Promise.withResolvers<void>();
    const plan = Array.from({ length: messages }, () => ({ afterMs: 0, sender: 0, text: 'x', isCancelled }));
    const onChange = (view: RushView) => {
      told.push(view);
      if (view.requests === messages) sent.resolve();
    };
    const rush = new RushHour({ emulator, crowd: [ann], plan, onChange });
    await sent.promise;
    return { ann, rush, told, ids: found };
  }

  it('is over when every request has ended, and tells how long they took', async () => {
    const { rush, told, ids: asked } = await begin(3);
    const [first = '', second = '', third = ''] = asked;
    for (const id of [first, second]) rush.hear(ended(id, 100));
    rush.hear(ended('a stranger’s', 1));
    expect(told.at(-1)).toMatchObject({ requests: 3, open: 1, endings: { answered: 2 }, medianMs: 100 });
    expect(rush.isOver).toBe(false);
    rush.hear(ended(third, 900));
    expect(told.at(-1)).toMatchObject({ open: 0, slowestMs: 900, endedAt: expect.any(Number) });
    expect(rush.isOver).toBe(true);
  });

  it('takes up again what a killed process had seemed to end', async () => {
    const { rush, ids: asked } = await begin(2);
    const [id = ''] = asked;
    rush.hear(ended(id, 100));
    const { endedAt: _, ...again } = ended(id, 100);
    rush.hear(again);
    expect(rush.view().open).toBe(2);
    rush[Symbol.dispose]();
  });

  it('taps the Cancel button of the request that nobody wants to wait for', async () => {
    const { ann, rush, ids: asked } = await begin(1, true);
    const tapped = Promise.withResolvers<string>();
    emulator.listen((event) => event.kind === 'callback' && tapped.resolve(event.data));
    const { body } = await request(`${emulator.apiRoot}/bot${emulator.token}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        chat_id: ann.id,
        text: 'Looking',
        reply_markup: { inline_keyboard: [[{ text: 'Cancel', callback_data: `cancel:${asked[0]}` }]] },
      }),
    });
    await body.dump();
    expect(await tapped.promise).toBe(`cancel:${asked[0]}`);
    expect(rush.view().requests).toBe(2);
    rush[Symbol.dispose]();
  });

  it('sends nothing more once it is disposed', async () => {
    const ann = emulator.person();
    const plan = [{ afterMs: 0, sender: 0, text: 'x', isCancelled: false }];
    new RushHour({ emulator, crowd: [ann], plan, onChange: () => expect.fail() })[Symbol.dispose]();
    await new Promise((resolve) => setImmediate(() => setTimeout(resolve, 1)));
    expect(ann.chat.messages).toEqual([]);
  });
});
