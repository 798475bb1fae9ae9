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

/** Begins a mention, address, e-mail, time of a film (`@ . :`), a hashtag, a cashtag, a command, or a number to call. */
const lively =
  /[@.:](?=[\p{L}\p{N}_-])|#(?=[\p{L}\p{N}_\u200C\u00B7])|\$(?=[\p{L}1])|(?<![\p{L}\p{N}_])\/(?=[\p{L}\p{N}_/])|\+(?=\p{N})/gu;
/** Four digits of a longer number, as those of cards and telephones are grouped. */
const fourDigits = /(?:\p{Nd}[ ()./\p{Pd}]*){4}(?=\p{Nd})/gu;

/** Where Unicode keeps the scripts that are written from right to left. */
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
const accented = /[\p{Script=Latin}--\p{ASCII}]/v;

/**
 * `text` as one clean line of at most `maxGraphemes` graphemes (and four times as many UTF-16 units), cut with an ellipsis, in
 * which Telegram finds nothing to make active and which turns nothing beside it round; the signs added for that don't count.
 * Never throws; doing it twice changes nothing. Only the beginning of a long text is looked at, so the time is bounded.
 */
export function plainWords(text: string, maxGraphemes: number): string {
  return isolate(inertWords(shortWords(text, Math.max(0, maxGraphemes))));
}

function shortWords(text: string, maxGraphemes: number): string {
  const start = text.trimStart();
  const maxLength = unitsPerGrapheme * maxGraphemes;
  // As long again as what is shown, and a pair of isolates: words that were made plain before are seen whole.
  const maxSeen = 2 * maxLength + 2;
  const words = removeUnseen(start.slice(0, maxSeen));
  const kept: string[] = [];
  for (const { segment } of graphemes.segment(words)) {
    kept.push(segment);
    if (kept.length > maxGraphemes) break;
  }
  if (kept.length === 0 || maxGraphemes === 0) return '';
  const fits = kept.length <= maxGraphemes && words.length <= maxLength && start.length <= maxSeen;
  return fits ? words : shorten(kept, maxGraphemes, maxLength);
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
 * `text` in which Telegram finds nothing to make active: no mention, command, hashtag, cashtag, address, e-mail, card number,
 * telephone number or time of a film. An invisible word joiner (U+2060) parts what would begin one; it is harmless twice.
 */
export function inertWords(text: string): string {
  return text.replace(lively, `$&${wordJoiner}`).replace(fourDigits, `$&${wordJoiner}`);
}

/** Words from right to left are set apart (U+2068, U+2069), or the ones beside them would change their places. */
function isolate(text: string): string {
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
}

/**
 * The name of a host for people to read; Telegram finds no address in it. An internationalised name is shown in its own letters
 * first only when each label is of one script and none is made of look-alikes of Latin letters; with accents on Latin letters or in
 * two directions, its ASCII form (RFC 3492) is beside it. A long name loses its beginning, never its registrable domain. Never throws.
 */
export function showHost(hostname: string): string {
  const ascii = domainToASCII(hostname).replace(/\.$/, '');
  if (ascii === '') return plainWords(hostname, maxHostLength);
  const kept = ascii.length <= maxHostLength ? ascii : registrablePart(ascii);
  const cut = kept === ascii ? '' : ellipsis;
  return cut + bothForms(kept).map(inertHost).join(' ');
}

/** The form to go by first, and the other where it helps. */
function bothForms(ascii: string): string[] {
  const unicode = domainToUnicode(ascii) || ascii;
  const labels = unicode.split('.');
  const topLevel = labels.at(-1) ?? '';
  if (!labels.every(looksLegible)) return [ascii];
  const words = isolate(unicode);
  const turns = labels.filter((label) => rightToLeft.test(label)).length;
  const isMixed = turns > 0 && labels.some((label) => !rightToLeft.test(label) && /\p{L}/u.test(label));
  if (isMixed || !labels.every((label) => looksHonest(label, topLevel))) return [ascii, `(${words})`];
  return labels.some((label) => accented.test(label)) ? [words, `(${ascii})`] : [words];
}

/** Names of the reader's own computer are left as they are: Telegram knows no such top level. */
function inertHost(name: string): string {
  return /^(?:[^.]+\.)?localhost$/.test(name) ? name : inertWords(name);
}

function registrablePart(ascii: string): string {
  return getDomain(ascii, { allowPrivateDomains: true }) ?? ascii.slice(-maxHostLength);
}
