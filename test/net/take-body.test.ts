// What becomes of the memory that a body arrives in.

import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { FileWriter } from '../../src/net/file-writer.ts';
import { takeBody } from '../../src/net/resume.ts';
import type { Beginning } from '../../src/net/resume.ts';
import type { WebResponse } from '../../src/net/web.ts';
import { openTempFiles } from '../../src/store/temp-files.ts';

it('takeBody gives the memory of what it has taken back, but none that belongs to others too', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'errand-'));
  await using files = await openTempFiles({ directory: home.path, maxBytes: Infinity });
  await using file = await files.create();
  await using writer = new FileWriter(file);
  const own = Buffer.alloc(70_000, 'own');
  const shared = Buffer.alloc(70_000, 'shared');
  const expected = Buffer.concat([own, shared.subarray(10_000)]);
  const body = Readable.from([own, shared.subarray(10_000)]);
  const response = { body, headers: {}, [Symbol.asyncDispose]: async () => {} } as Partial<WebResponse>;
  const { signal } = new AbortController();
  const source = { response, url: new URL('http://a.example/'), signal, maxBytes: 1e6 } as Beginning;
  await takeBody(source, writer);
  await writer.finish();
  expect(own.buffer).toMatchObject({ byteLength: 0 });
  expect(shared.subarray(0, 6).toString()).toBe('shared');
  expect((await readFile(file.path)).equals(expected)).toBe(true);
});
