// How far this computer's clock is from Telegram's, by the dates of Telegram's answers.

import { currentPace } from '../async/clock.ts';

/** Clocks that differ by less agree: an answer is on its way for a while. In milliseconds. */
const agreeWithinMs = 10 * 60 * 1000;

let aheadMs = 0;

/** Notes the `Date` of an answer that came just now; one without a date says nothing. */
export function noteDate(header: string | readonly string[] | undefined): void {
  const date = typeof header === 'string' ? Date.parse(header) : Number.NaN;
  // Telegram's time does not run at another pace where ours does.
  if (Number.isFinite(date)) aheadMs = date - currentPace().real;
}

/** Milliseconds by which Telegram's clock is ahead, as of its latest answer; 0 where the clocks agree. */
export function telegramAheadMs(): number {
  return Math.abs(aheadMs) < agreeWithinMs ? 0 : aheadMs;
}
