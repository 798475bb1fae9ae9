// What is too old to be worked on.

import type { Update } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import { isTooOld } from '../../src/bot/not-done.ts';
import type { Entry } from '../../src/work/inbox.ts';

const minute = 60_000;

/** An update that was sent and accepted so many minutes ago. */
function entry(sent: number, accepted: number, part: Partial<Entry> = {}): Entry {
  const now = Date.now();
  const message = { date: Math.floor((now - sent * minute) / 1000) };
  return {
    update: { update_id: 1, message } as unknown as Update,
    acceptedAt: now - accepted * minute,
    failures: 0,
    suspicion: 0,
    isLeftOver: false,
    note: {},
    ...part,
  };
}

describe('isTooOld', () => {
  it.each<[what: string, entry: Entry, expected: boolean]>([
    ['what came just now', entry(0, 0), false],
    ['what waited with Telegram for less than an hour', entry(59, 0), false],
    ['what waited with Telegram for more than an hour', entry(62, 0), true],
    ['the same on its next try', entry(62, 1, { isLeftOver: true }), true],
    ['what was taken in time, an hour ago', entry(62, 61, { isLeftOver: true }), true],
    ['what was taken in time and waited for less', entry(59, 58, { isLeftOver: true }), false],
    [
      'what an admin wants tried again',
      entry(600, 0, { isLeftOver: true, note: { isRetried: true } }),
      false,
    ],
    ['what has no date', entry(Date.now() / minute, 0), false],
    ['what comes from the future', entry(-600, 0), false],
  ])('says of %s', (_what, one, expected) => {
    expect(isTooOld(one)).toBe(expected);
  });

  it("goes by Telegram's clock where this computer's is wrong", () => {
    const hour = 60 * minute;
    expect(isTooOld(entry(120, 0), -2 * hour)).toBe(false);
    expect(isTooOld(entry(240, 0), -2 * hour)).toBe(true);
    expect(isTooOld(entry(0, 0), 2 * hour)).toBe(true);
    expect(isTooOld(entry(-120, 0), 2 * hour)).toBe(false);
  });

  it('goes by the time of an edit, not of the question', () => {
    const date = Math.floor(Date.now() / 1000) - 3 * 60 * 60;
    const edited = (edit_date: number) =>
      entry(0, 0, { update: { update_id: 1, edited_message: { date, edit_date } } as unknown as Update });
    expect(isTooOld(edited(date + 60))).toBe(true);
    expect(isTooOld(edited(date + 3 * 60 * 60))).toBe(false);
  });
});
