// A row of buttons with one tab stop, moved along by the arrow keys (ARIA Authoring Practices, toolbar).

/**
 * Gives `buttons` one tab stop together; within `row` the arrow keys, Home and End move it.
 * @param {HTMLElement} row
 * @param {HTMLElement[]} buttons all of the row, in its order
 */
export function roveByKeys(row, buttons) {
  const stopAt = (/** @type {EventTarget | null | undefined} */ chosen) => {
    for (const button of buttons) button.tabIndex = button === chosen ? 0 : -1;
  };
  stopAt(buttons[0]);
  row.addEventListener('focusin', ({ target }) => stopAt(target));
  row.addEventListener('keydown', (event) => {
    const at = buttons.findIndex((button) => button === event.target);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (at === -1 || next === undefined) return;
    event.preventDefault();
    buttons.at(next % buttons.length)?.focus();
  });
}
