// JSON lines for operators, without the token and without people's words.

import { unescape } from 'node:querystring';
import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Events } from './events.ts';

export function createLog(config: Config): Logger {
  const secrets = secretsOf(config);
  const clean = (text: string) => secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, '…'), text);
  const write = (lines: string) => void process.stdout.write(clean(lines));
  return pino({ level: config.logLevel, serializers: { err: describe } }, { write: together(write) });
}

/** What must never be read in a log, the password of the database as it is written and as it is meant. */
function secretsOf({ botToken, webhookSecret, databaseUrl }: Config): string[] {
  const password = databaseUrl ? new URL(databaseUrl).password : '';
  const secrets = [botToken.split(':')[1] ?? '', webhookSecret, password, unescape(password)];
  // One of a few letters would be found everywhere. In JSON some signs are written otherwise.
  return secrets
    .filter(({ length }) => length > 3)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
}

/** Hands the lines of one turn of the event loop over together; those of the last turn when the process ends. */
function together(write: (lines: string) => void): (line: string) => void {
  let lines = '';
  const flush = () => {
    const ready = lines;
    lines = '';
    if (ready !== '') write(ready);
  };
  process.on('exit', flush);
  return (line) => {
    if (lines === '') setImmediate(flush);
    lines += line;
  };
}

/**
 * An error as it is logged: what it says and where it comes from, and the same of its causes. Nothing else that it
 * carries: grammY's errors hold the whole message that was to be sent.
 */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack } = error;
  const code = 'code' in error ? error.code : undefined;
  const cause = 'error' in error ? error.error : error.cause;
  const errors = error instanceof AggregateError ? error.errors.map(describe) : undefined;
  return {
    type: name,
    message,
    code,
    stack,
    errors,
    cause: cause === undefined ? undefined : describe(cause),
  };
}

/** Writes a line for each request when it is over. */
export function logRequests(events: Events, log: Logger): void {
  events.on('ended', ({ id, handler, ending, waitMs, totalMs }) => {
    log.info({ request: id, handler, ending, waitMs: Math.round(waitMs), totalMs }, 'request ended');
  });
}
