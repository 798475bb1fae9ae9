// The links of a message, also those hidden under words and those that Telegram did not mark.

import type { Message } from 'grammy/types';

/** Something like `scheme://…`, whatever follows: what is wrong with it is said later. */
const writtenLink = /[a-z][a-z\d+.-]{1,19}:\/\/[^\s<>"]*/gi;
/** What ends a sentence rather than an address. */
const sentenceEnd = /[.,;:!?'")\]}]+$/;

/** Every link of a message in its order, each once: marked in its text or caption, or written there unmarked. */
export function findLinks(message: Message): string[] {
  const text = message.text ?? message.caption ?? '';
  const entities = message.entities ?? message.caption_entities ?? [];
  const marked: { offset: number; length: number; link: string }[] = [];
  for (const entity of entities) {
    const { offset, length } = entity;
    if (entity.type === 'text_link') marked.push({ offset, length, link: entity.url });
    if (entity.type === 'url') marked.push({ offset, length, link: text.slice(offset, offset + length) });
  }
  if (marked.length === 0 && !text.includes('://')) return [];
  for (const { 0: written, index } of text.matchAll(writtenLink)) {
    const isMarked = marked.some(
      ({ offset, length }) => index < offset + length && offset < index + written.length,
    );
    if (!isMarked)
      marked.push({ offset: index, length: written.length, link: written.replace(sentenceEnd, '') });
  }
  return [...new Set(marked.toSorted((a, b) => a.offset - b.offset).map(({ link }) => link))];
}
