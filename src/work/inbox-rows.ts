// What the Postgres inbox says to its table: every statement, each part of a transaction of the caller's.

import type { Update } from 'grammy/types';
import { now } from '../async/clock.ts';
import type { Queryable } from '../postgres/database.ts';
import { listAtMost, noDoubt, rememberBuriedMs, rememberMs, suspectFrom } from './inbox.ts';
import type { Buried, Note } from './inbox.ts';
import type { Mark } from './inbox-marks.ts';

/** Few enough to be deleted well within a statement's time. */
const forgetAtOnce = 5_000;
/** The one clock by which all instances count, whatever their own say. In milliseconds. */
const clock = 'floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint';
/** Clocks that differ by less agree: an answer takes its time too. */
const agreeWithinMs = 1_000;
/** So many at most of one turn count as waiting: they wait for each other, and must keep nobody else out. */
const ofATurn = 50;

/** An open update, as it was when it was taken; its times are of this computer's clock. */
export interface Row {
  id: number;
  acceptedAt: number;
  failures: number;
  suspicion: number;
  /** Whether somebody had taken it before. */
  wasTaken: boolean;
  note: Note;
  body: string | null;
}

/** An update among others of its turn. */
export interface Place {
  updateId: number;
  turn: string | undefined;
}

/** How much is open. */
export interface Count {
  open: number;
  /** Those that nobody has taken; of one turn a few only. */
  waiting: number;
  oldest: number | undefined;
}

/** Writes updates down; returns those that are new. */
export async function insert(
  tx: Queryable,
  updates: readonly { update: Update; turn: string | undefined }[],
): Promise<Place[]> {
  const { rows } = await tx.query<{ id: number; turn: string | null }>(
    `INSERT INTO errand.updates (id, accepted_at, turn, body)
    SELECT id, ${clock}, turn, body::json FROM unnest($1::bigint[], $2::text[], $3::text[]) AS came (id, turn, body)
    ON CONFLICT (id) DO NOTHING RETURNING id, turn`,
    [
      updates.map(({ update }) => update.update_id),
      updates.map(({ turn }) => turn ?? null),
      updates.map(({ update }) => JSON.stringify(update)),
    ],
  );
  return rows.map(toPlace);
}

/** Makes somebody the holder of open updates; returns them, oldest first. */
export async function hold(tx: Queryable, holder: string, updateIds: readonly number[]): Promise<Row[]> {
  if (updateIds.length === 0) return [];
  const { rows } = await tx.query<Row & { clock: number }>(
    `UPDATE errand.updates AS held SET holder = $1, taken = true
    FROM (SELECT id, taken FROM errand.updates WHERE id = ANY($2) AND state = 'open' FOR UPDATE) AS before
    WHERE held.id = before.id
    RETURNING held.id, held.accepted_at AS "acceptedAt", held.failures, held.suspicion, before.taken AS "wasTaken",
      held.note, held.body::text AS body, ${clock} AS clock`,
    [holder, updateIds],
  );
  const inOrder = rows.toSorted((a, b) => a.acceptedAt - b.acceptedAt || a.id - b.id);
  return inOrder.map((row) => ({ ...row, acceptedAt: toOurTime(row.acceptedAt, row.clock) }));
}

/** Writes marks of updates that somebody holds; returns which of them he did hold. */
export async function mark(
  tx: Queryable,
  holder: string,
  marks: ReadonlyMap<number, Mark>,
): Promise<Place[]> {
  const columns = [...marks].map(([id, { note, end }]) => ({
    id,
    note: note ?? {},
    state: end === undefined || end.as === 'released' ? 'open' : end.as,
    reason: end?.as === 'buried' ? plain(end.reason) : null,
    failed: end?.as === 'released' && end.hasFailed ? 1 : 0,
    over: end !== undefined,
  }));
  const { rows } = await tx.query<{ id: number; turn: string | null }>(
    `UPDATE errand.updates AS held SET
      note = held.note || mark.note,
      state = mark.state,
      reason = mark.reason,
      body = CASE WHEN mark.state = 'done' THEN NULL ELSE held.body END,
      failures = held.failures + mark.failed,
      begun = held.begun AND NOT mark.over,
      holder = CASE WHEN mark.over THEN NULL ELSE held.holder END
    FROM jsonb_to_recordset($2) AS mark (id bigint, note jsonb, state text, reason text, failed int, over boolean)
    WHERE held.id = mark.id AND held.holder = $1 AND held.state = 'open'
    RETURNING held.id, held.turn`,
    [holder, JSON.stringify(columns)],
  );
  return rows.map(toPlace);
}

/** Writes that work on a suspect begins; false when the holder is another. */
export async function begin(tx: Queryable, holder: string, updateId: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE errand.updates SET begun = true WHERE id = $2 AND holder = $1 AND state = 'open'`,
    [holder, updateId],
  );
  return rowCount > 0;
}

/**
 * Takes from a holder what he holds, but for `except`; returns it. With `counts` any of it may have ended him, what had
 * begun rather than what had not.
 */
export async function giveUp(
  tx: Queryable,
  holder: string,
  { counts, except = [] }: { counts: boolean; except?: readonly number[] },
): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(
    `UPDATE errand.updates SET holder = NULL, begun = false, suspicion = CASE
      WHEN NOT $2 THEN suspicion
      WHEN NOT begun THEN greatest(suspicion, least(suspicion + 1, $3))
      WHEN (SELECT count(*) FROM errand.updates WHERE holder = $1 AND begun AND state = 'open') = 1 THEN $4
      ELSE least(suspicion + 1, $4 - 1) END
    WHERE holder = $1 AND state = 'open' AND id <> ALL($5::bigint[]) RETURNING id`,
    [holder, counts, suspectFrom, noDoubt, except],
  );
  return rows.map(({ id }) => id);
}

/** Who holds open updates without being among the instances any more. */
export async function listOrphans(tx: Queryable): Promise<string[]> {
  const { rows } = await tx.query<{ holder: string }>(
    `SELECT DISTINCT holder FROM errand.updates
    WHERE state = 'open' AND holder IS NOT NULL AND holder NOT IN (SELECT id FROM errand.instances)`,
  );
  return rows.map(({ holder }) => holder);
}

/** The newest that were buried. */
export async function listBuried(tx: Queryable): Promise<Buried[]> {
  const { rows } = await tx.query<Buried>(
    `SELECT id AS "updateId", accepted_at AS "acceptedAt", reason FROM errand.updates
    WHERE state = 'buried' ORDER BY accepted_at DESC, id DESC LIMIT $1`,
    [listAtMost],
  );
  return rows;
}

/** Opens a buried update as if it came now; returns it, or nothing when there is no such one. */
export async function reopen(tx: Queryable, updateId: number): Promise<Place[]> {
  const { rows } = await tx.query<{ id: number; turn: string | null }>(
    `UPDATE errand.updates SET state = 'open', accepted_at = ${clock}, failures = 0, suspicion = 0, note = '{"isRetried": true}', reason = NULL
    WHERE id = $1 AND state = 'buried' RETURNING id, turn`,
    [updateId],
  );
  return rows.map(toPlace);
}

/** Counts what is open. */
export async function count(tx: Queryable): Promise<Count> {
  const { rows } = await tx.query<{ open: number; waiting: number; oldest: number | null; clock: number }>(
    `SELECT ${clock} AS clock, coalesce(sum(open), 0)::bigint AS open, min(oldest) AS oldest,
      coalesce(sum(CASE WHEN turn IS NULL THEN waiting ELSE least(waiting, $1) END), 0)::bigint AS waiting
    FROM (
      SELECT turn, count(*) AS open, count(*) FILTER (WHERE holder IS NULL) AS waiting, min(accepted_at) AS oldest
      FROM errand.updates WHERE state = 'open' GROUP BY turn
    ) AS turns`,
    [ofATurn],
  );
  const { open = 0, waiting = 0, oldest = null, clock: databaseNow = 0 } = rows[0] ?? {};
  return { open, waiting, oldest: oldest === null ? undefined : toOurTime(oldest, databaseNow) };
}

/** Forgets some of the updates that ended long ago; false when none are left. */
export async function forget(tx: Queryable): Promise<boolean> {
  const { rowCount } = await tx.query(
    `DELETE FROM errand.updates WHERE id IN (
      SELECT id FROM errand.updates
      WHERE (state = 'done' AND accepted_at < ${clock} - $1) OR (state = 'buried' AND accepted_at < ${clock} - $2)
      LIMIT $3 FOR UPDATE SKIP LOCKED)`,
    [rememberMs, rememberBuriedMs, forgetAtOnce],
  );
  return rowCount === forgetAtOnce;
}

/** A time of the database's clock as this computer's clock would tell it, and never later than now. */
function toOurTime(at: number, databaseNow: number): number {
  const aheadMs = databaseNow - now();
  return Math.min(Math.abs(aheadMs) < agreeWithinMs ? at : at - aheadMs, now());
}

function toPlace({ id, turn }: { id: number; turn: string | null }): Place {
  return { updateId: id, turn: turn ?? undefined };
}

/** A text as Postgres takes it, whatever an error's words are made of. */
function plain(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
