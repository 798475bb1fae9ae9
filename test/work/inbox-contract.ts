// What every inbox has to keep: a suite that runs over an implementation.

import type { Update } from 'grammy/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entry, Inbox, Note } from '../../src/work/inbox.ts';
import fc from '../properties.ts';

/** Where inboxes of one implementation are kept between openings. */
export interface Place extends AsyncDisposable {
  open(): Inbox | Promise<Inbox>;
  /** Lets no write succeed, as a full disk does, until the result is disposed of. */
  refuseWrites(): Disposable;
}

/** An update that says its number. */
export function anUpdate(id: number): Update {
  const chat = { id: 7, type: 'private' as const, first_name: 'Ann' };
  const from = { id: 7, is_bot: false, first_name: 'Ann' };
  return { update_id: id, message: { message_id: id, date: 0, chat, from, text: `message ${id} “…” 😀` } };
}

const some = (...ids: number[]) => ids.map(anUpdate);
const idsOf = (entries: readonly Entry[]) => entries.map(({ update }) => update.update_id);

/** Runs the suite over inboxes in places that `createPlace` makes, a new and empty one each time. */
export function describeInbox(name: string, createPlace: () => Promise<Place>): void {
  describe(name, () => {
    let place: Place;
    let inbox: Inbox;
    beforeEach(async () => {
      place = await createPlace();
      inbox = await place.open();
    });
    afterEach(async () => {
      await inbox[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    });

    /** Closes the inbox and opens it again, as a new start of the process does. */
    async function reopen(): Promise<Entry[]> {
      await inbox[Symbol.asyncDispose]();
      inbox = await place.open();
      return inbox.open();
    }

    describe('accept', () => {
      it('gives out what is new, whole, in the order it came', async () => {
        const before = Date.now();
        const entries = await inbox.accept(some(3, 4, 5));
        expect(entries.map(({ update }) => update)).toEqual(some(3, 4, 5));
        for (const { acceptedAt, attempts, note } of entries) {
          expect({ attempts, note }).toEqual({ attempts: 0, note: {} });
          expect(acceptedAt).toBeGreaterThanOrEqual(before);
          expect(acceptedAt).toBeLessThanOrEqual(Date.now());
        }
      });

      it('takes an update once, in whatever order and batch it comes again', async () => {
        await inbox.accept(some(10, 11));
        expect(idsOf(await inbox.accept(some(11, 12, 10, 12)))).toEqual([12]);
        expect(idsOf(await inbox.accept(some(3, 10)))).toEqual([3]);
      });

      it('takes no update again that is done or buried, not even after a new start', async () => {
        await inbox.accept(some(1, 2, 3));
        await inbox.done(1);
        await inbox.bury(2, 'three attempts');
        expect(await inbox.accept(some(1, 2))).toEqual([]);
        await reopen();
        expect(idsOf(await inbox.accept(some(1, 2, 3, 4)))).toEqual([4]);
      });

      it('takes an empty batch as nothing', async () => {
        expect(await inbox.accept([])).toEqual([]);
        expect(inbox.state()).toEqual({ open: 0, oldest: undefined });
      });

      it('accepts nothing of a batch that cannot be written, and all of it when it can', async () => {
        await inbox.accept(some(1));
        {
          using _full = place.refuseWrites();
          await expect(inbox.accept(some(2, 3, 4))).rejects.toThrow();
        }
        expect(inbox.state().open).toBe(1);
        expect(idsOf(await inbox.accept(some(2, 3, 4)))).toEqual([2, 3, 4]);
        expect(idsOf(await reopen())).toEqual([1, 2, 3, 4]);
      });

      it('accepts nothing of a batch that could not be written before the process ended', async () => {
        await inbox.accept(some(1));
        {
          using _full = place.refuseWrites();
          await expect(inbox.accept(some(2, 3, 4))).rejects.toThrow();
        }
        expect(idsOf(await reopen())).toEqual([1]);
      });
    });

    describe('open', () => {
      it('gives out what is unfinished, whole, oldest first, also when ids do not rise', async () => {
        const [old] = await inbox.accept(some(900));
        // The next batch comes at another time of the clock.
        while (Date.now() === old?.acceptedAt) await new Promise((resolve) => setImmediate(resolve));
        const [young] = await inbox.accept(some(5, 6));
        expect(await reopen()).toEqual([
          { ...old, attempts: 1 },
          { ...young, attempts: 1 },
          { update: anUpdate(6), acceptedAt: young?.acceptedAt, attempts: 1, note: {} },
        ]);
      });

      it('counts every start', async () => {
        await inbox.accept(some(1));
        for (const attempts of [1, 2, 3, 4]) expect(await reopen()).toMatchObject([{ attempts }]);
      });

      it('gives out nothing that was done or buried', async () => {
        await inbox.accept(some(1, 2, 3));
        await inbox.done(1);
        await inbox.bury(2, 'three attempts');
        expect(idsOf(await reopen())).toEqual([3]);
      });

      it('gives out nothing of an empty inbox', async () => {
        expect(await inbox.open()).toEqual([]);
      });
    });

    describe('note', () => {
      it('adds to what was noted before and leaves the rest', async () => {
        await inbox.accept(some(1, 2));
        await inbox.note(1, { progressId: 50 });
        await inbox.note(1, { answerId: 60 });
        expect((await reopen()).map(({ note }) => note)).toEqual([{ progressId: 50, answerId: 60 }, {}]);
      });

      it('puts a newer value in the place of an older one', async () => {
        await inbox.accept(some(1));
        await inbox.note(1, { progressId: 50 });
        await inbox.note(1, { progressId: 51 });
        expect(await reopen()).toMatchObject([{ note: { progressId: 51 } }]);
      });

      it('keeps what was noted at the same time', async () => {
        await inbox.accept(some(1));
        await Promise.all([inbox.note(1, { progressId: 50 }), inbox.note(1, { answerId: 60 })]);
        expect(await reopen()).toMatchObject([{ note: { progressId: 50, answerId: 60 } }]);
      });

      it('opens nothing that was finished, and nothing that is not known', async () => {
        await inbox.accept(some(1));
        await inbox.done(1);
        await inbox.note(1, { answerId: 60 });
        await inbox.note(2, { answerId: 60 });
        expect(await reopen()).toEqual([]);
      });
    });

    describe('done', () => {
      it('rejects when it cannot be written, and is written with the next mark', async () => {
        await inbox.accept(some(1, 2));
        {
          using _full = place.refuseWrites();
          await expect(inbox.done(1)).rejects.toThrow();
        }
        await inbox.note(2, { progressId: 5 });
        expect(idsOf(await reopen())).toEqual([2]);
      });

      it('is written when the inbox is closed, if it could not be written before', async () => {
        await inbox.accept(some(1, 2));
        {
          using _full = place.refuseWrites();
          await expect(inbox.done(1)).rejects.toThrow();
        }
        expect(idsOf(await reopen())).toEqual([2]);
      });

      it('does not keep the inbox from closing when it cannot be written', async () => {
        await inbox.accept(some(1));
        {
          using _full = place.refuseWrites();
          const marking = inbox.done(1).catch((error: unknown) => error);
          await inbox[Symbol.asyncDispose]();
          expect(await marking).toBeInstanceOf(Error);
        }
        inbox = await place.open();
        expect(idsOf(await inbox.open())).toEqual([1]);
      });

      it('is kept although the inbox is closed in the same moment', async () => {
        await inbox.accept(some(1, 2));
        const marks = [inbox.done(1), inbox.note(2, { answerId: 9 })];
        expect(await reopen()).toMatchObject([{ update: { update_id: 2 }, note: { answerId: 9 } }]);
        await Promise.all(marks);
      });
    });

    describe('state', () => {
      it('tells how many are open and since when the oldest is', async () => {
        expect(inbox.state()).toEqual({ open: 0, oldest: undefined });
        const [first] = await inbox.accept(some(10));
        while (Date.now() === first?.acceptedAt) await new Promise((resolve) => setImmediate(resolve));
        const [second] = await inbox.accept(some(4, 5));
        expect(inbox.state()).toEqual({ open: 3, oldest: first?.acceptedAt });
        await inbox.done(10);
        expect(inbox.state()).toEqual({ open: 2, oldest: second?.acceptedAt });
        await inbox.bury(4, 'three attempts');
        await inbox.done(5);
        expect(inbox.state()).toEqual({ open: 0, oldest: undefined });
      });

      it('tells after a new start what is left open', async () => {
        const [first] = await inbox.accept(some(1, 2));
        await inbox.done(2);
        await reopen();
        expect(inbox.state()).toEqual({ open: 1, oldest: first?.acceptedAt });
      });
    });

    it('keeps what a map keeps, whatever happens in whatever order', { timeout: 30_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyStep(), { maxLength: 40 }), async (steps) => {
          await inbox[Symbol.asyncDispose]();
          await place[Symbol.asyncDispose]();
          place = await createPlace();
          inbox = await place.open();
          const model = new Map<number, Kept>();
          for (const step of [...steps, { do: 'reopen' } as const]) {
            if (step.do === 'reopen') expectOpen(await reopen(), model);
            else await take(step, inbox, model);
            expect(inbox.state().open).toBe([...model.values()].filter(({ isOpen }) => isOpen).length);
          }
        }),
        { numRuns: 40 },
      );
    });
  });
}

interface Kept {
  isOpen: boolean;
  attempts: number;
  note: Note;
}

type Step =
  | { do: 'reopen' }
  | { do: 'accept'; ids: number[] }
  | { do: 'note'; id: number; note: Note }
  | { do: 'done' | 'bury'; id: number };

function anyStep(): fc.Arbitrary<Step> {
  const id = fc.integer({ min: 1, max: 12 });
  const noted = fc.record({ progressId: fc.nat(99), answerId: fc.nat(99) }, { requiredKeys: [] });
  return fc.oneof(
    { arbitrary: fc.record({ do: fc.constant('reopen' as const) }), weight: 1 },
    {
      arbitrary: fc.record({ do: fc.constant('accept' as const), ids: fc.array(id, { maxLength: 5 }) }),
      weight: 4,
    },
    { arbitrary: fc.record({ do: fc.constant('note' as const), id, note: noted }), weight: 4 },
    { arbitrary: fc.record({ do: fc.constantFrom('done' as const, 'bury' as const), id }), weight: 3 },
  );
}

/** Takes one step with the inbox and with the map; only what is open is noted about or ended. */
async function take(
  step: Exclude<Step, { do: 'reopen' }>,
  inbox: Inbox,
  model: Map<number, Kept>,
): Promise<void> {
  if (step.do === 'accept') {
    const fresh = [...new Set(step.ids)].filter((id) => !model.has(id));
    expect(idsOf(await inbox.accept(step.ids.map(anUpdate)))).toEqual(fresh);
    for (const id of fresh) model.set(id, { isOpen: true, attempts: 0, note: {} });
    return;
  }
  const kept = model.get(step.id);
  if (!kept?.isOpen) return;
  if (step.do === 'note') {
    kept.note = { ...kept.note, ...step.note };
    await inbox.note(step.id, step.note);
  } else {
    kept.isOpen = false;
    await (step.do === 'done' ? inbox.done(step.id) : inbox.bury(step.id, 'three attempts'));
  }
}

function expectOpen(entries: Entry[], model: Map<number, Kept>): void {
  const times = entries.map(({ acceptedAt }) => acceptedAt);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const found = new Map(entries.map(({ update, attempts, note }) => [update.update_id, { attempts, note }]));
  const expected = new Map<number, Omit<Kept, 'isOpen'>>();
  for (const [id, kept] of model) {
    if (!kept.isOpen) continue;
    kept.attempts++;
    expected.set(id, { attempts: kept.attempts, note: kept.note });
  }
  expect(found).toEqual(expected);
}
