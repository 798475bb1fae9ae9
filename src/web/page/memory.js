// What this tab remembers over a reload: its columns, what is open in them, words that were not sent yet.

/**
 * What `keep` was given under `name` in this tab; undefined when nothing was.
 * @param {string} name
 * @returns {any}
 */
export function recall(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? 'null') ?? undefined;
  } catch {
    // Written by something else: as good as nothing.
    return undefined;
  }
}

/**
 * Remembers `value` under `name`; undefined forgets it.
 * @param {string} name
 * @param {unknown} value
 */
export function keep(name, value) {
  try {
    if (value === undefined) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // The browser keeps nothing, or has no room left; the page works without.
  }
}
