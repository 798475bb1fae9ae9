// Shows at the edges of the row of columns that there are more beyond, and goes to them.

import { iconButton } from '../dom.js';

/** The rest is no more than the margin beside the columns. */
const nearPx = 32;

/**
 * Keeps a button at each edge of `frame` behind which columns of `row` are out of sight.
 * @param {HTMLElement} frame
 * @param {HTMLElement} row which scrolls within the frame
 */
export function markEdges(frame, row) {
  const go = (/** @type {number} */ step) => {
    const width = row.firstElementChild?.clientWidth ?? row.clientWidth;
    row.scrollBy({ left: step * width, behavior: 'smooth' });
  };
  const before = iconButton('chevron', 'Columns to the left', () => go(-1));
  const after = iconButton('chevron', 'More columns to the right', () => go(1));
  before.classList.add('sideways', 'before');
  after.classList.add('sideways', 'after');
  frame.append(before, after);

  const match = () => {
    const hiddenPx = row.scrollWidth - row.clientWidth - row.scrollLeft;
    before.hidden = row.scrollLeft < nearPx;
    after.hidden = hiddenPx < nearPx;
    frame.classList.toggle('more-before', !before.hidden);
    frame.classList.toggle('more-after', !after.hidden);
  };
  row.addEventListener('scroll', match, { passive: true });
  new ResizeObserver(match).observe(row);
  new MutationObserver(match).observe(row, { childList: true });
  match();
}
