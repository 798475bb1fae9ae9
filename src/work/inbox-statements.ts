// What the SQLite inbox says to its file: the tables, and every statement.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Update } from 'grammy/types';
import { now } from '../async/clock.ts';
import type { Entry, Note } from './inbox.ts';

/** The tables of the file, a step for each version; what has been released is never changed. */
export const inboxMigrations: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS updates (
    id INTEGER PRIMARY KEY, accepted_at INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'open',
    attempts INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '{}', body TEXT
  )`,
  `ALTER TABLE updates RENAME COLUMN attempts TO failures;
  ALTER TABLE updates ADD COLUMN suspicion INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE updates ADD COLUMN begun INTEGER NOT NULL DEFAULT 0;
  UPDATE updates SET failures = 0;
  CREATE TABLE run (ended_well INTEGER NOT NULL);
  INSERT INTO run VALUES (1)`,
];

/** An update that is read again. */
export interface Row {
  id: number;
  body: string | null;
  acceptedAt: number;
  failures: number;
  suspicion: number;
  note: string;
}

const row = 'id, body, accepted_at AS acceptedAt, failures, suspicion, note';

const statements = {
  open: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  insert: 'INSERT INTO updates (id, accepted_at, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING',
  begin: 'UPDATE updates SET begun = 1 WHERE id = ?',
  finish: "UPDATE updates SET state = 'done', body = NULL WHERE id = ?",
  mark: `UPDATE updates SET state = coalesce(:state, state), note = json_patch(iif(json_valid(note), note, '{}'), :note),
    failures = failures + coalesce(:failed, 0), begun = iif(:failed IS NULL, begun, 0) WHERE id = :id`,
  left: `SELECT ${row} FROM updates WHERE state = 'open' ORDER BY accepted_at, id`,
  /** Everything open may have ended the last process, what had begun rather than what had not. */
  blame: `UPDATE updates SET suspicion = CASE
      WHEN NOT begun THEN max(suspicion, min(suspicion + 1, :suspectFrom))
      WHEN (SELECT count(*) FROM updates WHERE begun AND state = 'open') = 1 THEN :noDoubt
      ELSE min(suspicion + 1, :noDoubt - 1)
    END WHERE state = 'open' AND (SELECT NOT ended_well FROM run)`,
  absolve: 'UPDATE updates SET begun = 0 WHERE begun',
  end: 'UPDATE run SET ended_well = ?',
  buried: `SELECT id AS updateId, accepted_at AS acceptedAt, iif(json_valid(note), note ->> '$.reason', '') AS reason
    FROM updates WHERE state = 'buried' ORDER BY accepted_at DESC, id DESC LIMIT ?`,
  retry: `UPDATE updates SET state = 'open', failures = 0, suspicion = 0, begun = 0, note = '{"isRetried":true}', accepted_at = ?
    WHERE id = ? AND state = 'buried' RETURNING ${row}`,
  forget: `DELETE FROM updates
    WHERE (state = 'done' AND accepted_at < ?) OR (state = 'buried' AND accepted_at < ?)`,
} as const;

/** The statements, each prepared once: they run for every update. */
export type Statements = Readonly<Record<keyof typeof statements, StatementSync>>;

export function prepareStatements(database: DatabaseSync): Statements {
  const entries = Object.entries(statements).map(([name, text]) => [name, database.prepare(text)]);
  return Object.fromEntries(entries) as Statements;
}

/** Makes an entry of a row. Throws when that is damaged. */
export function readEntry({ id, body, acceptedAt, failures, suspicion, note }: Row): Entry {
  try {
    const update = JSON.parse(body ?? 'null') as Update | null;
    if (update?.update_id !== id) throw new TypeError(`it is not that of update ${id}`);
    // The computer's clock may have been set back meanwhile.
    const at = Math.min(acceptedAt, now());
    return { update, acceptedAt: at, failures, suspicion, isLeftOver: true, note: JSON.parse(note) as Note };
  } catch (cause) {
    throw new Error(`Cannot read update ${id}: its record is damaged`, { cause });
  }
}
