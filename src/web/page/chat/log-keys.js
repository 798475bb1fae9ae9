// Moves through a list of messages by the arrow keys, so that Tab need not stop at every one.

/**
 * Lets the arrow keys walk over the messages in `log`; the tools of the message in focus come next by Tab.
 * @param {HTMLElement} log
 */
export function walkByKeys(log) {
  log.addEventListener('keydown', (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity }[event.key];
    const isInside = event.target instanceof HTMLElement && !event.target.matches('.log, .message');
    if (!step || isInside) return;
    const messages = [...log.querySelectorAll('.message')];
    const current = messages.indexOf(/** @type {Element} */ (event.target));
    const from = current === -1 ? messages.length : current;
    const next = messages[Math.max(0, Math.min(messages.length - 1, from + step))];
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    next.focus();
  });
  log.addEventListener('focusin', (event) => openTools(event.target, 0));
  log.addEventListener('focusout', (event) => openTools(event.target, -1));
}

/**
 * @param {EventTarget | null} target
 * @param {number} tabIndex
 */
function openTools(target, tabIndex) {
  const message = target instanceof Element ? target.closest('.message') : null;
  for (const tool of message?.querySelectorAll('.tools button') ?? []) {
    if (tool instanceof HTMLElement) tool.tabIndex = tabIndex;
  }
}
