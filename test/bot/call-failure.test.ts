// What a failed Bot API call means, by the words of the server.

import { GrammyError, HttpError } from 'grammy';
import { describe, expect, it } from 'vitest';
import {
  isEditImpossible,
  isShutOut,
  isStaleFileId,
  isTooLargeToSend,
  isUnchanged,
  mayHaveArrived,
  retryAfterMs,
} from '../../src/bot/call-failure.ts';
import { UnreadableAnswerError } from '../../src/bot/telegram-client.ts';
import { UserError } from '../../src/errors.ts';
import { PolicyError } from '../../src/net/failure.ts';

/** An error of the Bot API as grammY throws it. */
function refused(error_code: number, description: string, parameters = {}): GrammyError {
  return new GrammyError(
    'Call failed!',
    { ok: false, error_code, description, parameters },
    'sendMessage',
    {},
  );
}

const network = (error: unknown) => new HttpError('Network request failed!', error);
const coded = (code: string) => network(Object.assign(new Error('x'), { code }));

describe('retryAfterMs', () => {
  it.each([
    [refused(429, 'Too Many Requests: retry after 14', { retry_after: 14 }), 14_000],
    [refused(429, 'Too Many Requests', {}), 1_000],
    [refused(429, 'Too Many Requests', { retry_after: 0 }), 1_000],
    [refused(400, 'Bad Request', { retry_after: 14 }), undefined],
    [network(new Error('x')), undefined],
    [undefined, undefined],
  ])('of %s is %s', (error, ms) => {
    expect(retryAfterMs(error)).toBe(ms);
  });
});

describe('mayHaveArrived', () => {
  it.each([
    ['refused by Telegram', refused(500, 'Internal Server Error')],
    ['refused by a proxy', network(new UnreadableAnswerError(502))],
    ['nobody at the address', coded('ECONNREFUSED')],
    ['no such name', network(new UserError('error-unknown-host', { host: 'x' }))],
    ['no way there', coded('EHOSTUNREACH')],
    ['none of the addresses answers', network(new AggregateError([new Error('x')]))],
    ['no wish to go there', network(new PolicyError('x'))],
    ['not who they say they are', coded('ERR_TLS_CERT_ALTNAME_INVALID')],
  ])('is false: %s', (_name, error) => {
    expect(mayHaveArrived(error)).toBe(false);
  });

  it.each([
    ['a gateway that lost patience', network(new UnreadableAnswerError(504))],
    ['an answer that cannot be read', network(new UnreadableAnswerError(200))],
    ['a connection that broke', coded('ECONNRESET')],
    ['a socket that closed', coded('UND_ERR_SOCKET')],
    ['silence', network(new DOMException('x', 'TimeoutError'))],
    ['whatever else', new Error('x')],
  ])('is true: %s', (_name, error) => {
    expect(mayHaveArrived(error)).toBe(true);
  });
});

describe('The words of the server', () => {
  const told = [
    ['Forbidden: bot was blocked by the user', 403, isShutOut],
    ['Forbidden: user is deactivated', 403, isShutOut],
    ['Forbidden: bot was kicked from the supergroup chat', 403, isShutOut],
    ['Bad Request: chat not found', 400, isShutOut],
    ['Bad Request: message to edit not found', 400, isEditImpossible],
    ["Bad Request: message can't be edited", 400, isEditImpossible],
    ['Bad Request: MESSAGE_ID_INVALID', 400, isEditImpossible],
    [
      'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
      400,
      isUnchanged,
    ],
    ['Bad Request: wrong file identifier/HTTP URL specified', 400, isStaleFileId],
    ["Bad Request: wrong remote file identifier specified: can't unserialize it", 400, isStaleFileId],
    ['Request Entity Too Large', 413, isTooLargeToSend],
    ['Bad Request: file is too big', 400, isTooLargeToSend],
  ] as const;
  const meanings = [isShutOut, isEditImpossible, isUnchanged, isStaleFileId, isTooLargeToSend];

  it.each(told)('"%s" mean one thing only', (description, status, meaning) => {
    const error = refused(status, description);
    expect(meanings.filter((one) => one(error))).toEqual([meaning]);
  });

  it('mean nothing where another thing is wrong', () => {
    for (const error of [
      refused(400, 'Bad Request: message text is empty'),
      coded('ECONNRESET'),
      undefined,
    ]) {
      expect(meanings.filter((one) => one(error))).toEqual([]);
    }
  });

  it('of a proxy that takes no such large files are understood too', () => {
    expect(isTooLargeToSend(network(new UnreadableAnswerError(413)))).toBe(true);
    expect(isTooLargeToSend(network(new UnreadableAnswerError(502)))).toBe(false);
  });
});
