// Reads a part's Content-Disposition header the way Telegram does, which is not quite the standard's.

import { badRequest } from './bot-error.ts';

/** The name of a form's field, and of its file if it is one. */
export interface Disposition {
  name: string;
  filename?: string;
}

const prefix = 'form-data;';

/**
 * Reads the header's value, given as one character a byte. An unquoted value goes on to the next semicolon, spaces
 * included; quoted or not, percent-encoding is undone. Throws 400 for what is no form field.
 */
export function readDisposition(header: string): Disposition {
  if (!header.startsWith(prefix)) throw badRequest('expected form-data content disposition');
  const found = new Map<string, string>();
  let rest = header.slice(prefix.length).trim();
  for (let equals = rest.indexOf('='); equals >= 0; equals = rest.indexOf('=')) {
    const key = rest.slice(0, equals).trim();
    const [value, after] = takeValue(rest.slice(equals + 1).trimStart());
    found.set(key, decodeBytes(value));
    rest = after.trim();
  }
  const name = found.get('name');
  const filename = found.get('filename');
  if (!name) throw badRequest('field name in multipart/form-data not found');
  return filename === undefined ? { name } : { name, filename };
}

function takeValue(text: string): [value: string, rest: string] {
  return text.startsWith('"') ? takeQuoted(text) : takeToken(text);
}

function takeToken(text: string): [string, string] {
  const end = text.indexOf(';');
  return end < 0 ? [text.trim(), ''] : [text.slice(0, end).trim(), text.slice(end + 1)];
}

function takeQuoted(text: string): [string, string] {
  const match = /^"((?:[^"\\]|\\.)*)"\s*(?:;|$)/s.exec(text);
  if (!match) throw badRequest('unclosed quoted string in Content-Disposition header');
  return [(match[1] ?? '').replace(/\\(.)/gs, '$1'), text.slice(match[0].length)];
}

/** Undoes percent-encoding and takes the bytes as UTF-8. */
function decodeBytes(text: string): string {
  const bytes = text.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
