// What became of a request, as its chat shows it in the end: the answers to it, and why it has more than one.

import type { Message } from 'grammy/types';
import type { Person, ReplyHistory } from '../src/emulator/contract.ts';
import { readTexts } from '../src/i18n.ts';

/** A request that was made. */
export interface Asked {
  readonly person: Person;
  readonly question: Message;
  /** What the answer says, or what its file is called. */
  readonly expected: string;
}

/** How an answer ends a request: with what was asked for, with an honest "no", or with something else. */
export type Ending = 'given' | 'timedOut' | 'buried' | 'other';

/** A message of the bot that is there in the end. */
export interface Word {
  readonly ending: Ending;
  readonly text: string;
  /** When Telegram took it as it is now, in milliseconds of the emulator's clock. */
  readonly takenAt: number;
}

/** When what happened, in milliseconds of the emulator's clock. */
export interface Moments {
  readonly kills: readonly number[];
  /** When the bot asked for updates. */
  readonly polls: readonly number[];
}

export interface Verdict {
  /** In the order in which Telegram took them; more than one: a double. */
  readonly answers: readonly Word[];
  /** Progress that was left behind. */
  readonly strays: readonly Word[];
}

/** Nothing that a process has sent is under way for longer; the next process does not speak before. */
const underwayMs = 50;

const texts = readTexts();
const endings: [Ending, string[]][] = [
  [
    'timedOut',
    ['error-deadline', 'error-deadline-waiting', 'error-deadline-restarted'].map((key) => writtenAs(key)),
  ],
  ['buried', [writtenAs('error-buried')]],
];

/** Looks at what the bot has said to a request and not taken back. */
export function judge({ person: { chat }, question, expected }: Asked): Verdict {
  const words = chat.repliesTo(question).flatMap((reply) => {
    const message = chat.messages.find(({ message_id }) => message_id === reply.message_id);
    return message ? [{ message, word: read(message, reply, expected) }] : [];
  });
  const sorted = words.toSorted((one, other) => one.word.takenAt - other.word.takenAt);
  const pickWords = (asProgress: boolean) =>
    sorted.filter(({ message }) => isProgress(message) === asProgress).map(({ word }) => word);
  return { answers: pickWords(false), strays: pickWords(true) };
}

/**
 * How long before the kill that ended the process behind a message Telegram took it; undefined without such a kill.
 * `ms` is a little below 0 when the message was still under way then.
 */
export function beforeKill(
  { takenAt }: Word,
  { kills, polls }: Moments,
): { ms: number; polls: number } | undefined {
  const killedAt = kills.find((at) => at >= takenAt - underwayMs);
  if (killedAt === undefined) return undefined;
  const since = polls.filter((at) => at > takenAt && at <= killedAt);
  return { ms: killedAt - takenAt, polls: since.length };
}

function read(message: Message, { entries }: ReplyHistory, expected: string): Word {
  const text = message.text ?? message.caption ?? message.document?.file_name ?? '';
  const name = message.document?.file_name ?? '';
  return { ending: endingOf(text, name, expected), text, takenAt: entries.at(-1)?.at ?? 0 };
}

function endingOf(text: string, name: string, expected: string): Ending {
  if (text.includes(expected) || name === expected) return 'given';
  const known = endings.find(([, openings]) => openings.some((opening) => text.startsWith(opening)));
  return known?.[0] ?? 'other';
}

function isProgress({ reply_markup: markup }: Message): boolean {
  return JSON.stringify(markup ?? {}).includes('"cancel:');
}

/** How a text begins, whatever is filled in. */
function writtenAs(key: string): string {
  const mark = '\u0000';
  return texts.write('en', key, { seconds: mark, id: mark }).split(mark)[0] ?? '';
}
