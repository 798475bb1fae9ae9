// What a file really is, by its first bytes, and whether its extension says the same.

import type { FileHandle } from 'node:fs/promises';
import { fileTypeFromBuffer } from 'file-type';
import mime from 'mime';

/** A kind of file: the usual extension without dot, and the media type. */
export interface FileKind {
  readonly ext: string;
  readonly mime: string;
}

const headBytes = 4_100;

/** Formats that many other formats are written in: any extension but those of pictures, sound and such may be true. */
const containers = new Set([
  'zip',
  'gz',
  'bz2',
  'xz',
  'zst',
  'lz4',
  'tar',
  'cfb',
  'xml',
  'asf',
  'ebml',
  'sqlite',
]);

const programs: Record<string, string[]> = {
  exe: ['exe', 'dll', 'scr', 'sys', 'com', 'cpl', 'ocx', 'drv', 'efi', 'mui'],
  elf: ['elf', 'so', 'bin', 'run', 'appimage', 'o', 'ko', 'out'],
  macho: ['macho', 'dylib', 'bundle', 'o', 'bin'],
};

const families = [
  ['jpg', 'jpeg', 'jpe', 'jfif', 'jif'],
  ['tif', 'tiff', 'dng', 'cr2', 'nef', 'arw', 'rw2', 'orf'],
  ['ps', 'eps', 'ai'],
  ['pdf', 'ai'],
  ['png', 'apng'],
  ['heic', 'heif', 'avif'],
  ['mid', 'midi'],
  ['deb', 'ar', 'a', 'lib', 'ipk'],
];

/** Reads what the file really is; undefined for text and whatever has no signature. */
export async function detectKind(handle: FileHandle): Promise<FileKind | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  return fileTypeFromBuffer(buffer.subarray(0, bytesRead));
}

/** The extension to append so that the name tells the truth, or undefined when it does already. */
export function fittingExtension(extension: string, found: FileKind | undefined): string | undefined {
  if (!found || extension === found.ext) return undefined;
  if (extension === '') return found.ext;
  const program = programs[found.ext];
  if (program) return program.includes(extension) ? undefined : found.ext;
  const claimed = mime.getType(extension);
  if (claimed === null || claimed === found.mime) return undefined;
  if (families.some((family) => family.includes(extension) && family.includes(found.ext))) return undefined;
  if (containers.has(found.ext)) return isMedia(claimed) ? found.ext : undefined;
  // Sound and moving pictures share their containers: an .m4a may well be found to be an .mp4.
  return isStream(claimed) && isStream(found.mime) ? undefined : found.ext;
}

function isMedia(type: string): boolean {
  return /^(?:image|audio|video|font|text)\/|^application\/pdf$/.test(type) && type !== 'image/svg+xml';
}

function isStream(type: string): boolean {
  return /^(?:audio|video)\/|^application\/(?:ogg|mp4)$/.test(type);
}
