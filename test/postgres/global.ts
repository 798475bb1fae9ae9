// The Postgres of a whole test run: one server, with a database that is prepared once and copied for each test file.

import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/postgres/database.ts';
import { prepareSchema } from '../../src/postgres/schema.ts';
import { openTravel } from '../../src/postgres/travel.ts';
import { run, startServer } from './server.ts';

/** The database that the others are copied from; nobody may be connected to it. */
export const template = 'prepared';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the server's own database. */
    postgresUrl: string;
  }
}

/** Called by vitest before the first test; the result after the last. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  await run(server.url(), `CREATE DATABASE ${template}`);
  await using database = await openDatabase(server.url(template));
  await prepareSchema(database);
  await using _travel = await openTravel(database);
  provide('postgresUrl', server.url());
  return async () => server[Symbol.asyncDispose]();
}
