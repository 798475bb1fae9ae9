// What the tests of export and import have in common: whole exports as text, and a bot's life in a directory.

import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Update } from 'grammy/types';
import type { Tally } from '../../src/backup/items.ts';
import type { Place } from '../../src/backup/place.ts';
import { readExport } from '../../src/backup/read-export.ts';
import { writeExport } from '../../src/backup/write-export.ts';
import { SqliteAdapter } from '../../src/store/sqlite-adapter.ts';
import { openStores } from '../../src/store/stores.ts';
import type { Stores } from '../../src/store/stores.ts';
import { openSqliteInbox } from '../../src/work/inbox-sqlite.ts';
import type { Inbox } from '../../src/work/inbox.ts';
import fc from '../properties.ts';
import { anUpdate } from '../work/inbox-stage.ts';

export const { signal } = new AbortController();

export async function exportText(place: Place): Promise<string> {
  let text = '';
  await writeExport(place, async (more) => void (text += more), { signal });
  return text;
}

/** The lines of an export but for its first, which has the time. */
export async function exportLines(place: Place): Promise<string[]> {
  return (await exportText(place)).split('\n').slice(1);
}

export async function exportItems(place: Place): Promise<unknown[]> {
  return (await exportLines(place)).filter(Boolean).map((line) => JSON.parse(line) as unknown);
}

export function importText(place: Place, text: string, merges = false): Promise<Tally> {
  return place.add(readExport(chunksOf(text), 'the export'), { merges, signal });
}

/** A text in pieces that end anywhere. */
export async function* chunksOf(text: string, bytes = 1000): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes);
}

/** A whole export of these items. */
export function exportOf(...items: object[]): string {
  const head = { kind: 'errand-export', version: 1, at: '2026-01-01T00:00:00.000Z' };
  return [head, ...items, { kind: 'end', items: items.length }]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

/** A bot's inbox and stores, open as the bot has them. */
export interface Life extends AsyncDisposable {
  readonly inbox: Inbox;
  readonly stores: Stores;
}

export function live(directory: string): Life {
  const stack = new AsyncDisposableStack();
  const inbox = stack.use(openSqliteInbox(join(directory, 'inbox.sqlite')));
  const stores = stack.use(openStores(join(directory, 'state.sqlite')));
  return { inbox, stores, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

export const aDirectory = () => mkdtempDisposable(join(tmpdir(), 'errand-test-'));

/** What people may write, and what breaks lines, texts and JSON. */
const odd = ['\0', '\ud800', '\udfff', '😀', '\n', '\r', '\u2028', '"', '\\', '\u0001', '\ufeff', '\ufffd'];
export const anyText = (without = '') =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...odd.filter((one) => !without.includes(one))),
        fc.string({ maxLength: 8 }),
        fc.constant('ж'.repeat(9_000)),
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join(''));

type Fate = 'open' | 'noted' | 'failed' | 'done' | 'buried';

/** Updates with what becomes of each, and entries of the stores. */
export const aLife = (without = '') =>
  fc.record({
    updates: fc.uniqueArray(
      fc.record({
        id: fc.nat(2 ** 31),
        chat: fc.integer({ min: -3, max: 3 }),
        text: anyText(),
        reason: anyText(),
        fate: fc.constantFrom<Fate>('open', 'noted', 'failed', 'done', 'buried'),
      }),
      { selector: ({ id }) => id, maxLength: 20 },
    ),
    entries: fc.array(
      fc.record({
        namespace: fc.constantFrom('people', 'links'),
        key: anyText(without),
        value: anyText(without),
        expires: fc.option(fc.integer({ min: 4e12, max: 8e12 }), { nil: undefined }),
      }),
      { maxLength: 10 },
    ),
  });

export type SomeLife = ReturnType<typeof aLife> extends fc.Arbitrary<infer T> ? T : never;

/** Lets a bot live this life in a directory, and end well. */
export async function leadLife(directory: string, { updates, entries }: SomeLife): Promise<void> {
  await using life = live(directory);
  const { inbox } = life;
  await inbox.accept(updates.map(toUpdate));
  for (const { id, fate, reason } of updates) {
    if (fate === 'noted') await inbox.note(id, { progressId: 5, answerId: id });
    if (fate === 'failed') await inbox.release(id, { hasFailed: true });
    if (fate === 'done') await inbox.done(id);
    if (fate === 'buried') await inbox.bury(id, reason);
  }
  using database = openState(directory);
  for (const { namespace, key, value, expires } of entries) {
    await new SqliteAdapter(database, namespace).set(key, value, expires);
  }
}

function openState(directory: string): DatabaseSync {
  return new DatabaseSync(join(directory, 'state.sqlite'));
}

export function toUpdate({ id, chat, text }: SomeLife['updates'][number]): Update {
  const { message } = anUpdate(id);
  return { update_id: id, message: { ...message, text, chat: { id: chat, type: 'private' } } } as Update;
}
