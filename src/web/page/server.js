// The way to the playground's server: orders go up as POST, events come down as a stream.

/** Thrown when an order is refused or the server can't be reached; the message is fit to be shown. */
export class OrderError extends Error {}

const unreachable = 'The playground can’t be reached';

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
 * Makes a person; without a name the server finds one.
 * @param {string} [name]
 * @returns {Promise<{ id: number }>}
 */
export async function addPerson(name) {
  return order('/playground/people', { name });
}

/**
 * Orders something of the playground itself: rush, faults, clock, kill.
 * @param {string} what the address below `/playground/`
 * @param {object} [details]
 */
export async function command(what, details = {}) {
  return order(`/playground/${what}`, details);
}

/**
 * Does something in the name of a person (send, edit, delete, tap, stop-draft) or changes them (language, admin, block).
 * @param {number} personId
 * @param {string} verb
 * @param {object} details
 */
export async function post(personId, verb, details) {
  return order(`/playground/people/${personId}/${verb}`, details);
}

/**
 * Sends a file in the name of a person; `onProgress` is told the part that is through, from 0 to 1. Rejects with
 * the signal's reason when it aborts.
 * @param {number} personId
 * @param {File} file
 * @param {Record<string, string | number | undefined>} details
 * @param {{ onProgress: (part: number) => void, signal: AbortSignal }} options
 * @returns {Promise<unknown>}
 */
export function postFile(personId, file, details, { onProgress, signal }) {
  const query = new URLSearchParams({ name: file.name || 'file' });
  for (const [name, value] of Object.entries(details))
    if (value !== undefined) query.set(name, String(value));
  const { promise, resolve, reject } = Promise.withResolvers();
  // Only this older interface tells how far an upload is.
  const request = new XMLHttpRequest();
  const abort = () => request.abort();
  signal.addEventListener('abort', abort);
  request.open('POST', `/playground/people/${personId}/file?${query}`);
  request.responseType = 'json';
  request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total ? loaded / total : 0));
  request.addEventListener('load', () => {
    if (request.status === 200) resolve(request.response);
    else reject(refusal(request.response, request.status));
  });
  request.addEventListener('error', () => reject(new OrderError(unreachable)));
  request.addEventListener('abort', () => reject(signal.reason));
  request.addEventListener('loadend', () => signal.removeEventListener('abort', abort));
  request.send(file);
  return promise;
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
 * Follows the events after `cursor` until the result is closed. The browser resumes a broken stream by itself; `onLost`
 * tells that it is trying, `onBack` that it succeeded. `onGap` tells that the state has to be fetched anew.
 * @param {string} cursor
 * @param {{ onEvent: (event: any, cursor: string) => void, onGap: () => void, onLost: () => void,
 *   onBack: () => void }} listeners `onEvent` is given the cursor after the event too
 * @returns {{ close(): void }}
 */
export function follow(cursor, { onEvent, onGap, onLost, onBack }) {
  const stream = new EventSource(`/playground/events?since=${encodeURIComponent(cursor)}`);
  stream.addEventListener('open', onBack);
  stream.addEventListener('message', ({ data, lastEventId }) => onEvent(JSON.parse(data), lastEventId));
  stream.addEventListener('gap', () => {
    stream.close();
    onGap();
  });
  stream.addEventListener('error', () => {
    onLost();
    // The browser tries again unless it was answered with something that is no stream.
    if (stream.readyState === EventSource.CLOSED) onGap();
  });
  return stream;
}

/**
 * @param {string} address
 * @param {object} details
 * @returns {Promise<any>}
 */
async function order(address, details) {
  const headers = { 'content-type': 'application/json' };
  return read(await reach(address, { method: 'POST', headers, body: JSON.stringify(details) }));
}

/**
 * @param {string} address
 * @param {RequestInit} [init]
 */
async function reach(address, init) {
  try {
    return await window.fetch(address, init);
  } catch {
    throw new OrderError(unreachable);
  }
}

/** @param {Response} response */
async function read(response) {
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw refusal(answer, response.status);
  return answer;
}

/**
 * @param {any} answer
 * @param {number} status
 */
function refusal(answer, status) {
  return new OrderError(answer?.error ?? `The playground answered ${status}`);
}
