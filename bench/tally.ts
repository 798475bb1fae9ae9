// The requests of a crash benchmark, counted by what became of them, and a word on each that did not end as it should.

import { beforeKill, judge } from './verdict.ts';
import type { Asked, Moments, Verdict, Word } from './verdict.ts';

/** How many requests ended how. */
export interface Tally {
  /** Without any answer. */
  lost: number;
  /** With more than one answer. */
  doubled: number;
  /** Of these: Telegram took each answer but the last right before a kill, which came before it could be noted. */
  explained: number;
  /** Given up because they seemed to end the bot. */
  buried: number;
  /** Ended with the honest "not in time". */
  timedOut: number;
  /** Ended with another answer than the one that was asked for. */
  other: number;
  /** With progress that was left behind. */
  stray: number;
}

/**
 * A bot that has asked for updates so often since Telegram took a message has read the answer to that call, however
 * busy the computer is, and written it down.
 */
const notedByPolls = 3;
const shownCharacters = 60;

/** Counts what became of all requests, and says which ended wrongly, and why as far as it can be known. */
export function count(asked: readonly Asked[], moments: Moments): { tally: Tally; remarks: string[] } {
  const tally = { lost: 0, doubled: 0, explained: 0, buried: 0, timedOut: 0, other: 0, stray: 0 };
  const remarks: string[] = [];
  for (const one of asked) {
    const verdict = judge(one);
    const { answers, strays } = verdict;
    const ending = answers.at(-1)?.ending ?? 'lost';
    if (ending !== 'given') tally[ending] += 1;
    if (strays.length > 0) tally.stray += 1;
    if (answers.length > 1) tally.doubled += 1;
    if (answers.length > 1 && areExplained(answers, moments)) tally.explained += 1;
    remarks.push(...remarksOn(verdict, moments).map((remark) => `${one.question.text}: ${remark}`));
  }
  return { tally, remarks };
}

function areExplained(answers: readonly Word[], moments: Moments): boolean {
  return answers.slice(0, -1).every((answer) => isExplained(answer, moments));
}

function remarksOn({ answers, strays }: Verdict, moments: Moments): string[] {
  const remarks = [
    ...answers.slice(0, -1).map((answer) => `said again; ${tell(answer, moments)}`),
    ...strays.map((stray) => `progress left behind; ${tell(stray, moments)}`),
  ];
  const last = answers.at(-1);
  if (!last) remarks.push('lost');
  else if (last.ending !== 'given') remarks.push(`"${last.text.slice(0, shownCharacters)}"`);
  return remarks;
}

function isExplained(word: Word, moments: Moments): boolean {
  return (beforeKill(word, moments)?.polls ?? Infinity) < notedByPolls;
}

function tell(word: Word, moments: Moments): string {
  const before = beforeKill(word, moments);
  if (!before) return 'no kill explains it';
  const { ms, polls } = before;
  const when = ms < 0 ? `${-ms} ms after` : `${ms} ms and ${polls} polls before`;
  return `taken by Telegram ${when} the kill, not noted${isExplained(word, moments) ? '' : ': why?'}`;
}
