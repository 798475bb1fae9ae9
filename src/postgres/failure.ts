// Why Postgres cannot be used, in words that say what to mend; never an address with its password.

/** The database cannot be used for a reason that its operator can mend. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

interface Reason {
  words: string;
  /** Waiting mends it, as far as can be known. */
  passes?: true;
}

/** By SQLSTATE (PostgreSQL, appendix A) or by the platform's code. */
const reasons: Record<string, Reason> = {
  '28P01': { words: 'wrong user name or password in DATABASE_URL' },
  '28000': { words: 'the server lets this user in from nowhere or only over TLS: see its pg_hba.conf' },
  '3D000': { words: 'no such database: create it, or mend the name in DATABASE_URL' },
  '42501': { words: 'the user may not do this: make it the owner of the database' },
  '25006': { words: 'it takes no writes: DATABASE_URL leads to a standby' },
  '57P03': { words: 'the server is starting or stopping', passes: true },
  '57P01': { words: 'the server is stopping', passes: true },
  '53300': { words: 'the server has no connection left: raise its max_connections', passes: true },
  ENOTFOUND: { words: 'host not found: mend the host in DATABASE_URL', passes: true },
  EAI_AGAIN: { words: 'host not found: no name server answers', passes: true },
  ECONNREFUSED: { words: 'connection refused: does the server run, on this port?', passes: true },
  ECONNRESET: { words: 'connection reset', passes: true },
  ETIMEDOUT: { words: 'no answer', passes: true },
  EHOSTUNREACH: { words: 'no way to its host', passes: true },
  ENETUNREACH: { words: 'no way to its network', passes: true },
};

/** Whether it is useless to try again: somebody has to mend something first. */
export function isLasting(error: unknown): boolean {
  return error instanceof DatabaseError || reasonOf(error).passes !== true;
}

/** What is wrong, in a few words. */
export function explain(error: unknown): string {
  return error instanceof DatabaseError ? error.message : reasonOf(error).words;
}

/** The failure as an error for the operator, with the server's own as its cause. */
export function toDatabaseError(what: string, error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  return new DatabaseError(`${what}: ${explain(error)}`, { cause: error });
}

function reasonOf(error: unknown): Reason {
  if (!(error instanceof Error)) return { words: 'unknown' };
  const { code, syscall } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : reasons[code];
  if (known) return known;
  if (isOfTls(error, code)) return { words: `no TLS with the server: ${error.message}` };
  if (/^SASL|password must be a string/.test(error.message)) {
    return { words: 'the server wants a password: DATABASE_URL has none that it takes' };
  }
  if (/terminated|timeout|timed out/i.test(error.message)) return { words: 'no answer', passes: true };
  // A socket's file that is not there yet.
  if (code === 'ENOENT' && syscall === 'connect') return { words: 'no server at its socket', passes: true };
  return { words: error.message };
}

function isOfTls(error: Error, code: string | undefined): boolean {
  return (
    /^(?:EPROTO|CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code ?? '') ||
    /\bSSL\b/.test(error.message)
  );
}
