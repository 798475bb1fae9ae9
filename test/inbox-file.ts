// The inbox's file between two lives of a bot: what was left in it, and since when.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How a life ended, and what it left open, the oldest first. */
export interface Left {
  /** Whether the inbox was closed, and did not just break off. */
  readonly endedWell: boolean;
  /** How often each has failed, or is suspected to have ended a process. */
  readonly counted: number[];
}

export function readLeft(dataDir: string): Left {
  using inbox = new DatabaseSync(join(dataDir, 'inbox.sqlite'));
  const run = inbox.prepare('SELECT ended_well AS endedWell FROM run').get();
  const open = inbox
    .prepare(
      "SELECT failures + suspicion AS counted FROM updates WHERE state = 'open' ORDER BY accepted_at, id",
    )
    .all();
  return { endedWell: run?.['endedWell'] === 1, counted: open.map(({ counted }) => Number(counted)) };
}

/** Lets all that is open have been accepted `ms` milliseconds earlier. */
export function makeOlder(dataDir: string, ms: number): void {
  using inbox = new DatabaseSync(join(dataDir, 'inbox.sqlite'));
  inbox.prepare("UPDATE updates SET accepted_at = accepted_at - ? WHERE state = 'open'").run(ms);
}
