// The tables of the instances that share a Postgres: made, and brought up to date, by whoever starts first.

import type { Database, Queryable } from './database.ts';
import { DatabaseError, toDatabaseError } from './failure.ts';

/** Any number that nobody else locks in this database. */
const lock = 0x45_72_72_61;

/** One for each version, from the first on; what has been released is never changed. */
const migrations: readonly string[] = [
  `
  CREATE TABLE errand.meta (version int NOT NULL);
  INSERT INTO errand.meta VALUES (0);

  -- What was accepted. body is json, not jsonb, which takes neither a NUL nor half a surrogate pair.
  CREATE TABLE errand.updates (
    id bigint PRIMARY KEY,
    accepted_at bigint NOT NULL,
    turn text,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'buried')),
    failures int NOT NULL DEFAULT 0,
    suspicion int NOT NULL DEFAULT 0,
    taken boolean NOT NULL DEFAULT false,
    begun boolean NOT NULL DEFAULT false,
    note jsonb NOT NULL DEFAULT '{}',
    reason text,
    body json,
    holder uuid
  );
  CREATE INDEX updates_open ON errand.updates (accepted_at, id) WHERE state = 'open';
  CREATE INDEX updates_held ON errand.updates (holder) WHERE state = 'open';
  CREATE INDEX updates_buried ON errand.updates (accepted_at, id) WHERE state = 'buried';
  CREATE INDEX updates_done ON errand.updates (accepted_at) WHERE state = 'done';

  CREATE TABLE errand.instances (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    version text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    beat bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 50);

  CREATE TABLE errand.leases (
    name text PRIMARY KEY,
    holder uuid NOT NULL,
    until timestamptz NOT NULL
  ) WITH (fillfactor = 50);

  -- What instances hold and do right now: not worth a crash's care, so not logged.
  CREATE UNLOGGED TABLE errand.holds (
    instance uuid NOT NULL,
    person text NOT NULL,
    kind text NOT NULL,
    held int NOT NULL,
    PRIMARY KEY (person, kind, instance)
  ) WITH (fillfactor = 50);
  CREATE INDEX holds_instance ON errand.holds (instance);

  CREATE TABLE errand.kept (
    namespace text NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    expires bigint,
    PRIMARY KEY (namespace, key)
  );
  CREATE INDEX kept_expires ON errand.kept (expires) WHERE expires IS NOT NULL;
  `,
];

/** The version of the tables that this program works with. */
export const schemaVersion = migrations.length;

/**
 * Makes the schema `errand` or brings it up to date; any number of instances may do so at once. Rejects with
 * DatabaseError when it belongs to a newer program or the user may not change it.
 */
export async function prepareSchema(database: Database): Promise<void> {
  try {
    await database.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [lock]);
      await migrate(tx, await readVersion(tx));
    });
  } catch (error) {
    throw toDatabaseError('Cannot prepare the database', error);
  }
}

async function migrate(tx: Queryable, found: number): Promise<void> {
  if (found > schemaVersion) {
    throw new DatabaseError(
      `Cannot use the database: its schema "errand" has version ${found}, this program knows ${schemaVersion}: start a newer one`,
    );
  }
  if (found === schemaVersion) return;
  for (const migration of migrations.slice(found)) await tx.query(migration);
  await tx.query('UPDATE errand.meta SET version = $1', [schemaVersion]);
}

/** Zero before the first version; the schema itself may have been made by the database's owner. */
async function readVersion(tx: Queryable): Promise<number> {
  const { rows } = await tx.query<{ schema: unknown; meta: unknown }>(
    `SELECT to_regnamespace('errand') AS schema, to_regclass('errand.meta') AS meta`,
  );
  const [found] = rows;
  if (!found?.schema) await tx.query('CREATE SCHEMA errand');
  if (!found?.meta) return 0;
  const read = await tx.query<{ version: number }>('SELECT version FROM errand.meta');
  return read.rows[0]?.version ?? 0;
}
