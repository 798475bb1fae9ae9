// What the playground keeps of what has happened: the journal, the requests, the faults.

import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/emulator/contract.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { FaultBoard } from '../../src/playground/faults.ts';
import { EventJournal } from '../../src/playground/journal.ts';
import { RequestBook } from '../../src/playground/requests.ts';
import { faultKinds } from '../../src/web/backstage.ts';

const state = (words: string) => ({ kind: 'engine', state: words }) as never;

describe('EventJournal', () => {
  it('numbers what it is given and gives back what came after a number', () => {
    const journal = new EventJournal();
    for (const words of ['a', 'b', 'c']) journal.add(state(words));
    expect(journal.after(1, 10)?.map(({ json }) => JSON.parse(json) as unknown)).toMatchObject([
      { seq: 2, kind: 'engine', state: 'b', at: expect.any(Number) },
      { seq: 3, state: 'c' },
    ]);
    expect(journal.after(0, 2)).toHaveLength(2);
    expect(journal.after(3, 10)).toEqual([]);
    expect(journal.after(4, 10)).toBeUndefined();
  });

  it('forgets the oldest when there are too many, or they are too long', () => {
    const few = new EventJournal({ maxEvents: 3, maxCharacters: 10_000 });
    for (let i = 0; i < 5; i += 1) few.add(state('x'));
    expect([few.after(1, 9), few.after(2, 9)?.length]).toEqual([undefined, 3]);
    const short = new EventJournal({ maxEvents: 100, maxCharacters: 1_000 });
    for (let i = 0; i < 5; i += 1) short.add(state('x'.repeat(400)));
    expect([short.after(2, 9), short.after(3, 9)?.length]).toEqual([undefined, 2]);
    short.add(state('x'.repeat(2_000)));
    expect(short.after(5, 9)).toHaveLength(1);
  });

  it('tells its listeners until they have heard enough', () => {
    const journal = new EventJournal();
    let heard = 0;
    const stop = journal.listen(() => (heard += 1));
    journal.add(state('a'));
    stop();
    journal.add(state('b'));
    expect(heard).toBe(1);
  });
});

describe('RequestBook', () => {
  const accepted = (id: string, at: number) => ({ id, person: 1, chat: 1, handler: 'cards', at });
  const ended = (id: string, at: number) =>
    ({ id, handler: 'cards', ending: 'answered', waitMs: 1, totalMs: at, at }) as const;

  it('puts a request together from its acceptance to its end', () => {
    const changes: string[] = [];
    const book = new RequestBook(({ phases, ending }) => changes.push(ending ?? `${phases.length}`));
    book.accept(accepted('a', 1));
    book.enter('waiting', { id: 'a', at: 2 });
    book.enter('running', { id: 'a', at: 3 });
    book.enter('running', { id: 'unknown', at: 3 });
    book.end(ended('a', 9));
    expect(book.all()).toEqual([
      {
        id: 'a',
        personId: 1,
        chatId: 1,
        handler: 'cards',
        acceptedAt: 1,
        phases: [
          { state: 'waiting', at: 2 },
          { state: 'running', at: 3 },
        ],
        endedAt: 9,
        ending: 'answered',
        waitMs: 1,
        totalMs: 9,
      },
    ]);
    expect(changes).toEqual(['0', '1', '2', 'answered']);
  });

  it('interrupts what is unfinished; what is not taken up again had been answered', () => {
    const book = new RequestBook(() => {});
    for (const id of ['done', 'again', 'lost']) book.accept(accepted(id, 1));
    book.end(ended('done', 2));
    book.interrupt(5);
    book.interrupt(6);
    book.accept(accepted('again', 8));
    book.settleLost();
    expect(book.all()).toMatchObject([
      { id: 'done', endedAt: 2, phases: [] },
      { id: 'again', acceptedAt: 1, phases: [{ state: 'interrupted', at: 5 }] },
      { id: 'lost', endedAt: 5, ending: 'answered', totalMs: 4 },
    ]);
    expect(book.all()[1]).not.toHaveProperty('endedAt');
  });

  it('keeps the newest thousand and, however old, what is open', () => {
    const book = new RequestBook(() => {});
    book.accept(accepted('open', 0));
    for (let i = 1; i <= 1_100; i += 1) {
      book.accept(accepted(`${i}`, i));
      book.end({ id: `${i}`, handler: 'cards', ending: 'answered', waitMs: 0, totalMs: 1, at: i + 1 });
    }
    expect([book.all().length, book.all()[0]?.id, book.all()[1]?.id]).toEqual([1_000, 'open', '102']);
  });
});

describe('FaultBoard', () => {
  const getMe = async ({ apiRoot, token }: Emulator) => {
    const { statusCode, body } = await request(`${apiRoot}/bot${token}/getMe`);
    await body.dump();
    return statusCode;
  };

  it('has every kind, says what is left of each, and clears them all', async () => {
    await using emulator = await startEmulator();
    const board = new FaultBoard(emulator);
    for (const kind of [...faultKinds, 'slow'] as const) board.add(kind);
    expect(board.view()).toEqual([
      { kind: 'too-many', left: 5 },
      { kind: 'server-error', left: 5 },
      { kind: 'slow', left: 40 },
      { kind: 'broken', left: 3 },
      { kind: 'twice', left: 5 },
      { kind: 'conflict', left: 3 },
    ]);
    board.clear();
    expect(board.view()).toEqual([]);
    expect(await getMe(emulator)).toBe(200);
  });

  it('counts down as they are met', async () => {
    await using emulator = await startEmulator();
    const board = new FaultBoard(emulator);
    board.add('server-error');
    const met: unknown[] = [];
    emulator.faults.listen(() => met.push(board.view()));
    const status = await getMe(emulator);
    expect([status, met]).toEqual([502, [[{ kind: 'server-error', left: 4 }]]]);
  });
});
