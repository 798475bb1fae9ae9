// How failures of the network are told to a person: one key for each kind, the technical reason kept as the cause.

import { UserError } from '../errors.ts';

/** Our own rules forbid the destination. Its message is for the log: a person must not learn which rule it was. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** More bytes came than were asked for; `limit` in bytes. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
  readonly limit: number;

  constructor(limit: number) {
    super(`Cannot take the body: more than ${limit} bytes`);
    this.limit = limit;
  }
}

/** The body's compression is unknown, broken or a bomb. */
export class UnpackError extends Error {
  override readonly name = 'UnpackError';
}

/** The server sends more interim answers or headers than anybody needs. */
export class HeaderFloodError extends Error {
  override readonly name = 'HeaderFloodError';
}

const keys = new Map([
  ['ECONNREFUSED', 'error-refused'],
  ['EADDRNOTAVAIL', 'error-unreachable'],
  ['EHOSTDOWN', 'error-unreachable'],
  ['EHOSTUNREACH', 'error-unreachable'],
  ['ENETDOWN', 'error-unreachable'],
  ['ENETUNREACH', 'error-unreachable'],
  ['ETIMEDOUT', 'error-unreachable'],
  ['EDQUOT', 'error-disk-full'],
  ['ENOSPC', 'error-disk-full'],
  ['UND_ERR_BODY_TIMEOUT', 'error-no-answer'],
  ['UND_ERR_HEADERS_OVERFLOW', 'error-headers'],
  ['UND_ERR_HEADERS_TIMEOUT', 'error-no-answer'],
]);

/** Codes of node:tls (OpenSSL's verification errors) by the word that the texts know. */
const tlsReasons = new Map([
  ['CERT_CHAIN_TOO_LONG', 'unknown-issuer'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not-yet-valid'],
  ['CERT_REVOKED', 'revoked'],
  ['CERT_REJECTED', 'unknown-issuer'],
  ['CERT_SIGNATURE_FAILURE', 'unknown-issuer'],
  ['CERT_UNTRUSTED', 'unknown-issuer'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed'],
  ['ERR_TLS_CERT_ALTNAME_FORMAT', 'wrong-name'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong-name'],
  ['HOSTNAME_MISMATCH', 'wrong-name'],
  ['INVALID_CA', 'unknown-issuer'],
  ['INVALID_PURPOSE', 'unknown-issuer'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'unknown-issuer'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown-issuer'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown-issuer'],
]);

/** Turns whatever a request to `host` failed with into words for a person. A `UserError` stays as it is. */
export function describeFailure(error: unknown, host: string): UserError {
  if (error instanceof UserError) return error;
  const because = { cause: error };
  if (error instanceof PolicyError) return new UserError('error-private', { host }, because);
  if (error instanceof LimitError) return tooLarge(undefined, error.limit, because);
  if (error instanceof UnpackError) return new UserError('error-unpack', { host }, because);
  if (error instanceof HeaderFloodError) return new UserError('error-headers', { host }, because);
  const code = codeOf(error);
  const reason = tlsReason(code);
  if (reason) return new UserError('error-tls', { host, reason }, because);
  return new UserError(keys.get(code) ?? 'error-broken', { host }, because);
}

/**
 * The failure "larger than may be taken", told in megabytes with one decimal.
 * `size` is undefined, told as 0, when nobody knows how large it would have been.
 */
export function tooLarge(size: number | undefined, limit: number, options?: ErrorOptions): UserError {
  // Rounded up and down, so that what is over the limit never reads as equal to it.
  const sizeMb = Math.ceil((size ?? 0) / 100_000) / 10;
  const limitMb = Math.floor(limit / 10_000) / 100;
  return new UserError('error-too-large', { size: sizeMb, limit: limitMb }, options);
}

/**
 * Ends a piece of network work that has failed: throws the signal's reason when it was stopped,
 * else the failure in a person's words.
 */
export function fail(error: unknown, host: string, signal: AbortSignal): never {
  signal.throwIfAborted();
  throw describeFailure(error, host);
}

function tlsReason(code: string): string | undefined {
  const known = tlsReasons.get(code);
  if (known) return known;
  if (/TOO_WEAK|TOO_SMALL/.test(code)) return 'weak';
  return /^(ERR_SSL|ERR_TLS|EPROTO)/.test(code) ? 'handshake' : undefined;
}

/** The first code found in an error, in the errors it gathers, or in its causes. */
function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  return '';
}
