// What an export is made of: an item for each thing that is kept, one a line.

import type { Update } from 'grammy/types';
import { z } from 'zod';
import type { Note } from '../work/inbox.ts';

/** As far as the queue can name an update. */
const updateId = z
  .int()
  .min(0)
  .max(2 ** 48 - 1);

/** With every field that a note may have, in a fixed order, and why an update was buried. */
const note = z.object({
  progressId: z.int().optional(),
  answerId: z.int().optional(),
  isRetried: z.boolean().optional(),
  reason: z.string().transform(toPlain).optional(),
} satisfies Record<keyof Note | 'reason', z.ZodType>);

const update = z.custom<Update>((value) => isObject(value), 'expected an object');

const count = z.int().min(0).max(1_000_000);
const accepted = { id: updateId, acceptedAt: z.int() };
/** `update` is null where the record could not be read: it is buried as soon as somebody takes it. */
const readable = { ...accepted, failures: count, suspicion: count, note, update: update.nullable() };

const item = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('open'), ...readable }),
    z.object({ kind: z.literal('buried'), ...readable }),
    z.object({ kind: z.literal('done'), ...accepted }),
    z.object({
      kind: z.literal('kept'),
      namespace: z.string(),
      key: z.string(),
      value: z.string(),
      expires: z.int().optional(),
    }),
  ])
  .refine((one) => !('update' in one) || !one.update || one.update.update_id === one.id, {
    path: ['update'],
    error: 'expected the update with this id',
  });

/** An open or buried update, one that is done and may be delivered again, or an entry of a store. */
export type Item = z.output<typeof item>;
export type UpdateItem = Exclude<Item, { kind: 'kept' }>;
export type KeptItem = Extract<Item, { kind: 'kept' }>;

/** How many items of each kind there are. */
export type Tally = Record<Item['kind'], number>;

export const none = (): Tally => ({ open: 0, buried: 0, done: 0, kept: 0 });

/** A row of either inbox; its note has the reason in it, and note and body are as they were written. */
export interface UpdateRow {
  id: number;
  state: 'open' | 'buried' | 'done';
  acceptedAt: number;
  failures: number;
  suspicion: number;
  note: string;
  body: string | null;
}

/** A row of either store. */
export interface KeptRow {
  namespace: string;
  key: string;
  value: string;
  expires: number | null;
}

/** What of an item is wrong, in words without its content; the item itself when nothing is. */
export function readItem(value: unknown): Item | string {
  const { data, error } = item.safeParse(value);
  if (data) return data;
  return error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
}

export function toUpdateItem(row: UpdateRow): UpdateItem {
  const { id, state, acceptedAt, failures, suspicion } = row;
  if (state === 'done') return { kind: state, id, acceptedAt };
  const knows = parse(note, row.note);
  const content = parse(update, row.body ?? '');
  // Without its note an update might be answered twice.
  const isWhole = knows !== undefined && content?.update_id === id;
  const known = { failures, suspicion, note: knows ?? {}, update: isWhole ? content : null };
  return { kind: state, id, acceptedAt, ...known };
}

export function toKeptItem({ expires, ...entry }: KeptRow): KeptItem {
  return { kind: 'kept', ...entry, ...(expires !== null && { expires }) };
}

function parse<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    // What is no JSON is damaged, as is what the schema refuses.
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As every database takes it, whatever an error's words are made of. */
function toPlain(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
