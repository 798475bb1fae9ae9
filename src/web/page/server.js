// The way to the playground's server: orders go up as POST, events come down as a stream.

/** Thrown when an order is refused or the server can't be reached; the message is fit to be shown. */
export class OrderError extends Error {}

/** The whole state, as JSON. */
export async function fetchState() {
  return read(await reach('/playground/state'));
}

/**
 * The commands that the bot offers a person in a chat.
 * @param {number} personId
 * @param {number} chatId
 * @returns {Promise<{ command: string, description: string }[]>}
 */
export async function fetchMenu(personId, chatId) {
  return read(await reach(`/playground/people/${personId}/menu?chat=${chatId}`));
}

/**
 * Does something in the name of a person: send, edit, delete, tap or stop-draft.
 * @param {number} personId
 * @param {string} verb
 * @param {object} order
 */
export async function post(personId, verb, order) {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(order) };
  return read(await reach(`/playground/people/${personId}/${verb}`, init));
}

/**
 * Sends a file in the name of a person.
 * @param {number} personId
 * @param {File} file
 * @param {Record<string, string | number | undefined>} order
 */
export async function postFile(personId, file, order) {
  const query = new URLSearchParams({ name: file.name || 'file' });
  for (const [name, value] of Object.entries(order)) if (value !== undefined) query.set(name, String(value));
  return read(await reach(`/playground/people/${personId}/file?${query}`, { method: 'POST', body: file }));
}

/**
 * Where the file of a message can be had.
 * @param {number} chatId
 * @param {number} messageId
 */
export function fileAddress(chatId, messageId) {
  return `/playground/file?chat=${chatId}&message=${messageId}`;
}

/**
 * Follows the events after `cursor`. The browser resumes a broken stream by itself; `onLost` tells that it is trying,
 * `onBack` that it succeeded. `onGap` is called once, at the end, when the state has to be fetched anew.
 * @param {string} cursor
 * @param {{ onEvent: (event: any) => void, onGap: () => void, onLost: () => void, onBack: () => void }} listeners
 */
export function follow(cursor, { onEvent, onGap, onLost, onBack }) {
  const stream = new EventSource(`/playground/events?since=${encodeURIComponent(cursor)}`);
  stream.addEventListener('open', onBack);
  stream.addEventListener('message', ({ data }) => onEvent(JSON.parse(data)));
  stream.addEventListener('gap', () => {
    stream.close();
    onGap();
  });
  stream.addEventListener('error', () => {
    onLost();
    // The browser tries again unless it was answered with something that is no stream.
    if (stream.readyState === EventSource.CLOSED) onGap();
  });
}

/**
 * @param {string} address
 * @param {RequestInit} [init]
 */
async function reach(address, init) {
  try {
    return await window.fetch(address, init);
  } catch {
    throw new OrderError('The playground can’t be reached');
  }
}

/** @param {Response} response */
async function read(response) {
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new OrderError(answer.error ?? `The playground answered ${response.status}`);
  return answer;
}
