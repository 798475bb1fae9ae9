// One connection to Postgres: its settings, opening it, and cutting it at once.

import { Client, types } from 'pg';
import type { ClientConfig, Connection } from 'pg';
import { DatabaseError } from './failure.ts';

const connectTimeoutMs = 5_000;
/** The server gives up first, so that its reason is heard. */
const statementTimeoutMs = 10_000;
const answerTimeoutMs = 12_000;

/**
 * The settings of every connection. Whole numbers of eight bytes are read as numbers: all of ours are below 2^53.
 * Throws DatabaseError for what is no address of a Postgres.
 */
export function readSettings(url: string): ClientConfig {
  if (!URL.canParse(url) || !/^postgres(?:ql)?:$/.test(new URL(url).protocol)) {
    throw new DatabaseError(
      'Cannot read DATABASE_URL: it is not like postgres://user:password@host:5432/name',
    );
  }
  const address = new URL(url);
  // Without statistics the planner joins the queue's heads in nested loops: 37 times slower beside 10,000 jobs.
  const options = [address.searchParams.get('options'), '-c enable_nestloop=off'];
  address.searchParams.set('options', options.filter(Boolean).join(' '));
  return {
    connectionString: address.href,
    application_name: 'errand',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: answerTimeoutMs,
    // A stalled process keeps nobody from the rows that it had locked.
    idle_in_transaction_session_timeout: statementTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser },
  };
}

/** Opens a connection outside the pool. Rejects as the driver does, or with `signal.reason`; then nothing stays open. */
export async function connect(
  settings: ClientConfig,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Client> {
  signal?.throwIfAborted();
  const client = new Client(settings);
  const stop = () => cut(client);
  // Whoever asks or listens hears of a lost connection by a rejection or by 'end'.
  client.on('error', () => {});
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    signal?.throwIfAborted();
    return client;
  } catch (error) {
    cut(client);
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Ends a connection without a farewell; what it was asked is rejected. */
export function cut(client: object): void {
  // `end()` would wait for a mute server, and leave a connecting client unsettled.
  (client as { connection: Connection }).connection.stream.destroy();
}

function getTypeParser(...[oid, format]: Parameters<typeof types.getTypeParser>): (text: string) => unknown {
  return oid === types.builtins.INT8
    ? Number
    : (types.getTypeParser(oid, format) as (text: string) => unknown);
}
