// parse_mode MarkdownV2 (Bot API, "MarkdownV2 style"), with the server's errors.

import { MarkupBuilder, byteOffset, parseError, timeStyle } from './markup-builder.ts';
import type { FormattedText } from './markup-builder.ts';

/** The kinds of entities, by the names that errors call them. */
type Kind =
  | 'Bold'
  | 'Italic'
  | 'Underline'
  | 'Strikethrough'
  | 'Spoiler'
  | 'Code'
  | 'Pre'
  | 'PreCode'
  | 'TextUrl'
  | 'CustomEmoji'
  | 'BlockQuote';

interface OpenEntity {
  kind: Kind;
  language: string;
  /** Where it begins in the plain text, and in the markup. */
  offset: number;
  index: number;
}

const reserved = '_*[]()~`>#+-=|{}.!\n';
const block = /```(?:([^\s`]+)(?=\s))?(?:\r\n|\n\r|\r|\n)?/y;

const marks: Record<Exclude<Kind, 'BlockQuote'>, string> = {
  Bold: '*',
  Italic: '_',
  Underline: '__',
  Strikethrough: '~',
  Spoiler: '||',
  Code: '`',
  Pre: '```',
  PreCode: '```',
  TextUrl: ']',
  CustomEmoji: ']',
};

const styles = {
  Bold: 'bold',
  Italic: 'italic',
  Underline: 'underline',
  Strikethrough: 'strikethrough',
  Spoiler: 'spoiler',
  Code: 'code',
} as const;

/** Reads MarkdownV2; throws "can't parse entities: …". */
export function parseMarkdownV2(text: string): FormattedText {
  return new MarkdownV2Reader(text).read();
}

class MarkdownV2Reader {
  readonly #text: string;
  readonly #builder = new MarkupBuilder();
  readonly #open: OpenEntity[] = [];
  #position = 0;
  #inQuote = false;
  /** Whether nothing but marks has come in this line, so that a quote may begin. */
  #lineIsNew = true;

  constructor(text: string) {
    this.#text = text;
  }

  read(): FormattedText {
    while (this.#position < this.#text.length) this.#step();
    if (this.#inQuote) this.#endLastQuote();
    const unfinished = this.#open.at(-1);
    if (unfinished) throw this.#unfinished(unfinished);
    return this.#builder.finish();
  }

  #step(): void {
    const character = this.#text[this.#position] ?? '';
    const top = this.#open.at(-1);
    const isVerbatim = top !== undefined && (top.kind === 'Code' || top.kind.startsWith('Pre'));
    if (character === '\\' && this.#isEscapable(this.#position + 1)) {
      this.#plain(this.#text[this.#position + 1] ?? '', 2);
    } else if (!(isVerbatim ? '`' : reserved).includes(character)) {
      this.#plain(character, 1);
    } else if (character === '\n' && this.#inQuote && this.#text[this.#position + 1] !== '>') {
      this.#endQuote();
    } else if (top && this.#isAtEndOf(top)) {
      this.#end(top);
    } else {
      this.#begin(character);
    }
  }

  #plain(text: string, length: number): void {
    this.#builder.append(text);
    this.#position += length;
    this.#lineIsNew = false;
  }

  #isEscapable(index: number): boolean {
    const code = this.#text.charCodeAt(index);
    return code > 0 && code <= 126;
  }

  #isAtEndOf({ kind }: OpenEntity): boolean {
    if (kind === 'BlockQuote') return false;
    if (kind === 'Italic' && this.#sees('__')) return false;
    return this.#sees(marks[kind]);
  }

  #sees(mark: string): boolean {
    return this.#text.startsWith(mark, this.#position);
  }

  #begin(character: string): void {
    switch (character) {
      case '*':
        return this.#push('Bold', 1);
      case '_':
        return this.#sees('__') ? this.#push('Underline', 2) : this.#push('Italic', 1);
      case '~':
        return this.#push('Strikethrough', 1);
      case '[':
        return this.#push('TextUrl', 1);
      case '`':
        return this.#beginCode();
      case '\n':
        this.#plain('\n', 1);
        this.#lineIsNew = true;
        return undefined;
      default:
        if (this.#sees('||')) return this.#push('Spoiler', 2);
        if (this.#sees('![')) return this.#push('CustomEmoji', 2);
        if (character === '>' && this.#lineIsNew) return this.#beginQuote();
        throw parseError(`Character '${character}' is reserved and must be escaped with the preceding '\\'`);
    }
  }

  #push(kind: Kind, length: number, language = ''): void {
    this.#open.push({ kind, language, offset: this.#builder.length, index: this.#position });
    this.#position += length;
  }

  #beginCode(): void {
    block.lastIndex = this.#position;
    const opening = block.exec(this.#text);
    if (!opening) return this.#push('Code', 1);
    const language = opening[1] ?? '';
    this.#push(language === '' ? 'Pre' : 'PreCode', opening[0].length, language);
  }

  /** In a quote the mark of a further line is left out. */
  #beginQuote(): void {
    if (this.#inQuote) {
      this.#position += 1;
      return;
    }
    this.#push('BlockQuote', 1);
    this.#inQuote = true;
  }

  #end(top: OpenEntity): void {
    this.#open.pop();
    this.#position += top.kind === 'BlockQuote' ? 0 : marks[top.kind].length;
    switch (top.kind) {
      case 'Pre':
      case 'PreCode':
        return this.#builder.style(
          { type: 'pre', ...(top.language && { language: top.language }) },
          top.offset,
        );
      case 'TextUrl': {
        const address = this.#sees('(') ? this.#readAddress('URL') : this.#builder.since(top.offset);
        return this.#builder.link(address, top.offset);
      }
      case 'CustomEmoji':
        return this.#endEmoji(top);
      case 'BlockQuote':
        return undefined;
      case 'Bold':
      case 'Italic':
      case 'Underline':
      case 'Strikethrough':
      case 'Spoiler':
      case 'Code':
        return this.#builder.style({ type: styles[top.kind] }, top.offset);
    }
  }

  #endEmoji({ offset }: OpenEntity): void {
    const address = this.#sees('(') ? this.#readAddress('custom emoji URL') : '';
    const [, what, query] = /^tg:\/\/(emoji|time)\?(.*)$/s.exec(address) ?? [];
    const values = new URLSearchParams(query);
    if (what === 'time') {
      return this.#builder.style(timeStyle(values.get('unix') ?? '', values.get('format') ?? ''), offset);
    }
    if (what !== 'emoji') throw parseError('Custom emoji entity must contain a tg://emoji URL');
    const id = values.get('id') ?? '';
    if (!/^[1-9]\d*$/.test(id)) throw parseError('Invalid custom emoji identifier specified');
    return this.#builder.style({ type: 'custom_emoji', custom_emoji_id: id }, offset);
  }

  /** Reads an address in parentheses. */
  #readAddress(what: string): string {
    const begin = this.#position + 1;
    const match = /\(((?:\\.|[^)])*)\)/sy;
    match.lastIndex = this.#position;
    const found = match.exec(this.#text);
    if (!found)
      throw parseError(`Can't find end of a ${what} at byte offset ${byteOffset(this.#text, begin)}`);
    this.#position += found[0].length;
    return (found[1] ?? '').replace(/\\(.)/gs, '$1');
  }

  /** A line break ends a quote; a spoiler that opens right before it makes the quote expandable. */
  #endQuote(): void {
    const isExpandable = this.#dropTrailingSpoiler();
    const quote = this.#open.at(-1);
    if (quote?.kind !== 'BlockQuote') throw this.#unfinished(quote);
    this.#open.pop();
    this.#plain('\n', 1);
    this.#lineIsNew = true;
    this.#inQuote = false;
    this.#styleQuote(quote, isExpandable);
  }

  #endLastQuote(): void {
    const isExpandable = this.#dropTrailingSpoiler();
    const quote = this.#open.at(-1);
    if (quote?.kind !== 'BlockQuote') throw this.#unfinished(quote);
    this.#open.pop();
    this.#styleQuote(quote, isExpandable);
  }

  #styleQuote({ offset }: OpenEntity, isExpandable: boolean): void {
    this.#builder.style({ type: isExpandable ? 'expandable_blockquote' : 'blockquote' }, offset);
  }

  #dropTrailingSpoiler(): boolean {
    const top = this.#open.at(-1);
    const isTrailing =
      top?.kind === 'Spoiler' && this.#text.slice(top.index, this.#position).trimEnd() === '||';
    if (isTrailing) this.#open.pop();
    return isTrailing;
  }

  #unfinished(entity: OpenEntity | undefined): Error {
    const { kind = 'BlockQuote', index = 0 } = entity ?? {};
    return parseError(`Can't find end of ${kind} entity at byte offset ${byteOffset(this.#text, index)}`);
  }
}
