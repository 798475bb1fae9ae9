// Messages in a few words, for quotes and for those who listen.

import { isolate } from '../people/names.js';

/** @typedef {import('grammy/types').Message} Message */

const mostCharacters = 120;

/**
 * Whether the message is something that was said, not something that happened.
 * @param {Message} message
 */
export function isSaid({ text, caption, document, photo }) {
  return [text, caption, document, photo].some((part) => part !== undefined);
}

/**
 * A message in a few words.
 * @param {Message} message
 */
export function summarise(message) {
  const words = message.text ?? message.caption;
  if (words) return words.length > mostCharacters ? `${words.slice(0, mostCharacters)}…` : words;
  if (message.document) return message.document.file_name ?? 'File';
  if (message.photo) return 'Picture';
  const members = message.new_chat_members?.map(({ first_name: name }) => isolate(name));
  if (members) return `${members.join(', ')} joined the group`;
  if (message.left_chat_member) return `${isolate(message.left_chat_member.first_name)} left the group`;
  if (message.forum_topic_created) return `Topic “${isolate(message.forum_topic_created.name)}”`;
  return 'A message that the playground can’t show';
}

const units = [
  { name: 'GB', bytes: 1e9 },
  { name: 'MB', bytes: 1e6 },
  { name: 'KB', bytes: 1e3 },
];

/**
 * A size as the bot says it too: 1 MB is 1,000,000 bytes.
 * @param {number} bytes
 */
export function sayBytes(bytes) {
  // From here on it would be rounded up to the whole unit anyway.
  const unit = units.find((one) => bytes >= one.bytes * 0.9995) ?? { name: 'B', bytes: 1 };
  const value = bytes / unit.bytes;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${unit.name}`;
}
