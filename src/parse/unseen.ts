// What a reader can't see in a text, or what makes it look like another one, taken out.

/** Scripts of India and its neighbours (ISO 15924): their letters join, and take marks. */
export const indicScripts = ['Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh'];

/** Scripts in which a joiner between two letters changes how they are written, so it belongs to the word. */
const joining = ['Arab', 'Syrc', ...indicScripts].map((script) => String.raw`\p{scx=${script}}`).join('');

const betweenLetters = String.raw`(?<=[[\p{L}\p{M}]&&[${joining}]])[\u200C\u200D](?=[\p{L}&&[${joining}]])`;
const betweenEmoji = String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})`;

/** Controls, bidi controls, zero-width characters, fillers, tags, private use, unassigned, lone surrogates. */
const unseen =
  /[[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]--[\uFE0E-\uFE0F\u200C-\u200D\t-\r\u0085]]/gv;
const strayVariant = /(?<!\p{Emoji})[\uFE0E\uFE0F]/gv;
const strayJoiner = new RegExp(String.raw`(?!${betweenLetters})(?!${betweenEmoji})[\u200C\u200D]`, 'gv');
const space = /[\s\u0085]+/gv;
const heapOfMarks = /(\p{M}{3})\p{M}+/gv;

/**
 * `text` on one line, in Unicode's composed form (NFC), without characters that are invisible, reorder their
 * neighbours or pile up: a space for any run of white space, three combining marks in a row at most.
 * A joiner stays where the script or an emoji needs it. Cut the text first: normalising can take quadratic time.
 */
export function removeUnseen(text: string): string {
  let before = text;
  let after = removeOnce(before);
  while (after !== before) [before, after] = [after, removeOnce(after)];
  return after;
}

/** Composing reorders marks, and taking away brings characters together that were apart: either may uncover more to take out. */
function removeOnce(text: string): string {
  return text
    .replace(unseen, '')
    .replace(strayVariant, '')
    .replace(strayJoiner, '')
    .replace(space, ' ')
    .trim()
    .normalize('NFC')
    .replace(heapOfMarks, '$1');
}
