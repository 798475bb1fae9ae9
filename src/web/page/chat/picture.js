// A picture in a message. Its room is kept from the first moment on, so that nothing moves when it comes.

import { el } from '../dom.js';
import { fileChip } from './file-chip.js';
import { isolate } from '../people/names.js';
import { fileAddress } from '../server.js';

/** @typedef {import('grammy/types').Message} Message */

const most = { width: 340, height: 380, pixels: 50_000_000 };

/** What the first bytes of a picture look like, as Latin-1. Nothing else is given to the browser's decoders. */
const kinds = [
  { type: 'image/jpeg', start: /^\xff\xd8\xff/ },
  { type: 'image/png', start: /^\x89PNG\r\n/ },
  { type: 'image/gif', start: /^GIF8[79]a/ },
  { type: 'image/webp', start: /^RIFF[^]{4}WEBP/ },
];

/** The picture of one message; disposing it gives back its memory. */
export class Picture {
  /** @type {HTMLElement} */
  element;
  /** Equal for equal pictures. */
  id;
  #message;
  #leaving = new AbortController();
  #image = el('img', { decoding: 'async' });

  /** @param {Message} message with a photo */
  constructor(message) {
    this.#message = message;
    const photo = message.photo?.at(-1) ?? { width: 1, height: 1, file_unique_id: '' };
    this.id = photo.file_unique_id;
    const { width, height } = photo;
    const scale = Math.min(1, most.width / width, most.height / height);
    this.#image.alt = `Picture from ${isolate(message.from?.first_name ?? 'somebody')}, ${width} × ${height}`;
    this.element = el(
      'a',
      {
        class: 'picture',
        href: fileAddress(message.chat.id, message.message_id),
        download: true,
        title: 'Save the picture',
      },
      this.#image,
    );
    this.element.style.width = `${Math.round(width * scale)}px`;
    this.element.style.aspectRatio = `${width} / ${height}`;
    if (width * height > most.pixels) this.#giveUp();
    else void this.#load();
  }

  dispose() {
    this.#leaving.abort();
    URL.revokeObjectURL(this.#image.src);
  }

  async #load() {
    const { signal } = this.#leaving;
    try {
      const address = fileAddress(this.#message.chat.id, this.#message.message_id);
      const response = await window.fetch(address, { signal });
      const bytes = response.ok ? await response.arrayBuffer() : new ArrayBuffer();
      const type = findType(bytes);
      if (!type) return this.#giveUp();
      if (signal.aborted) return;
      this.#image.addEventListener('error', () => this.#giveUp());
      this.#image.src = URL.createObjectURL(new Blob([bytes], { type }));
    } catch (error) {
      if (signal.aborted) return;
      console.info('The picture can’t be fetched:', error);
      this.#giveUp();
    }
  }

  /** Offers the file instead; its room stays as it was. */
  #giveUp() {
    this.dispose();
    const { childNodes } = fileChip(this.#message);
    this.element.replaceChildren(el('span', { class: 'file' }, ...childNodes));
  }
}

/** @param {ArrayBuffer} bytes */
function findType(bytes) {
  const start = String.fromCharCode(...new Uint8Array(bytes.slice(0, 12)));
  return kinds.find((kind) => kind.start.test(start))?.type;
}
