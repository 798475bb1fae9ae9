// Whose progress goes out next, when more waits than may go out.

import { afterEach, describe, expect, it } from 'vitest';
import { setPace } from '../../src/async/clock.ts';
import { ProgressPace } from '../../src/bot/progress-pace.ts';
import { failureOf } from './telegram.ts';

/** Time all but stands still while everybody asks, and is quick while they wait. */
const stillPace = 1e-5;
const quickPace = 20;

describe('ProgressPace', () => {
  const { signal } = new AbortController();
  afterEach(() => setPace(1));

  let strangers = 0;
  /** Takes all turns there are, for one chat or for many that are in no other way in a test. */
  function spend(pace: ProgressPace, by?: string): void {
    while (pace.takeNow(by ?? `stranger ${strangers++}`));
  }

  /** A pace whose turns are used up; what goes out from now on is written down in order. */
  function spent(by?: string) {
    setPace(stillPace);
    const pace = new ProgressPace();
    spend(pace, by);
    const shown: string[] = [];
    const ask = async (chat: string, what: 'first' | 'edit') => {
      await pace.take(chat, { isFirst: what === 'first', signal });
      shown.push(`${chat} ${what}`);
    };
    return { pace, shown, ask };
  }

  /** Lets time go on until all these have had their turn. */
  async function all(asks: Promise<void>[]): Promise<void> {
    setPace(quickPace);
    await Promise.all(asks);
    setPace(stillPace);
  }

  it('lets first messages go before edits, however long these wait', async () => {
    const { shown, ask } = spent();
    await all([ask('ann', 'edit'), ask('bob', 'edit'), ask('ann', 'first'), ask('cem', 'first')]);
    expect(shown).toEqual(['ann first', 'cem first', 'bob edit', 'ann edit']);
  });

  it('lets a newcomer go before the second message of a chat with many', async () => {
    const { shown, ask } = spent();
    const many = [ask('ann', 'first'), ask('ann', 'first'), ask('ann', 'first')];
    await all([...many, ask('bob', 'first'), ask('cem', 'first')]);
    expect(shown).toEqual(['ann first', 'bob first', 'cem first', 'ann first', 'ann first']);
  });

  it('goes on with the chat that had its last turn longest ago', async () => {
    const { pace, shown, ask } = spent();
    for (const chat of ['ann', 'bob', 'cem']) await all([ask(chat, 'edit')]);
    spend(pace);
    await all([ask('cem', 'edit'), ask('ann', 'edit'), ask('bob', 'edit')]);
    expect(shown.slice(3)).toEqual(['ann edit', 'bob edit', 'cem edit']);
  });

  it('keeps a chat that has used up its own budget from keeping back the others', async () => {
    const { shown, ask } = spent('ann');
    await all([ask('ann', 'first'), ask('bob', 'edit'), ask('cem', 'edit')]);
    expect(shown).toEqual(['bob edit', 'cem edit', 'ann first']);
  });

  it('has no turn to spare while somebody waits for one', async () => {
    const { pace, shown, ask } = spent();
    // More than can ever have their turn at once, so that somebody waits all the time.
    const waiting = Array.from({ length: 60 }, (_, i) => ask(`chat ${i}`, 'edit'));
    setPace(quickPace);
    let spared = 0;
    while (shown.length < 5) {
      if (pace.takeNow('ann')) spared++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(spared).toBe(0);
    await all(waiting);
  });

  it('forgets whoever gives up, with the reason of their signal', async () => {
    const { pace, shown, ask } = spent();
    const controller = new AbortController();
    const reason = new DOMException('Progress: the answer is there', 'AbortError');
    const takeFirst = () => failureOf(pace.take('ann', { isFirst: true, signal: controller.signal }));
    const gone = takeFirst();
    controller.abort(reason);
    expect([await gone, await takeFirst()]).toEqual([reason, reason]);
    // A turn of Ann's that nobody took would put her behind Bob.
    await all([ask('ann', 'edit'), ask('bob', 'edit')]);
    expect(shown).toEqual(['ann edit', 'bob edit']);
  });
});
