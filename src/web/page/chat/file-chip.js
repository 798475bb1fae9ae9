// A file in a message: what it is, and a click saves it.

import { el, icon } from '../dom.js';
import { sayBytes } from './message-words.js';
import { fileAddress } from '../server.js';

/**
 * @param {import('grammy/types').Message} message with a document, or with a photo that can't be shown
 */
export function fileChip(message) {
  const photo = message.photo?.at(-1);
  const name = message.document?.file_name ?? (photo ? 'Picture' : 'File');
  const size = message.document?.file_size ?? photo?.file_size;
  const kind = /\.([a-z\d]{1,5})$/i.exec(name)?.[1] ?? (photo ? 'jpg' : 'file');
  return el(
    'a',
    {
      class: 'file',
      href: fileAddress(message.chat.id, message.message_id),
      download: true,
      title: `Save ${name}`,
    },
    el('span', { class: 'kind', 'aria-hidden': 'true' }, kind),
    el('span', { class: 'name' }, el('bdi', {}, name), size !== undefined && el('small', {}, sayBytes(size))),
    icon('down'),
  );
}
