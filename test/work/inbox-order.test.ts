// Two inboxes on one Postgres at random: each turn in its order, nothing twice, nothing lost, whoever is killed.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { usePostgres } from '../postgres/database.ts';
import fc from '../properties.ts';
import { House, layGround } from './inbox-house.ts';
import type { Ground, Process } from './inbox-house.ts';
import { anUpdate, idsOf, signal } from './inbox-stage.ts';

const base = usePostgres();
let ground: Ground;
beforeAll(async () => {
  ground = await layGround(await base.openEmpty());
});
afterAll(() => ground[Symbol.asyncDispose]());

const turns = ['a', 'b', undefined] as const;
const turnOf = ({ update_id: id }: { update_id: number }) => turns[id % turns.length];

type Step =
  | { do: 'accept'; by: number; count: number }
  | { do: 'take'; by: number; limit: number }
  | { do: 'done' | 'release' | 'kill'; by: number };

const by = fc.constantFrom(0, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('accept'), by, count: fc.integer({ min: 1, max: 5 }) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('take'), by, limit: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('done', 'done', 'release', 'kill'), by }) },
);

it('PostgresInbox keeps each turn in order among two, and loses nothing', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      await base.empty();
      await using house = new House(ground);
      const game = new Game(house, [await house.start({ turnOf }), await house.start({ turnOf })]);
      for (const one of steps) await game.play(one);
      await game.end();
    }),
    { numRuns: 15 },
  );
});

class Game {
  readonly #house: House;
  readonly #processes: Process[];
  /** What is open, in its order, and who holds it. */
  readonly #open = new Map<number, number | undefined>();
  #lastId = 0;

  constructor(house: House, processes: Process[]) {
    this.#house = house;
    this.#processes = processes;
  }

  async play(step: Step): Promise<void> {
    if (step.do === 'accept') await this.#accept(step.by, step.count);
    else if (step.do === 'take') await this.#take(step.by, step.limit);
    else if (step.do === 'kill') await this.#kill(step.by);
    else await this.#finish(step.by, step.do);
  }

  /** All that is open can be done. */
  async end(): Promise<void> {
    while (this.#open.size > 0) {
      await this.#take(0, 3);
      for (const by of [0, 1]) while (this.#heldBy(by) !== undefined) await this.#finish(by, 'done');
    }
  }

  async #accept(by: number, count: number): Promise<void> {
    const ids = Array.from({ length: count }, () => ++this.#lastId);
    await this.#processes[by]?.inbox.accept(ids.map(anUpdate));
    for (const id of ids) this.#open.set(id, undefined);
  }

  async #take(by: number, limit: number): Promise<void> {
    const free = this.#free();
    if (free.length === 0) return;
    const entries = (await this.#processes[by]?.inbox.take(limit, signal())) ?? [];
    expect(entries.length).toBe(Math.min(limit, free.length));
    expect(free).toEqual(expect.arrayContaining(idsOf(entries)));
    for (const id of idsOf(entries)) this.#open.set(id, by);
  }

  async #finish(by: number, how: 'done' | 'release'): Promise<void> {
    const id = this.#heldBy(by);
    if (id === undefined) return;
    await this.#processes[by]?.inbox[how](id);
    if (how === 'done') this.#open.delete(id);
    else this.#open.set(id, undefined);
  }

  async #kill(by: number): Promise<void> {
    const victim = this.#processes[by];
    const heir = this.#processes[1 - by];
    if (!victim || !heir) return;
    await this.#house.kill(victim);
    await this.#house.declareDead(victim.instances.id, heir);
    this.#processes[by] = await this.#house.start({ turnOf });
    for (const [id, holder] of this.#open) if (holder === by) this.#open.set(id, undefined);
  }

  #heldBy(by: number): number | undefined {
    return [...this.#open].find(([, holder]) => holder === by)?.[0];
  }

  /** What may be taken: of each turn the first that is open, unless it is held, and all without a turn. */
  #free(): number[] {
    const begun = new Set<string>();
    return [...this.#open].flatMap(([id, holder]) => {
      const turn = turnOf({ update_id: id });
      const isFirst = turn === undefined || !begun.has(turn);
      if (turn !== undefined) begun.add(turn);
      return isFirst && holder === undefined ? [id] : [];
    });
  }
}
