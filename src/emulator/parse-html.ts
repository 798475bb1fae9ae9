// parse_mode HTML (Bot API, "HTML style"), with the server's errors.

import type { MessageEntity } from 'grammy/types';
import { MarkupBuilder, byteOffset, parseError, timeStyle } from './markup-builder.ts';
import type { FormattedText } from './markup-builder.ts';

interface OpenTag {
  name: string;
  attributes: ReadonlyMap<string, string>;
  offset: number;
}

const simpleTags = new Map<string, MessageEntity['type']>([
  ['b', 'bold'],
  ['strong', 'bold'],
  ['i', 'italic'],
  ['em', 'italic'],
  ['u', 'underline'],
  ['ins', 'underline'],
  ['s', 'strikethrough'],
  ['strike', 'strikethrough'],
  ['del', 'strikethrough'],
  ['tg-spoiler', 'spoiler'],
  ['span', 'spoiler'],
]);
const otherTags = new Set(['a', 'pre', 'code', 'blockquote', 'tg-emoji', 'tg-time']);

const character = /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot)(?![a-z]));?/gi;
const namedCharacters: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const languagePrefix = 'language-';

/** Reads HTML; throws "can't parse entities: …". */
export function parseHtml(html: string): FormattedText {
  return new HtmlReader(html).read();
}

class HtmlReader {
  readonly #html: string;
  readonly #builder = new MarkupBuilder();
  readonly #open: OpenTag[] = [];
  /** Languages of `code` entities, which count only inside `pre`. */
  readonly #languages = new WeakMap<MessageEntity, string>();
  #position = 0;

  constructor(html: string) {
    this.#html = html;
  }

  read(): FormattedText {
    while (this.#position < this.#html.length) {
      const found = this.#html.indexOf('<', this.#position);
      const end = found < 0 ? this.#html.length : found;
      this.#builder.append(decodeCharacters(this.#html.slice(this.#position, end)));
      this.#position = end;
      if (found >= 0) this.#readTag(found);
    }
    const unclosed = this.#open.at(-1);
    if (unclosed) throw parseError(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
    const result = this.#builder.finish();
    if (this.#html.isWellFormed() && !result.text.isWellFormed()) {
      throw parseError(
        'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
      );
    }
    return result;
  }

  #readTag(start: number): void {
    if (this.#html[start + 1] === '/') this.#readEnd(start);
    else this.#readStart(start);
  }

  #readStart(start: number): void {
    const name = (this.#match(/<([^\s>]*)/y)[1] ?? '').toLowerCase();
    if (this.#atEnd()) throw this.#error('Unclosed start tag', start);
    if (!simpleTags.has(name) && !otherTags.has(name))
      throw this.#error(`Unsupported start tag "${name}"`, start);
    const attributes = this.#readAttributes(name, start);
    if (name === 'span' && attributes.get('class') !== 'tg-spoiler') {
      throw this.#error('Tag "span" must have class "tg-spoiler"', start);
    }
    this.#open.push({ name, attributes, offset: this.#builder.length });
  }

  #readAttributes(tag: string, start: number): Map<string, string> {
    const attributes = new Map<string, string>();
    for (;;) {
      this.#match(/\s*/y);
      if (this.#atEnd()) throw this.#error('Unclosed start tag', start);
      if (this.#match(/>?/y)[0] !== '') return attributes;
      const name = this.#match(/[^\s=>]*/y)[0];
      if (name === '') throw this.#error(`Empty attribute name in the tag "${tag}"`, start);
      if (this.#match(/\s*=?/y)[0].endsWith('=')) attributes.set(name, this.#readValue(tag, start));
      else if (tag === 'blockquote' && name === 'expandable') attributes.set(name, '');
      else throw this.#error(`Expected equal sign in declaration of an attribute of the tag "${tag}"`, start);
    }
  }

  #readValue(tag: string, start: number): string {
    this.#match(/\s*/y);
    if (this.#atEnd()) throw this.#error(`Unclosed start tag "${tag}"`, start);
    const begin = this.#position;
    const quote = this.#html[begin];
    if (quote === '"' || quote === "'") {
      const end = this.#html.indexOf(quote, begin + 1);
      this.#position = end < 0 ? this.#html.length : end + 1;
      return decodeCharacters(this.#html.slice(begin + 1, end < 0 ? undefined : end));
    }
    const token = this.#match(/[a-z\d.-]*/iy)[0].toLowerCase();
    if (!this.#atEnd() && !/[\s>]/.test(this.#html[this.#position] ?? '')) {
      throw this.#error('Unexpected end of name token', begin);
    }
    return token;
  }

  #readEnd(start: number): void {
    const open = this.#open.pop();
    if (!open) throw this.#error('Unexpected end tag', start);
    const name = (this.#match(/<\/([^\s>]*)\s*/y)[1] ?? '').toLowerCase();
    if (this.#match(/>?/y)[0] === '') throw this.#error('Unclosed end tag', start);
    if (name !== '' && name !== open.name) {
      const place = `at byte offset ${byteOffset(this.#html, start)}`;
      throw parseError(`Unmatched end tag ${place}, expected "</${open.name}>", found "</${name}>"`);
    }
    this.#close(open);
  }

  #close({ name, attributes, offset }: OpenTag): void {
    const builder = this.#builder;
    const simple = simpleTags.get(name);
    if (simple) return builder.style({ type: simple }, offset);
    switch (name) {
      case 'a':
        return builder.link(attributes.get('href') || builder.since(offset), offset);
      case 'blockquote':
        return builder.style(
          { type: attributes.has('expandable') ? 'expandable_blockquote' : 'blockquote' },
          offset,
        );
      case 'tg-emoji':
        return this.#closeEmoji(attributes.get('emoji-id') ?? '', offset);
      case 'tg-time':
        return builder.style(timeStyle(attributes.get('unix'), attributes.get('format')), offset);
      default:
        return this.#closeCode(name, attributes.get('class') ?? '', offset);
    }
  }

  #closeEmoji(id: string, offset: number): void {
    if (!/^[1-9]\d*$/.test(id)) throw parseError('Invalid custom emoji identifier specified');
    this.#builder.style({ type: 'custom_emoji', custom_emoji_id: id }, offset);
  }

  /** `pre` with a `code` that names a language directly inside, or around it, is one block. */
  #closeCode(name: string, className: string, offset: number): void {
    const inner = this.#builder.newestFrom(offset);
    const language = className.startsWith(languagePrefix) ? className.slice(languagePrefix.length) : '';
    if (name === 'pre') {
      const named = inner?.type === 'code' ? this.#languages.get(inner) : undefined;
      if (named) this.#builder.dropNewest();
      return this.#builder.style({ type: 'pre', ...(named && { language: named }) }, offset);
    }
    if (inner?.type === 'pre' && language !== '') {
      this.#builder.dropNewest();
      return this.#builder.style({ type: 'pre', language }, offset);
    }
    this.#builder.style({ type: 'code' }, offset);
    const code = this.#builder.newestFrom(offset);
    if (code && language !== '') this.#languages.set(code, language);
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#html);
    if (!match) throw new Error(`Cannot read HTML at ${this.#position}: ${pattern.source} does not match`);
    this.#position += match[0].length;
    return match;
  }

  #atEnd(): boolean {
    return this.#position >= this.#html.length;
  }

  #error(what: string, index: number): Error {
    return parseError(`${what} at byte offset ${byteOffset(this.#html, index)}`);
  }
}

function decodeCharacters(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(character, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name) return namedCharacters[name] ?? whole;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code < 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
