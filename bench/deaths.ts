// What killed instances of one bot could not write down any more: the only thing that the others may say again.

import { Client } from 'pg';
import { judge } from './verdict.ts';
import type { Asked } from './verdict.ts';

/** One kill of an instance. */
export interface Death {
  /** When what it left was looked at, in milliseconds of the emulator's clock. */
  readonly at: number;
  /** The requests in its hands of which no answer was noted then, as `keyOf` names them. */
  readonly unnoted: ReadonlySet<string>;
}

/** Nothing that a process has sent is under way for longer, in milliseconds. */
const underwayMs = 50;

/** What a killed instance of this name has left behind; to be asked before it is started again, or right after. */
export async function lookAtLeft(databaseUrl: string, name: string): Promise<Set<string>> {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ chat: string; message: string }>(
      `SELECT body->'message'->'chat'->>'id' AS chat, body->'message'->>'message_id' AS message
      FROM errand.updates JOIN errand.instances ON instances.id = holder
      WHERE state = 'open' AND NOT note ? 'answerId' AND name = $1`,
      [name],
    );
    return new Set(rows.map(({ chat, message }) => `${chat}/${message}`));
  } finally {
    await client.end();
  }
}

/**
 * Whether each answer but the last was given by an instance that was killed before it had noted it. `slack` other
 * deaths may lie between: whatever was not noted by then, with the database at hand, should have been.
 */
export function isExplained(one: Asked, deaths: readonly Death[], { slack = 1 } = {}): boolean {
  const { answers } = judge(one);
  return answers.slice(0, -1).every(({ takenAt }) => {
    const later = deaths.filter(({ at }) => at >= takenAt - underwayMs);
    const index = later.findIndex(({ unnoted }) => unnoted.has(keyOf(one)));
    return index >= 0 && index <= slack;
  });
}

function keyOf({ person, question }: Asked): string {
  return `${person.chat.id}/${question.message_id}`;
}
