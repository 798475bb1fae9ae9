// Exports that are whole, and those that are not.

import { describe, expect, it } from 'vitest';
import { readExport } from '../../src/backup/read-export.ts';
import type { Numbered } from '../../src/backup/place.ts';
import fc from '../properties.ts';
import { anUpdate } from '../work/inbox-stage.ts';
import { anyText, chunksOf, exportOf } from './places.ts';

async function read(text: string | Uint8Array, bytes?: number): Promise<Numbered[]> {
  const chunks = typeof text === 'string' ? chunksOf(text, bytes) : [text];
  const batches = await Array.fromAsync(readExport(chunks as AsyncIterable<Uint8Array>, '"a file"'));
  return batches.flat();
}

const done = (id: number) => ({ kind: 'done', id, acceptedAt: 1 });
const open = (id: number, more = {}) => ({
  kind: 'open',
  id,
  acceptedAt: 1,
  failures: 0,
  suspicion: 0,
  note: {},
  update: anUpdate(id),
  ...more,
});
const entry = (value: string) => ({ kind: 'kept', namespace: 'people', key: '7', value });
const [head = '', first = ''] = exportOf(done(1)).split('\n');

describe('readExport', () => {
  it('gives what was written, with its lines, wherever the chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyText(), { maxLength: 5 }),
        fc.integer({ min: 1, max: 300 }),
        async (texts, bytes) => {
          const items = [done(1), open(2, { note: { answerId: 4 } }), ...texts.map(entry)];
          const found = await read(exportOf(...items), bytes);
          expect(found).toEqual(items.map((item, index) => ({ line: index + 2, item })));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('takes an empty export, and one whose last line feed is missing', async () => {
    expect(await read(exportOf())).toEqual([]);
    expect(await read(exportOf(done(1)).trimEnd())).toHaveLength(1);
  });

  it.each([
    ['nothing', '', 'after line 0: cut off'],
    ['another file', '<html>\n', 'line 1: not the beginning of an export'],
    ['an export without its beginning', `${first}\n`, 'line 1: not the beginning of an export'],
    [
      'what npm says before it',
      `\n> errand@0.1.0 export\n${head}\n`,
      'line 1: not the beginning of an export',
    ],
    [
      'a newer version',
      '{"kind":"errand-export","version":2}\n',
      'line 1: the export has version 2, this program knows 1',
    ],
    ['one that is cut off after a line', `${head}\n${first}\n`, 'after line 2: cut off'],
    [
      'one that is cut off in a line',
      `${head}\n${first}\n${first.slice(0, 9)}`,
      'line 3: not JSON: was it cut off?',
    ],
    [
      'one that lacks a line',
      exportOf(done(1), done(2)).replace(`${first}\n`, ''),
      'line 3: it ends after 1 items, of 2',
    ],
    ['two in one', exportOf() + exportOf(), 'line 3: it goes on after its end'],
    ['an empty line', `${head}\n\n`, 'line 2: not JSON'],
    ['an unknown kind', exportOf({ kind: 'secret' }), 'line 2: kind: Invalid'],
    ['a number for an item', `${head}\n7\n`, 'line 2: kind: Invalid'],
    [
      'an update with another id',
      exportOf(done(1), open(2, { update: anUpdate(3) })),
      'line 3: update: expected the update with this id',
    ],
    ['an update that is a text', exportOf(open(2, { update: 'x' })), 'line 2: update: expected an object'],
    ['a broken number', exportOf(done(1.5)), 'line 2: id: Invalid input: expected int'],
  ])('refuses %s', async (_, text, words) => {
    await expect(read(text)).rejects.toThrow(`Cannot read "a file": ${words}`);
  });

  it('refuses what is not UTF-8, and says nothing of what people wrote', async () => {
    const bytes = Buffer.concat([Buffer.from(`${head}\n"`), Buffer.from([0xff]), Buffer.from('"\n')]);
    await expect(read(bytes)).rejects.toThrow('not UTF-8');
    const failure: unknown = await read(`${head}\n{"kind":"kept","value":"my word\n`).catch((error) => error);
    expect(String(failure)).not.toContain('my word');
  });

  it('refuses a line without an end before it fills the memory', async () => {
    let sent = 0;
    const endless = async function* () {
      for (;;) {
        sent += 2 ** 22;
        yield Buffer.alloc(2 ** 22, 'x');
      }
    };
    await expect(Array.fromAsync(readExport(endless(), '"a file"'))).rejects.toThrow('line 1: too long');
    expect(sent).toBeLessThan(2 ** 25);
  });
});
