// What the readers of the three markup languages share.

import type { MessageEntity } from 'grammy/types';
import { badRequest } from './bot-error.ts';
import type { BotError } from './bot-error.ts';
import { checkLink } from './check-link.ts';

/** A text and what is special in it; offsets and lengths in UTF-16 units. */
export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

/** An entity without its place. */
export type Style = { type: MessageEntity['type'] } & Record<string, unknown>;

/** Collects the plain text and the entities while markup is read. */
export class MarkupBuilder {
  #text = '';
  readonly #entities: MessageEntity[] = [];

  /** Length of the plain text so far. */
  get length(): number {
    return this.#text.length;
  }

  append(text: string): void {
    this.#text += text;
  }

  /** The plain text from `offset` on. */
  since(offset: number): string {
    return this.#text.slice(offset);
  }

  /** Puts a style on the plain text from `offset` on, if there is any. */
  style(style: Style, offset: number): void {
    const length = this.length - offset;
    if (length > 0) this.#entities.push({ ...style, offset, length } as MessageEntity);
  }

  /** Puts a link on the plain text from `offset` on, unless `address` is none. */
  link(address: string, offset: number): void {
    const url = checkLink(address);
    if (url !== undefined) this.style({ type: 'text_link', url }, offset);
  }

  /** The newest entity if it covers exactly the plain text from `offset` on. */
  newestFrom(offset: number): MessageEntity | undefined {
    const newest = this.#entities.at(-1);
    return newest?.offset === offset && newest.length === this.length - offset ? newest : undefined;
  }

  /** Takes back the newest entity. */
  dropNewest(): void {
    this.#entities.pop();
  }

  /** The result: outer entities before inner ones. */
  finish(): FormattedText {
    const entities = this.#entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length);
    return { text: this.#text, entities };
  }
}

/** The error "can't parse entities: " and `text`. */
export function parseError(text: string): BotError {
  return badRequest(`can't parse entities: ${text}`);
}

/** How errors name a place in `text`: in bytes. */
export function byteOffset(text: string, index: number): number {
  return Buffer.byteLength(text.slice(0, index));
}

/** The style of a moment that is shown in the reader's time zone. */
export function timeStyle(
  unix = '',
  format = '',
): { type: 'date_time'; unix_time: number; date_time_format: string } {
  if (!/^\d{1,10}$/.test(unix)) throw parseError('Invalid date specified');
  return { type: 'date_time', unix_time: Number(unix), date_time_format: format };
}
