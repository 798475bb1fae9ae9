// A text as the server keeps it: parsed, trimmed, measured, with the entities given and those found in it.

import type { MessageEntity } from 'grammy/types';
import { asText } from './arguments.ts';
import { badRequest } from './bot-error.ts';
import { checkLink } from './check-link.ts';
import { byOffset, detectEntities } from './detect-entities.ts';
import type { FormattedText } from './markup-builder.ts';
import { parseHtml } from './parse-html.ts';
import { parseMarkdown } from './parse-markdown.ts';
import { parseMarkdownV2 } from './parse-markdown-v2.ts';

const maxRawBytes = 32_768;

/**
 * Parses `text` by `parseMode` (in any case), or takes `entities` as they are given. Throws the documented
 * "text is too long", "unsupported parse_mode" and "can't parse entities".
 */
export function parseText(text: string, parseMode: string, entities: unknown): FormattedText {
  if (text.length * 3 > maxRawBytes && Buffer.byteLength(text) > maxRawBytes)
    throw badRequest('text is too long');
  switch (parseMode.toLowerCase()) {
    case '':
    case 'none':
      return { text, entities: readEntities(entities, text.length) };
    case 'html':
      return parseHtml(text);
    case 'markdown':
      return parseMarkdown(text);
    case 'markdownv2':
      return parseMarkdownV2(text);
    default:
      throw badRequest('unsupported parse_mode');
  }
}

/** Trims the text, drops entities of nothing, and adds those found where no code or link is. */
export function finishText(raw: FormattedText): FormattedText {
  const kept = raw.text.trimEnd();
  const text = kept.trimStart();
  const cut = kept.length - text.length;
  const given = raw.entities.length === 0 ? [] : trimEntities(raw.entities, cut, text.length);
  const found = detectEntities(text);
  if (given.length === 0) return { text, entities: found };
  const closed = given.filter(({ type }) => opaque.has(type));
  const added = found.filter((entity) => !closed.some((other) => overlap(entity, other)));
  return { text, entities: [...given, ...added].toSorted(byOffset) };
}

/** How many characters the length limits count: code points. */
export function countCharacters(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const high = text.charCodeAt(i);
    if (high >= 0xd800 && high < 0xdc00) {
      const low = text.charCodeAt(i + 1);
      if (low >= 0xdc00 && low < 0xe000) count -= 1;
    }
  }
  return count;
}

/** In these nothing is found. */
const opaque = new Set([
  'code',
  'pre',
  'text_link',
  'text_mention',
  'url',
  'email',
  'mention',
  'bot_command',
  'hashtag',
]);

const simpleTypes = new Set([
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'blockquote',
  'expandable_blockquote',
  'code',
]);

function readEntities(value: unknown, length: number): MessageEntity[] {
  if (value === undefined || value === '') return [];
  if (!Array.isArray(value)) throw badRequest("can't parse entities: Expected an Array of MessageEntity");
  return value.flatMap((item: unknown) => readEntity(item, length) ?? []);
}

/** One entity as the bot gave it; undefined when the server finds such by itself or it lies outside the text. */
function readEntity(value: unknown, length: number): MessageEntity | undefined {
  if (typeof value !== 'object' || value === null) {
    throw badRequest("can't parse entities: Expected an Object as MessageEntity");
  }
  const entity = value as Record<string, unknown>;
  const place = { offset: Number(entity['offset']), length: Number(entity['length']) };
  if (!(place.offset >= 0 && place.length > 0) || place.offset + place.length > length) return undefined;
  const type = asText(entity['type']);
  if (simpleTypes.has(type)) return { type, ...place } as MessageEntity;
  switch (type) {
    case 'pre':
      return { type, ...place, ...(entity['language'] ? { language: asText(entity['language']) } : {}) };
    case 'text_link': {
      const url = checkLink(asText(entity['url']));
      return url === undefined ? undefined : { type, ...place, url };
    }
    case 'text_mention':
      return { type, ...place, user: entity['user'] } as MessageEntity;
    case 'custom_emoji':
      return { type, ...place, custom_emoji_id: asText(entity['custom_emoji_id']) };
    case 'date_time':
      return {
        type,
        ...place,
        unix_time: Number(entity['unix_time']),
        date_time_format: asText(entity['date_time_format']),
      } as MessageEntity;
    default:
      return undefined;
  }
}

function trimEntities(entities: MessageEntity[], cut: number, length: number): MessageEntity[] {
  const trimmed = entities.map((entity) => {
    const offset = Math.max(0, entity.offset - cut);
    const end = Math.min(length, entity.offset + entity.length - cut);
    return { ...entity, offset, length: end - offset };
  });
  return trimmed.filter((entity) => entity.length > 0).toSorted(byOffset);
}

function overlap(a: MessageEntity, b: MessageEntity): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}
