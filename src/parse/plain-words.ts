// Words from outside made fit to be shown: nothing hidden, nothing endless, nothing that Telegram would bring to life.

import { domainToASCII, domainToUnicode } from 'node:url';
import { getDomain } from 'tldts';
import { looksHonest, looksLegible } from './host-script.ts';
import { removeUnseen } from './unseen.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const unitsPerGrapheme = 4;
const ellipsis = '…';
const wordJoiner = '\u2060';
const maxHostLength = 60;

/**
 * `text` as one clean line of at most `maxGraphemes` graphemes (and four times as many UTF-16 units), cut with an ellipsis.
 * Never throws; doing it twice changes nothing. Only the beginning of a long text is looked at, so the time is bounded.
 */
export function plainWords(text: string, maxGraphemes: number): string {
  const start = text.trimStart();
  const maxLength = unitsPerGrapheme * Math.max(0, maxGraphemes);
  const words = removeUnseen(start.slice(0, maxLength));
  const kept: string[] = [];
  for (const { segment } of graphemes.segment(words)) {
    kept.push(segment);
    if (kept.length > maxGraphemes) break;
  }
  if (kept.length === 0) return '';
  const fits = kept.length <= maxGraphemes && words.length <= maxLength && start.length <= maxLength;
  if (fits) return words;
  return shorten(kept, maxGraphemes, maxLength);
}

function shorten(segments: string[], maxGraphemes: number, maxLength: number): string {
  let kept = '';
  for (const segment of segments.slice(0, maxGraphemes - 1)) {
    if (kept.length + segment.length + ellipsis.length > maxLength) break;
    kept += segment;
  }
  return removeUnseen(kept) + ellipsis;
}

/**
 * `text` in which Telegram finds nothing to make active: no mention, command, hashtag, cashtag, card number, address or e-mail.
 * An invisible word joiner (U+2060) follows each sign that could begin one, so do this after `plainWords`, which would take it out.
 */
export function inertWords(text: string): string {
  return text
    .replace(/[@#$/.](?=[^\s\u2060])/gu, `$&${wordJoiner}`)
    .replace(/(?:\d[ -]*){12}(?=\d)/g, `$&${wordJoiner}`);
}

/**
 * The name of a host for people to read. An internationalised name is shown in its own letters only when each label is of one
 * script and isn't made of look-alikes of Latin letters; otherwise in its ASCII form (RFC 3492), followed by the letters if they help.
 * A long name loses its beginning, never its registrable domain. Never throws.
 */
export function showHost(hostname: string): string {
  const ascii = domainToASCII(hostname).replace(/\.$/, '');
  if (ascii === '') return plainWords(hostname, maxHostLength);
  const kept = ascii.length <= maxHostLength ? ascii : registrablePart(ascii);
  const cut = kept === ascii ? '' : ellipsis;
  const unicode = domainToUnicode(kept);
  const labels = unicode.split('.');
  const topLevel = labels.at(-1) ?? '';
  if (labels.every((label) => looksHonest(label, topLevel))) return cut + (unicode || kept);
  return cut + (labels.every(looksLegible) ? `${kept} (${unicode})` : kept);
}

function registrablePart(ascii: string): string {
  return getDomain(ascii, { allowPrivateDomains: true }) ?? ascii.slice(-maxHostLength);
}
