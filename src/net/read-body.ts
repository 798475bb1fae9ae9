// A whole body in memory, within limits.

import type { Readable } from 'node:stream';
import { LimitError } from './failure.ts';
import { unpack } from './unpack.ts';

/** How much of a body is wanted, and what to do when there is more: keep the beginning, or fail. */
export interface ReadLimits {
  /** Bytes, decoded. */
  maxBytes: number;
  onLimit: 'cut' | 'fail';
}

const firstRoomBytes = 65_536;

/** Reads and decodes `body`. Throws `LimitError`, `UnpackError` or what the body broke with. */
export async function readBody(
  body: Readable,
  contentEncoding: string | undefined,
  { maxBytes, onLimit }: ReadLimits,
): Promise<Buffer> {
  // One growing buffer: a million chunks of a byte each would cost a hundred times their size as a list.
  let room = Buffer.allocUnsafe(Math.min(maxBytes, firstRoomBytes));
  let size = 0;
  try {
    for await (const chunk of unpack(body, { contentEncoding, maxBytes })) {
      if (size + chunk.length > room.length) room = grow(room, size + chunk.length);
      size += chunk.copy(room, size);
    }
  } catch (error) {
    if (onLimit === 'fail' || !(error instanceof LimitError)) throw error;
  }
  return room.subarray(0, size);
}

function grow(room: Buffer<ArrayBuffer>, least: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(Math.max(least, room.length * 2));
  room.copy(larger);
  return larger;
}
