// Puts what a button of the toolbar has opened above that button.

const gapPx = 6;
const edgePx = 8;

/**
 * As far as the window allows.
 * @param {HTMLElement} sheet is open
 * @param {HTMLElement} button
 */
export function placeAbove(sheet, button) {
  const { left, top } = button.getBoundingClientRect();
  const most = window.innerWidth - sheet.offsetWidth - edgePx;
  sheet.style.left = `${Math.max(edgePx, Math.min(left, most))}px`;
  sheet.style.bottom = `${window.innerHeight - top + gapPx}px`;
  sheet.style.maxHeight = `${top - gapPx - edgePx}px`;
}
