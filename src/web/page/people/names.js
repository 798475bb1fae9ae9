// People's names: they may be long, run from right to left, or be a single emoji.

import { el } from '../dom.js';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * The coloured tile with the first letter of a name.
 * @param {string} name
 */
export function avatar(name) {
  const [first] = graphemes.segment(name.trim());
  return el('span', { class: 'avatar', 'aria-hidden': 'true' }, first?.segment ?? '?');
}

/**
 * A name within a sentence that is plain text: its direction leaves the words around it alone (Unicode, FSI and PDI).
 * @param {string} name
 */
export function isolate(name) {
  return `\u2068${name}\u2069`;
}
