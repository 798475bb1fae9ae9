// The page's files: all that it names, nothing beside them, under a strict policy.

import { globSync } from 'node:fs';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBackstage } from './backstage.ts';
import type { Backstage } from './backstage.ts';

let stage: Backstage;

beforeEach(async () => {
  stage = await startBackstage();
});
afterEach(() => stage[Symbol.asyncDispose]());

async function getRaw(path: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get({ host: '127.0.0.1', port: stage.server.port, path, agent: false }, resolve).on('error', reject);
  return (await promise).resume();
}

describe('createPageRoutes', () => {
  it('serves the page under a policy that runs no script but its own, and the page needs no other', async () => {
    const { status, headers, text } = await stage.ask('/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|https?:/);
  });

  it('serves every file that the page and its modules name', async () => {
    const named = new Set<string>();
    const visit = async (path: string) => {
      if (named.has(path)) return;
      named.add(path);
      const { status, text } = await stage.ask(path);
      expect([path, status]).toEqual([path, 200]);
      for (const [, name = ''] of text.matchAll(/["'`]((?:\/page\/|\.{1,2}\/)[\w./-]+\.(?:js|css|svg))/g)) {
        await visit(new URL(name, `http://page${path}`).pathname);
      }
    };
    await visit('/');
    const files = globSync('**/*.*', { cwd: new URL('../../src/web/page/', import.meta.url) }).filter(
      (name) => !['index.html', 'tsconfig.json'].includes(name),
    );
    expect([...named].toSorted()).toEqual(['/', ...files.map((name) => `/page/${name}`)].toSorted());
  });

  it.each([
    '/page/',
    '/page/none.js',
    '/page/../server.ts',
    '/page/..%2fserver.ts',
    '/page/%2e%2e%2fserver.ts',
    '/page/..%5cserver.ts',
    '/page/main.js%00',
    '/page/main.js/',
    '/page//etc/passwd',
    '/page/__proto__',
  ])('answers 404 to %s', async (path) => {
    // A URL would be tidied before it is sent; this address goes out as it is.
    const { statusCode } = await getRaw(path);
    expect(statusCode).toBe(404);
  });
});
