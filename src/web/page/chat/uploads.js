// Files on their way up: how far each is, and a button that stops it.

import { el, iconButton } from '../dom.js';
import { sayBytes } from './message-words.js';
import { isolate } from '../people/names.js';
import { OrderError, postFile } from '../server.js';

/** Smaller files are there before anybody could read how far they are. */
const shownFromBytes = 2_000_000;

/** The uploads of one chat. */
export class Uploads {
  element = el('div', { class: 'uploads' });
  #personId;
  #maxBytes;
  #say;

  /**
   * @param {number} personId who sends
   * @param {() => number} maxBytes
   * @param {(words: string) => void} say tells why a file is not sent
   */
  constructor(personId, maxBytes, say) {
    this.#personId = personId;
    this.#maxBytes = maxBytes;
    this.#say = say;
  }

  /**
   * Sends a file; resolves to whether it arrived.
   * @param {File} file
   * @param {Record<string, string | number | undefined>} details
   */
  async send(file, details) {
    const maxBytes = this.#maxBytes();
    if (file.size > maxBytes) {
      this.#say(`${isolate(file.name)} is too large: the playground takes ${sayBytes(maxBytes)} at most`);
      return false;
    }
    const stop = new AbortController();
    const bar = el('progress', { max: 1, value: 0, 'aria-label': `Sending ${file.name}` });
    const row = el(
      'div',
      { class: 'upload', hidden: file.size < shownFromBytes },
      el('bdi', {}, file.name),
      bar,
      iconButton('close', `Don’t send ${file.name}`, () => stop.abort()),
    );
    this.element.append(row);
    try {
      await postFile(this.#personId, file, details, {
        onProgress: (part) => (bar.value = part),
        signal: stop.signal,
      });
      return true;
    } catch (error) {
      if (error instanceof OrderError) this.#say(`${file.name}: ${error.message}`);
      else if (!stop.signal.aborted) throw error;
      return false;
    } finally {
      row.remove();
    }
  }
}
