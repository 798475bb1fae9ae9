// What a file really is, told by its first bytes; found in a child process, for a signature may be a trap too.

import { fileTypeFromBuffer } from 'file-type';

/** The beginning of a file. */
export interface KindJob {
  head: Uint8Array;
}

/** A kind of file: the usual extension without dot, and the media type. */
export interface Kind {
  readonly ext: string;
  readonly mime: string;
}

/** Bytes that a file is judged by. */
export const kindBytes = 4_100;

/** What a file that begins with `head` is; undefined for text and whatever has no signature. */
export async function detectKind({ head }: KindJob): Promise<Kind | undefined> {
  return fileTypeFromBuffer(head);
}

/** Takes the child's answer for what it is; undefined unless it is a kind. */
export function readKind(answer: unknown): Kind | undefined {
  const { ext, mime } = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<
    string,
    unknown
  >;
  const isKind = typeof ext === 'string' && typeof mime === 'string';
  return isKind && /^[a-z\d.]{1,10}$/.test(ext) && /^[\w.+-]{1,60}\/[\w.+-]{1,100}$/.test(mime)
    ? { ext, mime }
    : undefined;
}
