// A raw event as JSON that may be shown and copied: no token is in it.

const mostChars = 20_000;
const token = /\d{6,}:[\w-]{30,}/g;
const secret = /token|secret/i;

/**
 * The event as JSON over several lines.
 * @param {unknown} event
 */
export function toJson(event) {
  return JSON.stringify(event, hide, 2);
}

/**
 * The same, but cut where it gets too long to be read, with a word on that.
 * @param {unknown} event
 */
export function toShortJson(event) {
  const json = toJson(event);
  if (json.length <= mostChars) return json;
  return `${json.slice(0, mostChars)}\n… cut here: ${Math.ceil(json.length / 1_000)} kB in all`;
}

/**
 * @param {string} key
 * @param {unknown} value
 */
function hide(key, value) {
  if (typeof value !== 'string') return value;
  return secret.test(key) ? '…' : value.replaceAll(token, '…');
}
