// The playground answers only this computer, and takes orders only from its own page.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBackstage } from './backstage.ts';
import type { Backstage } from './backstage.ts';

let stage: Backstage;

beforeEach(async () => {
  stage = await startBackstage();
});
afterEach(() => stage[Symbol.asyncDispose]());

describe('requireLoopback', () => {
  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]', 'errand.localhost', 'a.b.localhost'])(
    'lets in a request to %s',
    async (name) => {
      const { status } = await stage.ask('/', { headers: { host: `${name}:${stage.server.port}` } });
      expect(status).toBe(200);
    },
  );

  it.each([
    'attacker.example',
    'localhost.attacker.example',
    '127.0.0.1.nip.io',
    'notlocalhost',
    '0.0.0.0',
    '127.0.0.2',
    '2130706433',
    'user@localhost',
    'localhost.',
    '',
  ])('refuses the foreign Host "%s" everywhere', async (name) => {
    const headers = { host: `${name}:${stage.server.port}` };
    for (const path of ['/', '/page/main.js', '/playground/state', '/playground/events', '/healthz']) {
      expect((await stage.ask(path, { headers })).status).toBe(403);
    }
  });

  it.each(['localhost', 'localhost:1', '127.0.0.1:80'])('refuses the wrong port in %s', async (host) => {
    expect((await stage.ask('/playground/state', { headers: { host } })).status).toBe(403);
  });

  it('refuses orders from a foreign page, also one of another port or scheme of this computer', async () => {
    const foreign = [
      'http://attacker.example',
      'null',
      'http://127.0.0.1',
      'http://127.0.0.1:1',
      `https://127.0.0.1:${stage.server.port}`,
      `http://localhost:${stage.server.port}`,
      `http://127.0.0.1:${stage.server.port}.attacker.example`,
    ];
    for (const origin of foreign) {
      const { status } = await stage.ask(`/playground/people/${stage.ann.id}/send`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: '{"text":"x"}',
      });
      expect([origin, status]).toEqual([origin, 403]);
    }
    expect(stage.ann.chat.messages).toHaveLength(0);
  });

  it('refuses what the page of another site asks for, though not a link from there', async () => {
    const ask = (mode: string) =>
      stage.ask('/', { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode } });
    expect((await ask('no-cors')).status).toBe(403);
    expect((await ask('navigate')).status).toBe(200);
  });

  it('takes orders from its own page', async () => {
    const { status } = await stage.ask(`/playground/people/${stage.ann.id}/send`, {
      method: 'POST',
      headers: { origin: stage.server.url, 'content-type': 'application/json' },
      body: '{"text":"x"}',
    });
    expect(status).toBe(200);
  });
});
