// The entities that Telegram's server finds in a text by itself: links, addresses, commands, mentions, hashtags.

import type { MessageEntity } from 'grammy/types';
import { LinkifyIt, REBuilder } from 'linkify-it';
import { parse } from 'tldts';
import { checkLink } from './check-link.ts';

/** Takes any word for a top-level domain; whether it is one is looked up afterwards. */
class AnyTopLevel extends REBuilder {
  override get_tld(): RegExp {
    return new RegExp(`(?:${this.get_pseudo_letter().source}){2,63}|${this.get_xn().source}`);
  }
}

const linkify = new LinkifyIt({
  fuzzyLink: true,
  fuzzyIP: true,
  urlAuth: true,
  rebuilder: new AnyTopLevel(),
});

const maybeLink = /[.@]|:\/\//;
const command = /(?<![\p{L}\p{N}_/<>])\/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{3,32}))?(?![\p{L}\p{N}_/<>])/gu;
const mention = /(?<![\p{L}\p{N}_])@[A-Za-z0-9_]{2,32}(?![\p{L}\p{N}_])/gu;
const hashtag = /(?<![\p{L}\p{N}_])#(?=[\p{N}_]*\p{L})[\p{L}\p{N}_]{1,256}(?![\p{L}\p{N}_#])/gu;

/** The entities of `text`, in order, none overlapping another. */
export function detectEntities(text: string): MessageEntity[] {
  const found: MessageEntity[] = [];
  if (maybeLink.test(text)) found.push(...detectLinks(text));
  if (text.includes('/')) found.push(...matches(text, command, 'bot_command'));
  if (text.includes('@')) found.push(...matches(text, mention, 'mention'));
  if (text.includes('#')) found.push(...matches(text, hashtag, 'hashtag'));
  return found.length < 2 ? found : withoutOverlaps(found.toSorted(byOffset));
}

/** Orders entities by where they begin, the longer first. */
export function byOffset(a: MessageEntity, b: MessageEntity): number {
  return a.offset - b.offset || b.length - a.length;
}

function detectLinks(text: string): MessageEntity[] {
  const entities: MessageEntity[] = [];
  for (const link of linkify.match(text) ?? []) {
    const address = link.schema === 'mailto:' ? link.raw.replace(/^mailto:/i, '') : link.raw;
    if (link.schema === '//' || !canBeLink(link.schema, address)) continue;
    const type = link.schema === 'mailto:' ? 'email' : 'url';
    entities.push({ type, offset: link.lastIndex - address.length, length: address.length });
  }
  return entities;
}

/** With a scheme, any host with a dot will do; without, as in `example.org/x`, it must be a domain that can exist. */
function canBeLink(schema: string, address: string): boolean {
  if (schema === 'mailto:') return true;
  if (schema !== '') return checkLink(address) !== undefined;
  const { isIcann, isIp } = parse(address, { validateHostname: false });
  return isIcann === true || isIp === true;
}

function matches(
  text: string,
  pattern: RegExp,
  type: 'bot_command' | 'mention' | 'hashtag',
): MessageEntity[] {
  return text
    .matchAll(pattern)
    .map((match) => ({ type, offset: match.index, length: match[0].length }))
    .toArray();
}

function withoutOverlaps(sorted: MessageEntity[]): MessageEntity[] {
  let end = 0;
  return sorted.filter((entity) => {
    if (entity.offset < end) return false;
    end = entity.offset + entity.length;
    return true;
  });
}
