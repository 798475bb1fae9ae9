// The part of the inbox's suite that plays at random: an inbox keeps what a plain map keeps, whatever happens.

import { expect, it } from 'vitest';
import { noDoubt, suspectFrom } from '../../src/work/inbox.ts';
import type { Entry, Note } from '../../src/work/inbox.ts';
import fc from '../properties.ts';
import { Stage, idsOf, signal, some, tick } from './inbox-stage.ts';
import type { Place } from './inbox-stage.ts';

interface Kept {
  state: 'waiting' | 'taken' | 'done' | 'buried';
  /** Those with the same number were accepted together: any of them may be the first. */
  batch: number;
  failures: number;
  suspicion: number;
  isBegun: boolean;
  /** Whether it was taken before. */
  isLeftOver: boolean;
  note: Note;
}

type Step =
  | { do: 'accept'; ids: number[] }
  | { do: 'take'; limit: number }
  | { do: 'note'; id: number; note: Note }
  | { do: 'release'; id: number; hasFailed: boolean }
  | { do: 'begin' | 'done' | 'bury' | 'retry'; id: number }
  | { do: 'reopen' | 'crash' };

/** Plays `runs` random games, each in a place of its own. */
export function describeModel(createPlace: () => Promise<Place>, { runs }: { runs: number }): void {
  it('keeps what a map keeps, whatever happens in whatever order', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep(), { maxLength: 40 }), async (steps) => {
        await using stage = await Stage.open(await createPlace());
        const game = new Game(stage);
        for (const step of steps) await game.play(step);
        await game.end();
      }),
      { numRuns: runs },
    );
  });
}

function anyStep(): fc.Arbitrary<Step> {
  const id = fc.integer({ min: 1, max: 12 });
  const note = fc.record({ progressId: fc.nat(99), answerId: fc.nat(99) }, { requiredKeys: [] });
  const of = <const D extends Step['do']>(...names: D[]) => fc.constantFrom(...names);
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: of('accept'), ids: fc.array(id, { maxLength: 5 }) }) },
    { weight: 6, arbitrary: fc.record({ do: of('take'), limit: fc.integer({ min: 1, max: 6 }) }) },
    { weight: 3, arbitrary: fc.record({ do: of('note'), id, note }) },
    { weight: 3, arbitrary: fc.record({ do: of('release'), id, hasFailed: fc.boolean() }) },
    { weight: 6, arbitrary: fc.record({ do: of('begin', 'done', 'bury', 'retry'), id }) },
    { weight: 2, arbitrary: fc.record({ do: of('reopen', 'crash') }) },
  );
}

/** One game: each step is taken with the inbox and with the map. */
class Game {
  readonly #stage: Stage;
  readonly #kept = new Map<number, Kept>();
  #batch = 0;
  /** Whether anything was handed out since the start. */
  #hasTaken = false;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async play(step: Step): Promise<void> {
    if (step.do === 'accept') await this.#accept(step.ids);
    else if (step.do === 'take') await this.#take(step.limit);
    else if (step.do === 'retry') await this.#retry(step.id);
    else if ('id' in step) await this.#mark(step);
    else await this.#restart(step.do);
  }

  /** Everything that is open can be taken after a new start, and nothing else. */
  async end(): Promise<void> {
    await this.#restart('reopen');
    const open = this.#inState('waiting');
    for (let left = open.length; left > 0; left = this.#inState('waiting').length) await this.#take(left);
    const buried = this.#inState('buried').map(([id]) => id);
    const listed = (await this.#stage.inbox.buried()).map(({ updateId }) => updateId);
    expect(listed.toSorted(byNumber)).toEqual(buried.toSorted(byNumber));
    await this.#stage.expectState({
      open: open.length,
      oldest: open.length > 0 ? expect.any(Number) : undefined,
    });
  }

  async #accept(ids: number[]): Promise<void> {
    const fresh = [...new Set(ids)].filter((id) => !this.#kept.has(id));
    this.#batch++;
    await tick();
    expect(await this.#stage.inbox.accept(some(...ids))).toBe(fresh.length);
    for (const id of fresh) this.#kept.set(id, this.#fresh());
  }

  #fresh(): Kept {
    const known = { failures: 0, suspicion: 0, isBegun: false, isLeftOver: false, note: {} };
    return { state: 'waiting', batch: this.#batch, ...known };
  }

  async #take(limit: number): Promise<void> {
    const waiting = this.#inState('waiting');
    if (waiting.length === 0) return;
    const entries = await this.#stage.inbox.take(limit, signal());
    this.#hasTaken = true;
    const batches = waiting.map(([, { batch }]) => batch).toSorted(byNumber);
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.length).toBeLessThanOrEqual(limit);
    // The oldest, in the order of their age, and each once.
    expect(entries.map(({ update }) => this.#kept.get(update.update_id)?.batch)).toEqual(
      batches.slice(0, entries.length),
    );
    expect(new Set(idsOf(entries)).size).toBe(entries.length);
    for (const entry of entries) this.#hold(entry);
  }

  #hold({ update, failures, suspicion, isLeftOver, note }: Entry): void {
    const kept = this.#kept.get(update.update_id);
    expect(kept?.state).toBe('waiting');
    if (!kept) return;
    const known = { failures: kept.failures, suspicion: kept.suspicion, note: kept.note };
    expect({ failures, suspicion, note }).toEqual(known);
    if (kept.isLeftOver) expect(isLeftOver).toBe(true);
    Object.assign(kept, { state: 'taken', isLeftOver: true });
  }

  async #retry(id: number): Promise<void> {
    const isBuried = this.#kept.get(id)?.state === 'buried';
    this.#batch++;
    await tick();
    expect(await this.#stage.inbox.retry(id)).toBe(isBuried);
    if (isBuried) this.#kept.set(id, { ...this.#fresh(), isLeftOver: true, note: { isRetried: true } });
  }

  /** Only who has taken an update says anything about it. */
  async #mark(step: Extract<Step, { id: number }>): Promise<void> {
    const { inbox } = this.#stage;
    const { id } = step;
    const kept = this.#kept.get(id);
    if (kept?.state !== 'taken') return;
    if (step.do === 'begin') {
      kept.isBegun = true;
      await inbox.begin(id);
    } else if (step.do === 'note') {
      kept.note = { ...kept.note, ...step.note };
      await inbox.note(id, step.note);
    } else if (step.do === 'done') {
      kept.state = 'done';
      await inbox.done(id);
    } else if (step.do === 'bury') {
      kept.state = 'buried';
      await inbox.bury(id, 'three attempts');
    } else if (step.do === 'release') {
      Object.assign(kept, { state: 'waiting', isBegun: false });
      if (step.hasFailed) kept.failures++;
      await inbox.release(id, { hasFailed: step.hasFailed });
    }
  }

  async #restart(how: 'reopen' | 'crash'): Promise<void> {
    await this.#stage[how]();
    const open = [...this.#kept.values()].filter(({ state }) => state === 'taken' || state === 'waiting');
    const begun = open.filter(({ isBegun }) => isBegun).length;
    const countsWaiting = this.#stage.place.countsWaiting && this.#hasTaken;
    this.#hasTaken = false;
    for (const kept of open) {
      if (how === 'crash' && (kept.state === 'taken' || countsWaiting)) suspect(kept, begun);
      Object.assign(kept, { state: 'waiting', isBegun: false });
    }
  }

  #inState(state: Kept['state']): [number, Kept][] {
    return [...this.#kept].filter(([, kept]) => kept.state === state);
  }
}

function byNumber(a: number, b: number): number {
  return a - b;
}

function suspect(kept: Kept, begun: number): void {
  if (!kept.isBegun) kept.suspicion = Math.max(kept.suspicion, Math.min(kept.suspicion + 1, suspectFrom));
  else kept.suspicion = begun === 1 ? noDoubt : kept.suspicion + 1;
}
