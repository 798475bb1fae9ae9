// Moves through a list of messages by the arrow keys: only the message in focus has tab stops within it.

const controls = 'a, button, [tabindex]';

/**
 * Lets the arrow keys walk over the messages in `log`; the links, buttons and tools of the message in focus come next by
 * Tab, those of all others are passed over. Escape and `/` leave the list.
 * @param {HTMLElement} log
 * @param {{ onLeave: () => void, onSlash: () => void }} exits
 */
export function walkByKeys(log, { onLeave, onSlash }) {
  /** @type {Element | undefined} */
  let active;
  const activate = (/** @type {Element | undefined} */ message) => {
    if (message === active) return;
    if (active) setStops(active, -1);
    active = message;
    if (active) setStops(active, 0);
  };

  log.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const exit = { Escape: onLeave, '/': onSlash }[event.key];
    if (!exit) return walk(log, event);
    event.preventDefault();
    exit();
  });
  log.addEventListener('focusin', ({ target }) => activate(messageOf(target)));
  log.addEventListener('focusout', ({ relatedTarget }) => activate(messageOf(relatedTarget)));
  // Messages come, and their words and buttons are made anew while they are edited.
  new MutationObserver((changes) => {
    const changed = new Set(
      changes.flatMap(({ target, addedNodes }) => [target, ...addedNodes]).map(messageOf),
    );
    for (const message of changed) if (message) setStops(message, message === active ? 0 : -1);
  }).observe(log, { childList: true, subtree: true });
}

/**
 * @param {HTMLElement} log
 * @param {KeyboardEvent} event
 */
function walk(log, event) {
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
}

/** @param {EventTarget | null} target */
function messageOf(target) {
  return (target instanceof Element && target.closest('.message')) || undefined;
}

/**
 * @param {Element} message
 * @param {0 | -1} tabIndex
 */
function setStops(message, tabIndex) {
  for (const control of message.querySelectorAll(controls))
    if (control instanceof HTMLElement) control.tabIndex = tabIndex;
}
