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

/** Formats that begin with a signature, all of them: what has none is something else under their name. */
const signed = new Set(
  (
    'jpg jpeg png gif webp bmp ico tif tiff heic avif psd pdf zip rar 7z gz bz2 xz zst docx xlsx pptx odt ods odp epub ' +
    'apk jar msi exe dll class deb rpm wasm flac ogg opus wav mp4 m4a mov mkv webm avi woff woff2 ttf otf'
  ).split(' '),
);

const page = { ext: 'html', mime: 'text/html' };
const text = { ext: 'txt', mime: 'text/plain' };
const pageBegins = /^\s*(?:<!--|<(?:!doctype\s+html|html|head|body|title|meta|script)[\s>])/i;
/** The only controls that texts contain: tab, line ends, form feed, escape. */
const textControls = [0x09, 0x0a, 0x0c, 0x0d, 0x1b];

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

/** Reads what the file really is, by its signature; without one it may be a page or a text. Undefined for all else. */
export async function detectKind(handle: FileHandle): Promise<FileKind | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  const head = buffer.subarray(0, bytesRead);
  return (await fileTypeFromBuffer(head)) ?? kindOfText(head);
}

/** Whether a file without a signature that begins with `head` is a page or a text; undefined when it is neither. */
export function kindOfText(head: Uint8Array): FileKind | undefined {
  if (head.some((byte) => byte < 0x20 && !textControls.includes(byte))) return undefined;
  const words = Buffer.from(head).toString('latin1');
  // Pages may begin with the byte order mark of UTF-8, here read as three letters.
  return pageBegins.test(words.replace(/^\u00EF\u00BB\u00BF/, '')) ? page : text;
}

/** The extension to append so that the name tells the truth, or undefined when it does already. */
export function fittingExtension(extension: string, found: FileKind | undefined): string | undefined {
  if (!found || extension === found.ext) return undefined;
  // A text may have any name: README, Makefile, data.csv.
  if (found.ext === text.ext) return signed.has(extension) ? text.ext : undefined;
  if (extension === '') return found.ext;
  if (found.ext === page.ext) return signed.has(extension) ? page.ext : undefined;
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
