// The sample messages under a chat: a click sends one.

import { el } from '../dom.js';
import { roveByKeys } from './roving.js';

/**
 * @param {{ label: string, text: string }[]} suggestions
 * @param {(text: string) => void} onPick
 */
export function renderSamples(suggestions, onPick) {
  const chips = suggestions.map(({ label, text }) =>
    el('button', { type: 'button', class: 'chip', title: text, click: () => onPick(text) }, label),
  );
  const samples = el(
    'div',
    { class: 'samples', role: 'toolbar', 'aria-label': 'Sample messages', hidden: chips.length === 0 },
    ...chips,
  );
  // A mouse wheel turns up and down only; the row runs from left to right.
  samples.addEventListener(
    'wheel',
    (event) => {
      if (event.deltaX === 0) samples.scrollLeft += event.deltaY;
    },
    { passive: true },
  );
  roveByKeys(samples, chips);
  return samples;
}
