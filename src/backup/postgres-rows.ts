// What export and import say to the tables of the fleet: every statement, each part of the caller's transaction.

import type { Update } from 'grammy/types';
import type { Queryable } from '../postgres/database.ts';
import { rememberBuriedMs, rememberMs } from '../work/inbox.ts';
import { toKeptItem, toUpdateItem } from './items.ts';
import type { KeptItem, KeptRow, UpdateItem, UpdateRow } from './items.ts';

const readAtOnce = 500;

/** An update that was inserted. */
export interface Inserted {
  updateId: number;
  turn: string | undefined;
  state: UpdateItem['kind'];
}

/** The updates that are worth keeping at a moment of the Unix clock, in milliseconds. */
export async function* readUpdates(tx: Queryable, at: number): AsyncGenerator<UpdateItem[]> {
  for (let last = -1; ;) {
    const { rows } = await tx.query<UpdateRow>(
      `SELECT id, state, accepted_at AS "acceptedAt", failures, suspicion, body::text AS body,
        (note || jsonb_strip_nulls(jsonb_build_object('reason', reason)))::text AS note
      FROM errand.updates
      WHERE id > $1 AND (state = 'open' OR accepted_at >= CASE state WHEN 'done' THEN $2::bigint ELSE $3::bigint END)
      ORDER BY id LIMIT $4`,
      [last, at - rememberMs, at - rememberBuriedMs, readAtOnce],
    );
    yield rows.map(toUpdateItem);
    if (rows.length < readAtOnce) return;
    last = rows.at(-1)?.id ?? last;
  }
}

/** The entries of the stores that have not expired at that moment. */
export async function* readKept(tx: Queryable, at: number): AsyncGenerator<KeptItem[]> {
  for (let last: Pick<KeptRow, 'namespace' | 'key'> | undefined = { namespace: '', key: '' }; last;) {
    const { rows }: { rows: KeptRow[] } = await tx.query<KeptRow>(
      `SELECT namespace, key, value, expires FROM errand.kept
      WHERE (namespace, key) > ($1, $2) AND (expires IS NULL OR expires > $3)
      ORDER BY namespace, key LIMIT $4`,
      [last.namespace, last.key, at, readAtOnce],
    );
    yield rows.map(toKeptItem);
    last = rows.length < readAtOnce ? undefined : rows.at(-1);
  }
}

/** Writes updates down; returns those that were not there. */
export async function insertUpdates(tx: Queryable, items: readonly UpdateItem[]): Promise<Inserted[]> {
  if (items.length === 0) return [];
  const { rows } = await tx.query<{ id: number; turn: string | null; state: UpdateItem['kind'] }>(
    `INSERT INTO errand.updates (id, accepted_at, turn, state, failures, suspicion, taken, note, reason, body)
    SELECT id, accepted_at, turn, state, failures, suspicion, true, note - 'reason', note ->> 'reason', body
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::int[], $7::jsonb[], $8::json[])
      AS came (id, accepted_at, turn, state, failures, suspicion, note, body)
    ON CONFLICT (id) DO NOTHING RETURNING id, turn, state`,
    columns(items),
  );
  return rows.map(({ id, turn, state }) => ({ updateId: id, turn: turn ?? undefined, state }));
}

function columns(items: readonly UpdateItem[]): unknown[] {
  const contents = items.map((item) => (item.kind === 'done' ? null : item.update));
  return [
    items.map(({ id }) => id),
    items.map(({ acceptedAt }) => acceptedAt),
    contents.map((update) => turnOf(update) ?? null),
    items.map(({ kind }) => kind),
    items.map((item) => (item.kind === 'done' ? 0 : item.failures)),
    items.map((item) => (item.kind === 'done' ? 0 : item.suspicion)),
    items.map((item) => JSON.stringify(item.kind === 'done' ? {} : item.note)),
    contents.map((update) => update && JSON.stringify(update)),
  ];
}

/**
 * Only the bot's handlers know which updates of a chat need no order. Here every update of a chat takes a turn in it:
 * slower for the few that are open, and never wrong.
 */
function turnOf(update: Update | null): string | undefined {
  const { message, edited_message: edited, my_chat_member: member, callback_query: query } = update ?? {};
  const chat = (message ?? edited ?? member ?? query?.message)?.chat;
  return chat?.id === undefined ? undefined : `${chat.id}`;
}

/** Writes entries; resolves with how many were not there. */
export async function insertKept(tx: Queryable, items: readonly KeptItem[]): Promise<number> {
  if (items.length === 0) return 0;
  const { rowCount } = await tx.query(
    `INSERT INTO errand.kept (namespace, key, value, expires)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
    ON CONFLICT (namespace, key) DO NOTHING`,
    [
      items.map(({ namespace }) => namespace),
      items.map(({ key }) => key),
      items.map(({ value }) => value),
      items.map(({ expires }) => expires ?? null),
    ],
  );
  return rowCount;
}

/** Whether there is any update or entry. */
export async function holdsAnything(tx: Queryable): Promise<boolean> {
  const { rows } = await tx.query<{ full: boolean }>(
    'SELECT EXISTS (SELECT FROM errand.updates) OR EXISTS (SELECT FROM errand.kept) AS full',
  );
  return rows[0]?.full === true;
}

/** The instances that have not been taken leave of, and their beats. */
export async function beats(tx: Queryable): Promise<{ id: string; name: string; beat: number }[]> {
  const { rows } = await tx.query<{ id: string; name: string; beat: number }>(
    'SELECT id, name, beat FROM errand.instances ORDER BY name',
  );
  return rows;
}
