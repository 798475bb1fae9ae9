// Disks for tests: one that is full, and one that takes its time.

import { open } from 'node:fs/promises';
import { vi } from 'vitest';
import type { TempFile } from '../../src/store/temp-files.ts';

/** A file on a disk that is full. */
export async function openFull(): Promise<TempFile> {
  const handle = await open('/dev/full', 'r+');
  return { path: '/dev/full', handle, reserve: () => {}, [Symbol.asyncDispose]: () => handle.close() };
}

/** Holds what is written to `file` from now on until `letGo`; `asked` resolves when there is something. */
export function hold({ handle }: TempFile) {
  const asked = Promise.withResolvers<void>();
  const open = Promise.withResolvers<void>();
  const write = handle.write.bind(handle);
  const pieces: { bytes: number; position: number }[] = [];
  const slowly = async (piece: Buffer, at: number, length: number, position: number) => {
    pieces.push({ bytes: length, position });
    asked.resolve();
    await open.promise;
    return write(piece, at, length, position);
  };
  vi.spyOn(handle, 'write').mockImplementation(slowly as typeof handle.write);
  return { asked: asked.promise, letGo: open.resolve, pieces };
}
