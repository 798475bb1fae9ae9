// The links of a message, in their order, each once.

import type { Message, MessageEntity } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import { findLinks } from '../../src/bot/find-links.ts';
import fc from '../properties.ts';

/** A message in which Telegram has marked the given pieces of text. */
function marking(text: string, ...pieces: (string | { words: string; url: string })[]): Message {
  const entities = pieces.map((piece): MessageEntity => {
    const words = typeof piece === 'string' ? piece : piece.words;
    const place = { offset: text.indexOf(words), length: words.length };
    return typeof piece === 'string'
      ? { type: 'url', ...place }
      : { type: 'text_link', url: piece.url, ...place };
  });
  return { text, entities } as Message;
}

describe('findLinks', () => {
  it('finds what Telegram has marked, also without a scheme', () => {
    expect(
      findLinks(marking('see example.com and https://b.example/x', 'example.com', 'https://b.example/x')),
    ).toEqual(['example.com', 'https://b.example/x']);
  });

  it('finds links hidden under words, between the others in their order', () => {
    const hidden = { words: 'this', url: 'https://hidden.example/' };
    const text = 'a.example this b.example';
    expect(findLinks(marking(text, 'b.example', hidden, 'a.example'))).toEqual([
      'a.example',
      'https://hidden.example/',
      'b.example',
    ]);
  });

  it('finds the links of a caption', () => {
    const { text, entities } = marking('see a.example', 'a.example');
    expect(findLinks({ caption: text, caption_entities: entities } as Message)).toEqual(['a.example']);
  });

  it('takes the same link once', () => {
    const text = 'https://a.example/ https://b.example/ https://a.example/';
    expect(findLinks(marking(text, 'https://b.example/'))).toEqual([
      'https://a.example/',
      'https://b.example/',
    ]);
  });

  it('counts in UTF-16 units, as Telegram does', () => {
    expect(findLinks(marking('👩‍👩‍👧 🎉 a.example 🎉', 'a.example'))).toEqual(['a.example']);
  });

  it.each([
    ['Look: https://a.example/x.', 'https://a.example/x'],
    ['(https://a.example/x)', 'https://a.example/x'],
    ['«https://a.example/x?y=1!»', 'https://a.example/x?y=1!»'],
    ['"https://a.example/x"', 'https://a.example/x'],
    ['<https://a.example/x>', 'https://a.example/x'],
    ['HTTPS://A.EXAMPLE/X', 'HTTPS://A.EXAMPLE/X'],
    ['ftp://a.example/x', 'ftp://a.example/x'],
    ['http://[::1]:80/x', 'http://[::1]:80/x'],
    ['https://a.example/a,b;c', 'https://a.example/a,b;c'],
    ['http://localhost/x', 'http://localhost/x'],
  ])('finds in %j what Telegram has not marked', (text, link) => {
    expect(findLinks({ text } as Message)).toEqual([link]);
  });

  it('does not find again what is marked, however much of it', () => {
    const text = 'https://a.example/path.';
    expect(findLinks(marking(text, 'https://a.example/path'))).toEqual(['https://a.example/path']);
    expect(
      findLinks(marking(text, { words: 'https://a.example/path.', url: 'https://evil.example/' })),
    ).toEqual(['https://evil.example/']);
  });

  it.each([
    '',
    'no link here',
    'mailto:ann@a.example',
    'http:/a.example',
    '://x',
    'javascript:alert(1)',
    'a.example',
  ])('finds nothing in %j', (text) => {
    expect(findLinks({ text } as Message)).toEqual([]);
  });

  it('finds nothing in a message without words', () => {
    expect(findLinks({} as Message)).toEqual([]);
  });

  it('finds all of two hundred', () => {
    const links = Array.from({ length: 200 }, (_, i) => `https://a.example/${i}`);
    expect(findLinks({ text: links.join(' ') } as Message)).toEqual(links);
  });

  it('finds every link between whatever words, in order', () => {
    const word = fc.stringMatching(/^[a-zа-я🎉]{1,8}$/u);
    const link = fc
      .webUrl({ validSchemes: ['http', 'https'] })
      .filter((url) => /[\w/]$/.test(url) && !/["<>]/.test(url));
    fc.assert(
      fc.property(fc.array(fc.tuple(word, link), { maxLength: 20 }), (pairs) => {
        const text = pairs.flat().join(' ');
        expect(findLinks({ text } as Message)).toEqual([...new Set(pairs.map(([, url]) => url))]);
      }),
    );
  });
});
