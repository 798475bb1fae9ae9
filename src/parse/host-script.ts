// Judges the letters of a host name's label: are they of one script, and could they be taken for Latin ones?

import { indicScripts } from './unseen.ts';

/** Scripts whose words are written with combining marks, and scripts whose words don't need them. */
const withMarks = [...indicScripts, 'Thai', 'Laoo'];
const withoutMarks = ['Latn', 'Cyrl', 'Grek', 'Armn', 'Geor', 'Hebr', 'Arab', 'Ethi'];

/** Phonetic letters and clicks: of Latin script, but of no language's spelling in host names. */
const oddLatin = String.raw`\u01C0-\u01C3\u0250-\u02AF\u1D00-\u1DBF\u2C60-\u2C7F\uA720-\uA7FF\uAB30-\uAB6F`;

const families = [
  ...withoutMarks.map((script) => String.raw`[\p{L}&&\p{scx=${script}}]--[${oddLatin}]`),
  ...withMarks.map((script) => String.raw`[\p{L}\p{M}]&&\p{scx=${script}}`),
  String.raw`\p{L}&&[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}]`,
  String.raw`[\p{L}&&\p{scx=Hani}][\uAC00-\uD7A3]`,
].map((letters) => new RegExp(String.raw`^[0-9\-_[${letters}]]+$`, 'v'));

const lookAlikes = [
  'асԁеѐёԍһіїјӏорԛѕԝхуүѵгпьҽ',
  'αγηικνορτυχωϲϳ',
  'օսոցհյզգքլւ',
  'סוןי',
  '〇一丨丶丿ノー',
].map((letters) => new RegExp(`^[0-9_${letters}-]+$`, 'u'));

const heapOfMarks = /\p{M}{3}/u;
const ascii = /^\p{ASCII}*$/u;

/** Whether the letters of `label`, in its Unicode form, are all of one script (Japanese and Korean mix theirs). */
export function looksLegible(label: string): boolean {
  return ascii.test(label) || (families.some((family) => family.test(label)) && !heapOfMarks.test(label));
}

/**
 * Whether `label` may be shown in its Unicode form: legible, and not made wholly of letters that look like Latin ones.
 * Under a top-level domain of another script nobody expects Latin letters, so look-alikes deceive nobody there.
 */
export function looksHonest(label: string, topLevel: string): boolean {
  if (!looksLegible(label)) return false;
  return ascii.test(label) || !ascii.test(topLevel) || !lookAlikes.some((letters) => letters.test(label));
}
