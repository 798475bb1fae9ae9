// parse_mode Markdown, the old one (Bot API, "Markdown style"): entities that can't be nested.

import { MarkupBuilder, byteOffset, parseError } from './markup-builder.ts';
import type { FormattedText } from './markup-builder.ts';

const special = /\\([_*`[])|[_*`[]/g;
const block = /```(?:([^\s`]+)(?=\s))?(?:\r\n|\n\r|\r|\n)?/y;

/** Reads Markdown; throws "can't parse entities: Can't find end of the entity starting at byte offset N". */
export function parseMarkdown(text: string): FormattedText {
  const builder = new MarkupBuilder();
  let position = 0;
  for (;;) {
    special.lastIndex = position;
    const match = special.exec(text);
    builder.append(text.slice(position, match?.index));
    if (!match) return builder.finish();
    if (match[1] === undefined) {
      position = readEntity(text, match.index, builder);
    } else {
      builder.append(match[1]);
      position = match.index + 2;
    }
  }
}

/** Reads the entity that begins at `start` and returns where the text goes on. */
function readEntity(text: string, start: number, builder: MarkupBuilder): number {
  const offset = builder.length;
  block.lastIndex = start;
  const opening = block.exec(text);
  const mark = text[start] === '[' ? ']' : (text[start] ?? '');
  const closing = opening ? '```' : mark;
  const begin = start + (opening?.[0].length ?? 1);
  const end = text.indexOf(closing, begin);
  if (end < 0) {
    throw parseError(`Can't find end of the entity starting at byte offset ${byteOffset(text, start)}`);
  }
  builder.append(text.slice(begin, end));
  if (mark === ']') return readLink(text, end, offset, builder);
  const language = opening?.[1];
  if (opening) builder.style({ type: 'pre', ...(language && { language }) }, offset);
  else builder.style({ type: mark === '*' ? 'bold' : mark === '_' ? 'italic' : 'code' }, offset);
  return end + closing.length;
}

/** Reads what follows the text of a link, whose `]` is at `bracket`. */
function readLink(text: string, bracket: number, offset: number, builder: MarkupBuilder): number {
  if (text[bracket + 1] !== '(') {
    builder.link(builder.since(offset), offset);
    return bracket + 1;
  }
  const found = text.indexOf(')', bracket + 2);
  const end = found < 0 ? text.length : found;
  builder.link(text.slice(bracket + 2, end), offset);
  return end + 1;
}
