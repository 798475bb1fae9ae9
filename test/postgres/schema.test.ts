// The schema: made once, whoever comes at the same time, and left alone when it is a newer one.

import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/postgres/database.ts';
import { DatabaseError } from '../../src/postgres/failure.ts';
import { prepareSchema, schemaVersion } from '../../src/postgres/schema.ts';
import { usePostgres } from './database.ts';

const base = usePostgres();

describe('prepareSchema', () => {
  it('makes the tables once when three begin at the same moment, and changes nothing later', async () => {
    const url = await base.createBare();
    await using stack = new AsyncDisposableStack();
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase(url)));
    for (const database of databases) stack.use(database);
    await Promise.all(databases.map(prepareSchema));
    const [database] = databases;
    await database?.query(`INSERT INTO errand.kept VALUES ('n', 'k', 'v')`);
    await prepareSchema(database!);
    expect(await base.run('SELECT version FROM errand.meta', url)).toEqual([{ version: schemaVersion }]);
    expect(await base.run('SELECT value FROM errand.kept', url)).toEqual([{ value: 'v' }]);
    const tables = await base.run(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'errand' ORDER BY 1`,
      url,
    );
    expect(tables.map(({ name }) => name)).toEqual([
      'holds',
      'instances',
      'kept',
      'leases',
      'meta',
      'updates',
    ]);
  });

  it('refuses a newer one, says which, and leaves it as it is', async () => {
    await using database = await base.openEmpty();
    await database.query('UPDATE errand.meta SET version = 999');
    const failing = prepareSchema(database);
    await expect(failing).rejects.toBeInstanceOf(DatabaseError);
    await expect(failing).rejects.toThrow(`version 999, this program knows ${schemaVersion}`);
    expect((await database.query('SELECT version FROM errand.meta')).rows).toEqual([{ version: 999 }]);
  });

  it('says so when the user may make no schema, and needs no such right in one that was made for it', async () => {
    const url = await base.createBare();
    await base.run(`CREATE ROLE guest LOGIN PASSWORD 'guest'`);
    await using database = await openDatabase(url.replace(/\/\/[^@]*@/, '//guest:guest@'));
    await expect(prepareSchema(database)).rejects.toThrow(/make it the owner of the database/);
    await base.run('CREATE SCHEMA errand AUTHORIZATION guest', url);
    await prepareSchema(database);
    expect((await database.query('SELECT version FROM errand.meta')).rows).toHaveLength(1);
  });

  it('keeps a body with whatever a person can write', async () => {
    await using database = await base.openEmpty();
    const body = { text: 'a\u0000b \ud800 “😀”' };
    const insert = 'INSERT INTO errand.updates (id, accepted_at, body) VALUES (1, 2, $1)';
    await database.query(insert, [JSON.stringify(body)]);
    expect((await database.query('SELECT accepted_at, body FROM errand.updates')).rows).toEqual([
      { accepted_at: 2, body },
    ]);
  });
});
