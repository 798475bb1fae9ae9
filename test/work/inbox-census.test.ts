// Counting what is open: one looks for all who wait, and one turn's line keeps nobody out.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCensus } from '../../src/work/inbox-census.ts';
import type { Books, Census } from '../../src/work/inbox-census.ts';
import { usePostgres } from '../postgres/database.ts';
import { House, layGround } from './inbox-house.ts';
import type { Ground } from './inbox-house.ts';
import { signal, some } from './inbox-stage.ts';

/** Many wait at the first looks, few from the look numbered `fewAt` on. */
class CountedBooks implements Books {
  looks = 0;
  readonly #fewAt: number;

  constructor(fewAt: number) {
    this.#fewAt = fewAt;
  }

  async count() {
    this.looks++;
    return { open: 1, waiting: this.looks < this.#fewAt ? 1_001 : 1_000, oldest: 1 };
  }

  async sweep(): Promise<void> {}
}

describe('Census.untilFew', () => {
  const options = { everyMs: 60_000, onTrouble: () => {} };
  const waitAll = (census: Census) =>
    Promise.all(Array.from({ length: 100 }, () => census.untilFew(signal())));

  it('looks once for a hundred who wait, and again until few are left', async () => {
    const books = new CountedBooks(5);
    await using census = await openCensus(books, options);
    await waitAll(census);
    expect(books.looks).toBe(5);
  });

  it('asks nobody when what was taken leaves few', async () => {
    const books = new CountedBooks(Infinity);
    await using census = await openCensus(books, options);
    const waiting = waitAll(census);
    census.addWaiting(-1);
    await waiting;
    expect(books.looks).toBe(2);
  });

  it('is told of a look that fails, and looks again', async () => {
    const books = new CountedBooks(4);
    const troubles: unknown[] = [];
    await using census = await openCensus(books, { ...options, onTrouble: (error) => troubles.push(error) });
    const count = books.count.bind(books);
    const failure = new Error('connection lost');
    books.count = async () => {
      books.count = count;
      throw failure;
    };
    await waitAll(census);
    expect(troubles).toEqual([failure]);
  });
});

describe('PostgresInbox.untilFew', () => {
  const base = usePostgres();
  let ground: Ground;
  let house: House;
  beforeAll(async () => {
    ground = await layGround(await base.openEmpty());
  });
  afterAll(() => ground[Symbol.asyncDispose]());
  beforeEach(async () => {
    await base.empty();
    house = new House(ground);
  });
  afterEach(() => house[Symbol.asyncDispose]());

  const many = () => some(...Array.from({ length: 1_500 }, (_, id) => id));

  it('counts few of a turn, all of whose updates are open all the same', async () => {
    const { inbox } = await house.start({ turnOf: () => 'one chat' });
    await inbox.accept(many());
    await inbox.untilFew(signal());
    expect(inbox.state().open).toBe(1_500);
  });

  it('counts each update without a turn', async () => {
    const { inbox } = await house.start();
    await inbox.accept(many());
    const stop = new AbortController();
    const waiting = inbox.untilFew({ signal: stop.signal });
    let isFew = false;
    void waiting.then(
      () => (isFew = true),
      () => {},
    );
    await ground.database.query('SELECT pg_sleep(0.3)');
    expect(isFew).toBe(false);
    stop.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
  });
});
