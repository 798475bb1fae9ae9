// One line of the raw log, which opens to all that was said.

import { nameOf, timeWords } from './words.js';
import { el } from '../dom.js';
import { toShortJson } from './raw-log-json.js';

/**
 * @param {import('./raw-log-entries.js').Entry} entry
 * @param {import('../world.js').World} world
 */
export function createLine(entry, world) {
  const { at, isUpdate, what, note, status, isRefused, event } = entry;
  const json = el('pre', { tabindex: 0, 'aria-label': 'JSON' });
  const open = () => {
    if (!details.open) return;
    json.textContent ||= toShortJson(event);
    details.scrollIntoView({ block: 'nearest' });
  };
  const details = el(
    'details',
    { toggle: open },
    el(
      'summary',
      {},
      el('time', {}, timeWords(at, { isExact: true })),
      el('span', { class: 'way' }, isUpdate ? '▾ update' : '▴ call'),
      el('b', {}, what),
      el('bdi', { class: 'whom' }, whomOf(entry, world)),
      el('span', { class: 'note' }, note),
      el('span', { class: 'status' }, status),
    ),
    json,
  );
  const kind = isUpdate ? 'update' : 'call';
  return el('li', { 'data-kind': kind, 'data-what': what, class: isRefused && 'refused' }, details);
}

/**
 * @param {import('./raw-log-entries.js').Entry} entry
 * @param {import('../world.js').World} world
 */
function whomOf({ personId, chatId }, world) {
  const chat = world.chats.get(chatId ?? 0);
  const isGroup = chat !== undefined && chat.type !== 'private';
  const name = personId === undefined ? undefined : nameOf(world, personId);
  return [name, isGroup && chat.title].filter(Boolean).join(' · ');
}
