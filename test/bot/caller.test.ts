// The one place that calls the Bot API, against a local one that misbehaves as told.

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { GrammyError } from 'grammy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Caller, LeftOutError, UncertainError } from '../../src/bot/caller.ts';
import { createTelegram } from '../../src/bot/telegram-client.ts';
import type { Fault, Person } from '../../src/emulator/contract.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { createResolver } from '../../src/net/resolve.ts';
import { failureOf, keepLog, startLine } from './telegram.ts';
import type { Line } from './telegram.ts';

describe('Caller', () => {
  let line: Line;
  let ann: Person;
  let bob: Person;
  beforeEach(async () => {
    line = await startLine();
    ann = line.emulator.person({ first_name: 'Ann' });
    bob = line.emulator.person({ first_name: 'Bob' });
  });
  afterEach(() => line[Symbol.asyncDispose]());

  const say = (person: Person, text: string, options = {}) =>
    line.caller.call('sendMessage', { chat_id: person.id, text }, options);
  const textsOf = (person: Person) => person.chat.messages.map(({ text }) => text);
  const callsTo = (person: Person) => line.emulator.calls().filter(({ chatId }) => chatId === person.id);
  /** Settles when so many calls to a person have been answered or have ended otherwise. */
  const countOf = async (person: Person, count: number) => {
    while (callsTo(person).length < count) await line.emulator.nextCall('sendMessage');
  };

  it('gives back what Telegram answers', async () => {
    const sent = await say(ann, 'hello');
    expect(sent).toMatchObject({ text: 'hello', chat: { id: ann.id } });
    expect(textsOf(ann)).toEqual(['hello']);
  });

  it('makes no call that is no longer its own to make, even if it has waited long for its turn', async () => {
    line.emulator.faults.add({ outcome: { status: 429, retryAfter: 1 }, chat: ann.id });
    let isOurs = true;
    const lost = new Error('another instance answers');
    const untilOurs = async () => {
      if (!isOurs) throw lost;
    };
    const waiting = failureOf(say(ann, 'hello', { untilOurs }));
    await countOf(ann, 1);
    isOurs = false;
    expect(await waiting).toBe(lost);
    expect(textsOf(ann)).toEqual([]);
  });

  describe('after a 429', () => {
    const slowDown = {
      outcome: { status: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 },
    };

    it('holds the calls to that chat and no others, and makes them when the hold is over', async () => {
      line.emulator.faults.add({ ...slowDown, chat: ann.id });
      const first = say(ann, 'one');
      await countOf(ann, 1);
      await expect.poll(() => line.caller.isHeld(ann.id)).toBe(true);
      const second = say(ann, 'two');
      await say(bob, 'hello');
      expect(line.caller.isHeld(bob.id)).toBe(false);
      expect(callsTo(ann)).toHaveLength(1);
      await Promise.all([first, second]);
      expect(new Set(textsOf(ann))).toEqual(new Set(['one', 'two']));
      expect(callsTo(ann)).toHaveLength(3);
      expect(line.caller.isHeld(ann.id)).toBe(false);
    });

    it('leaves progress out while the chat is held', async () => {
      line.emulator.faults.add({ ...slowDown, chat: ann.id });
      const answer = failureOf(say(ann, 'answer'));
      await expect.poll(() => line.caller.isHeld(ann.id)).toBe(true);
      expect(await failureOf(say(ann, 'progress', { as: 'progress' }))).toBeInstanceOf(LeftOutError);
      await say(bob, 'progress', { as: 'progress' });
      expect(callsTo(ann)).toHaveLength(1);
      line.caller.close(new Error('closed'));
      await answer;
    });

    it('to progress holds the chat for answers too, and does not make the progress again', async () => {
      line.emulator.faults.add({ ...slowDown, chat: ann.id });
      expect(await failureOf(say(ann, 'progress', { as: 'progress' }))).toBeInstanceOf(GrammyError);
      expect(line.caller.isHeld(ann.id)).toBe(true);
      const answer = failureOf(say(ann, 'answer'));
      await say(bob, 'meanwhile');
      expect(callsTo(ann)).toHaveLength(1);
      line.caller.close(new Error('closed'));
      await answer;
    });

    it('ends the calls that wait when it is closed, and takes no more', async () => {
      line.emulator.faults.add({ outcome: { status: 429, retryAfter: 3_600 }, chat: ann.id });
      const first = failureOf(say(ann, 'one'));
      await expect.poll(() => line.caller.isHeld(ann.id)).toBe(true);
      const others = [say(ann, 'two'), line.caller.untilFree(ann.id)].map(failureOf);
      const reason = new DOMException('Service: stopped', 'AbortError');
      line.caller.close(reason);
      expect(await Promise.all([first, ...others])).toEqual([reason, reason, reason]);
      expect(await failureOf(say(bob, 'too late'))).toBe(reason);
      expect([...textsOf(ann), ...textsOf(bob)]).toEqual([]);
    });
  });

  describe('makes a call again', () => {
    it.each([
      ['an error of the server', { status: 500, description: 'Internal Server Error' }],
      ["a proxy's page", { html: '<h1>502 Bad Gateway</h1>', status: 502 }],
    ])('that was refused with %s', async (_name, outcome) => {
      line.emulator.faults.add({ method: 'sendMessage', outcome });
      await say(ann, 'once');
      expect(textsOf(ann)).toEqual(['once']);
      expect(callsTo(ann)).toHaveLength(2);
    });

    it('that showed something known already, although it may have arrived', async () => {
      const { message_id } = await say(ann, 'before');
      line.emulator.faults.add({ method: 'editMessageText', after: true, outcome: 'drop' });
      const edit = line.caller.call('editMessageText', { chat_id: ann.id, message_id, text: 'after' });
      // The first try was carried out: the second one finds nothing to change.
      expect(await failureOf(edit)).toMatchObject({ description: expect.stringContaining('not modified') });
      expect(textsOf(ann)).toEqual(['after']);
      expect(line.emulator.calls('editMessageText')).toHaveLength(2);
    });

    it('that only shows a state, although it may have arrived', async () => {
      line.emulator.faults.add({ method: 'sendChatAction', after: true, outcome: 'drop' });
      await line.caller.call('sendChatAction', { chat_id: ann.id, action: 'typing' });
      expect(line.emulator.calls('sendChatAction')).toHaveLength(2);
    });

    it('that found nobody at the address of the server', async () => {
      const port = await freePort();
      const { log, logged } = keepLog();
      const apiRoot = `http://127.0.0.1:${port}`;
      const { token } = line.emulator;
      await using telegram = createTelegram({ token, apiRoot, resolver: createResolver() });
      let tries = 0;
      telegram.bot.api.config.use((previous, ...call) => (tries++, previous(...call)));
      const caller = new Caller(telegram.bot.api, log);
      const sent = caller.call('sendMessage', { chat_id: 9, text: 'at last' });
      await expect.poll(() => tries).toBe(1);
      await using late = await startEmulator({ port, token });
      late.person({ id: 9 });
      expect(await sent).toMatchObject({ text: 'at last' });
      expect(logged.join('')).not.toContain(token);
    });
  });

  it('follows a group that became another chat, and goes there at once from then on', async () => {
    const group = line.emulator.group({ title: 'Club', members: [ann, bob] });
    const oldId = group.id;
    const newId = group.migrate();
    const send = (text: string) => line.caller.call('sendMessage', { chat_id: oldId, text });
    expect((await send('first')).chat.id).toBe(newId);
    expect((await send('second')).chat.id).toBe(newId);
    expect(line.emulator.calls('sendMessage').map(({ chatId, ok }) => [chatId, ok])).toEqual([
      [oldId, false],
      [newId, true],
      [newId, true],
    ]);
    const progress = { chat_id: oldId, action: 'typing' as const };
    expect(await line.caller.call('sendChatAction', progress, { as: 'progress' })).toBe(true);
  });

  describe('makes a call once', () => {
    it.each<[string, Omit<Fault, 'method'>]>([
      ['carried out, the connection then broken', { after: true, outcome: 'drop' }],
      ['read or not, the connection broken', { outcome: 'drop' }],
      [
        'perhaps carried out, a gateway out of patience',
        { after: true, outcome: { html: '<p>504</p>', status: 504 } },
      ],
      ['carried out, the answer garbled', { after: true, outcome: { html: 'ok', status: 200 } }],
    ])('that sends a message: %s', async (_name, fault) => {
      line.emulator.faults.add({ method: 'sendMessage', ...fault });
      expect(await failureOf(say(ann, 'once'))).toBeInstanceOf(UncertainError);
      expect(textsOf(ann)).toEqual(fault.after ? ['once'] : []);
      expect(callsTo(ann)).toHaveLength(1);
    });

    it.each([
      [400, 'Bad Request: message text is empty'],
      [403, 'Forbidden: bot was blocked by the user'],
    ])('that was refused with %i', async (status, description) => {
      line.emulator.faults.add({ method: 'sendMessage', outcome: { status, description } });
      expect(await failureOf(say(ann, 'once'))).toMatchObject({ error_code: status, description });
      expect(callsTo(ann)).toHaveLength(1);
    });

    it('that shows progress, whatever went wrong', async () => {
      line.emulator.faults.add({ chat: ann.id, outcome: { status: 500 } });
      expect(await failureOf(say(ann, 'progress', { as: 'progress' }))).toBeInstanceOf(GrammyError);
      expect(callsTo(ann)).toHaveLength(1);
    });
  });

  it('leaves progress out beyond what Telegram takes in a second', async () => {
    const shown = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) =>
        say(line.emulator.person({ id: 100 + i }), 'x', { as: 'progress' }),
      ),
    );
    const leftOut = shown.filter(({ status }) => status === 'rejected');
    expect(leftOut.length).toBeGreaterThan(0);
    expect(leftOut.length).toBeLessThanOrEqual(35);
    for (const one of leftOut) expect(one).toMatchObject({ reason: expect.any(LeftOutError) });
  });

  describe('while Telegram is silent to one chat', () => {
    it('goes on for the others, however much waits there', async () => {
      line.emulator.faults.add({ chat: ann.id, times: 500, outcome: 'hang' });
      const waiting = Array.from({ length: 200 }, (_, i) => failureOf(say(ann, `${i}`)));
      await say(bob, 'hello');
      expect(textsOf(bob)).toEqual(['hello']);
      const reason = new Error('closed');
      line.caller.close(reason);
      expect(new Set(await Promise.all(waiting))).toEqual(new Set([reason]));
    });

    it('and to all others, ends whatever waits when it is closed', async () => {
      line.emulator.faults.add({ method: 'sendMessage', times: 500, outcome: 'hang' });
      const crowd = Array.from({ length: 200 }, () => line.emulator.person());
      const waiting = crowd.map((person) => failureOf(say(person, 'hello')));
      const reason = new Error('closed');
      line.caller.close(reason);
      expect(new Set(await Promise.all(waiting))).toEqual(new Set([reason]));
    });

    it('lets no more than four calls to that chat be under way', async () => {
      line.emulator.faults.add({ chat: ann.id, times: 500, outcome: 'hang' });
      const controller = new AbortController();
      const waiting = Array.from({ length: 20 }, (_, i) =>
        failureOf(say(ann, `${i}`, { signal: controller.signal })),
      );
      for (let i = 0; i < 10; i++) await say(bob, 'meanwhile');
      controller.abort(new Error('enough'));
      await Promise.all(waiting);
      await countOf(ann, 4);
      await say(bob, 'afterwards');
      expect(callsTo(ann)).toHaveLength(4);
    });
  });

  it('keeps uploads from taking all places: answers go on beside them', async () => {
    line.emulator.faults.add({ method: 'sendDocument', times: 500, outcome: 'hang' });
    const uploads = Array.from({ length: 80 }, (_, i) =>
      failureOf(line.caller.call('sendDocument', { chat_id: 200 + i, document: 'x' }, { as: 'upload' })),
    );
    await say(bob, 'hello');
    line.caller.close(new Error('closed'));
    await Promise.all(uploads);
    expect(textsOf(bob)).toEqual(['hello']);
  });

  it("ends a call under way with the reason of its signal, and lets the chat's next one go", async () => {
    line.emulator.faults.add({ chat: ann.id, times: 4, outcome: 'hang' });
    const controllers = Array.from({ length: 4 }, () => new AbortController());
    const hanging = controllers.map(({ signal }) => failureOf(say(ann, 'never', { signal })));
    const next = say(ann, 'next');
    await say(bob, 'meanwhile');
    const reason = new DOMException('cancelled', 'AbortError');
    controllers[0]?.abort(reason);
    expect(await hanging[0]).toBe(reason);
    await next;
    expect(textsOf(ann)).toEqual(['next']);
    for (const controller of controllers) controller.abort(reason);
    await Promise.all(hanging);
  });

  describe('keeps apart', () => {
    it('presses of one person and of another, and calls for no chat: a held one holds nobody else', async () => {
      line.emulator.faults.add({ method: 'setMyCommands', outcome: { status: 429, retryAfter: 3_600 } });
      const held = failureOf(line.caller.call('setMyCommands', { commands: [] }));
      await line.emulator.nextCall('setMyCommands', { where: ({ status }) => status === 429 });
      const press = line.caller.call(
        'answerCallbackQuery',
        { callback_query_id: 'gone' },
        { lane: 'presses of 1' },
      );
      expect(await failureOf(press)).toMatchObject({ description: expect.stringContaining('too old') });
      line.caller.close(new Error('closed'));
      expect(await held).toMatchObject({ message: 'closed' });
    });

    it('progress of one chat from that of the others: it has a budget of its own', async () => {
      const show = ({ id }: Person) =>
        line.caller.call('sendChatAction', { chat_id: id, action: 'typing' }, { as: 'progress' });
      const shown = await Promise.allSettled(Array.from({ length: 30 }, () => show(ann)));
      const leftOut = shown.filter((one) => one.status === 'rejected' && one.reason instanceof LeftOutError);
      expect(leftOut.length).toBeGreaterThan(20);
      expect(await show(bob)).toBe(true);
    });
  });
});

/** A port that nobody listens at just now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
