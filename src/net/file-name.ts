// Names for downloaded files: found in what the server said, cleaned so that no system trips over them.

import { parse as parseDisposition } from 'content-disposition';
import mime from 'mime';
import { fittingExtension } from './file-kind.ts';
import type { FileKind } from './file-kind.ts';

const maxChars = 100;
const maxBytes = 200;
const maxExtensionChars = 10;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Of longer input only the end is looked at: cleaning takes time that grows faster than the text. */
const maxRawChars = 2_000;

/** What has no shape of its own or turns the letters beside it round: also letters and marks, such as fillers and variants. */
const unseen = /[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;

/** What Windows keeps for devices, whatever extension follows. */
const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])$/i;

/**
 * The name a server gives a file: of its Content-Disposition (RFC 6266, RFC 8187), else the last part of the
 * address; cleaned, with an extension from `type` when it has none. `file` when nothing is left.
 */
export function nameFile(url: URL, disposition: string | undefined, type: string | undefined): string {
  const name = cleanFileName(nameOf(disposition) ?? lastSegment(url));
  const known = type ? mime.getExtension(type) : null;
  return /\.[^.]+$/.test(name) || !known || known === 'bin' ? name : cleanFileName(`${name}.${known}`);
}

/** The name with the extension of what the file really is, where the two clearly disagree. */
export function nameAsFound(name: string, found: FileKind | undefined): string {
  const extension = fittingExtension(extensionOf(name), found);
  return extension === undefined ? name : cleanFileName(`${name}.${extension}`);
}

/**
 * Cleans a name: no path, no control, invisible or text-turning characters, nothing a file system keeps for itself,
 * at most 100 characters and 200 bytes with the extension kept.
 */
export function cleanFileName(raw: string): string {
  const base = lastPart(raw.slice(-maxRawChars))
    // First, since a mark may go with the letter before what is taken out.
    .replace(unseen, '')
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} ._()-]+/gu, ' ')
    .replace(/\p{M}{4,}/gu, '')
    .replace(/ {2,}/g, ' ');
  const { stem, extension } = split(base.replace(/[\s.]+$/, ''));
  // Nothing readable before the extension, as in "📄.pdf", is not the same as nothing at all, as in ".profile".
  const named = stem === '' ? trim(extension) : `${trim(stem) || 'file'}${extension}`;
  const parts = split(named);
  const safe = reserved.test(named.split('.')[0]?.trim() ?? '') ? `_${parts.stem}` : parts.stem;
  return trim(shorten(safe, parts.extension) + parts.extension) || 'file';
}

function lastPart(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? '';
}

function trim(name: string): string {
  return name.replace(/^[\s.-]+/, '').replace(/[\s.]+$/, '');
}

function shorten(stem: string, extension: string): string {
  let short = '';
  for (const { segment } of graphemes.segment(stem)) {
    const next = short + segment;
    if (next.length + extension.length > maxChars) break;
    if (Buffer.byteLength(next + extension) > maxBytes) break;
    short = next;
  }
  return short;
}

function split(name: string): { stem: string; extension: string } {
  const extension = /\.[^. ]+$/.exec(name)?.[0] ?? '';
  if (extension.length > maxExtensionChars + 1) return { stem: name, extension: '' };
  return { stem: name.slice(0, name.length - extension.length), extension };
}

function extensionOf(name: string): string {
  return split(name).extension.slice(1).toLowerCase();
}

/** `filename*` goes before `filename`, the first of each before the next (RFC 6266, 4.3); what of it is broken comes last. */
function nameOf(disposition: string | undefined): string | undefined {
  if (!disposition) return undefined;
  const { filename, 'filename*': extended } = parseDisposition(disposition.slice(0, maxRawChars)).parameters;
  const names = [filename && repair(filename), extended && readExtended(extended)];
  return names.find((name) => name !== undefined && name.trim() !== '');
}

/** An extended value (RFC 8187, 3.2) of another charset than UTF-8 and latin1, in quotes, or broken; undefined when it is none. */
function readExtended(value: string): string | undefined {
  const [, charset = '', encoded = ''] = /^([^']*)'[^']*'(.*)$/s.exec(value) ?? [];
  const bytes = encoded.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  try {
    return new TextDecoder(charset).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    // No charset that is known.
    return undefined;
  }
}

function lastSegment(url: URL): string {
  const segment =
    url.pathname
      .slice(-maxRawChars)
      .split('/')
      .findLast((part) => part !== '') ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not UTF-8 behind the per cent signs: the raw form still says something.
    return segment;
  }
}

/** Undoes UTF-8 read as latin1; what holds characters beyond latin1 was decoded properly already. */
function repair(name: string): string {
  if ([...name].some((character) => character > '\u00ff')) return name;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(name, 'latin1'));
  } catch {
    // Really latin1.
    return name;
  }
}
