// The guarded connector over TLS: whose certificate counts, and what is told when it does not.

import { setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFailure } from '../../src/net/failure.ts';
import { dial } from './dial.ts';
import { startNameServer } from './name-server.ts';
import { answer, readCertificate, startRawServer } from './raw-server.ts';
import { failureOf, patience, startWeb } from './settings.ts';

const hello = answer(200, { 'content-length': 5 }, 'hello');

describe('createConnector over TLS', () => {
  beforeAll(() => setDefaultCACertificates([readCertificate('authority')]));
  afterAll(() => setDefaultCACertificates([]));

  const zone = Object.fromEntries(
    ['secure', 'expired', 'future', 'self', 'other'].map((name) => [`${name}.test`, ['127.0.0.3']]),
  );

  it('takes a good certificate and tells when it ends', async () => {
    await using names = await startNameServer(zone);
    await using server = await startRawServer((socket) => socket.end(hello), {
      host: '127.0.0.3',
      certificate: 'secure',
    });
    const web = startWeb({ servers: [names.server] });
    for (const host of ['secure.test', 'secure.test.', '127.0.0.3']) {
      await using response = await web.open(new URL(`https://${host}:${server.port}/`), {
        signal: patience(),
      });
      expect(response.certificateUntil).toEqual(new Date('2199-01-01T00:00:00Z'));
      expect((await response.read({ maxBytes: 100, onLimit: 'fail' })).toString()).toBe('hello');
    }
  });

  it.each([
    ['expired', 'expired.test', 'expired'],
    ['future', 'future.test', 'not-yet-valid'],
    ['self', 'self.test', 'self-signed'],
    ['secure', 'other.test', 'wrong-name'],
    ['secure', '127.0.0.2', 'wrong-name'],
  ])('refuses the certificate "%s" of %s: %s', async (certificate, host, reason) => {
    await using names = await startNameServer(zone);
    await using server = await startRawServer((socket) => socket.end(hello), {
      host: '0.0.0.0',
      certificate,
    });
    const web = startWeb({ servers: [names.server] });
    const error = await failureOf(
      web.open(new URL(`https://${host}:${server.port}/`), { signal: patience() }),
    );
    expect(error).toMatchObject({ key: 'error-tls', vars: { host, reason } });
    expect(server.requests).toEqual([]);
    await server.drained();
  });

  it('refuses a certificate of an authority that it does not know', async () => {
    setDefaultCACertificates([]);
    await using server = await startRawServer((socket) => socket.end(hello), {
      host: '127.0.0.3',
      certificate: 'secure',
    });
    const error = await failureOf(
      startWeb().open(new URL(`https://127.0.0.3:${server.port}/`), { signal: patience() }),
    );
    setDefaultCACertificates([readCertificate('authority')]);
    expect(error).toMatchObject({ key: 'error-tls', vars: { reason: 'unknown-issuer' } });
  });

  it('says "handshake" when the other side does not speak TLS', async () => {
    await using server = await startRawServer(() => {}, { greet: (socket) => socket.end(hello) });
    const url = new URL(`https://127.0.0.1:${server.port}/`);
    const error = await failureOf(startWeb().open(url, { signal: patience() }));
    expect(error).toMatchObject({ key: 'error-tls', vars: { reason: 'handshake' } });
  });

  it('closes the connection at once when stopped during the handshake', async () => {
    await using server = await startRawServer(() => {});
    const controller = new AbortController();
    const url = new URL(`https://127.0.0.1:${server.port}/`);
    const failure = failureOf(startWeb().open(url, { signal: controller.signal }));
    await server.connected();
    const reason = new Error('stopped');
    controller.abort(reason);
    expect(await failure).toBe(reason);
    await server.drained();
  });

  it('gives up a handshake that takes too long', async () => {
    await using server = await startRawServer(() => {});
    const error = await dial(`https://127.0.0.1:${server.port}/`, { connectTimeoutMs: 100 });
    expect(describeFailure(error, 'x').key).toBe('error-unreachable');
    await server.drained();
  });
});
