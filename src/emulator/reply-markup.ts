// reply_markup: the keyboards that come with a message, checked as the server checks them.

import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import type { Arguments } from './arguments.ts';
import { BotError, badRequest } from './bot-error.ts';
import { checkLink } from './check-link.ts';
import type { ReplyMarkup } from './events.ts';

const what = 'reply keyboard markup';
const maxDataBytes = 64;

const buttonKinds = [
  'url',
  'callback_data',
  'web_app',
  'login_url',
  'disabled',
  'switch_inline_query',
  'switch_inline_query_current_chat',
  'switch_inline_query_chosen_chat',
  'copy_text',
  'callback_game',
  'pay',
] as const;

/** The call's `reply_markup`; undefined when missing. Throws what the server says about a wrong one. */
export function readReplyMarkup(args: Arguments): ReplyMarkup | undefined {
  const markup = args.object('reply_markup', what);
  if (markup === undefined || Object.keys(markup).length === 0) return undefined;
  if ('inline_keyboard' in markup) return readInlineKeyboard(markup);
  if ('keyboard' in markup) checkRows(markup['keyboard'], 'keyboard');
  return markup as unknown as ReplyMarkup;
}

/** The call's `reply_markup` for an edit, which allows inline keyboards only. */
export function readInlineMarkup(args: Arguments): InlineKeyboardMarkup | undefined {
  const markup = readReplyMarkup(args);
  if (markup === undefined) return undefined;
  if (!('inline_keyboard' in markup)) throw badRequest('inline keyboard expected');
  return markup.inline_keyboard.length > 0 ? markup : undefined;
}

/** A keyboard without empty rows; one without buttons is none. */
function readInlineKeyboard(markup: Record<string, unknown>): InlineKeyboardMarkup | undefined {
  const rows = checkRows(markup['inline_keyboard'], 'inline_keyboard').filter((row) => row.length > 0);
  if (rows.length === 0) return undefined;
  return { ...markup, inline_keyboard: rows.map((row) => row.map(readButton)) };
}

function checkRows(value: unknown, field: string): unknown[][] {
  const rows = value ?? [];
  if (!Array.isArray(rows)) throw badRequest(`can't parse ${what}: field "${field}" must be of type Array`);
  for (const row of rows)
    if (!Array.isArray(row)) throw badRequest(`can't parse ${what}: row must be an Array`);
  return rows as unknown[][];
}

function readButton(value: unknown): InlineKeyboardButton {
  if (typeof value !== 'object' || value === null) {
    throw badRequest("can't parse inline keyboard button: Expected an Object");
  }
  const button = value as Record<string, unknown>;
  if (typeof button['text'] !== 'string') {
    throw badRequest('can\'t parse inline keyboard button: Can\'t find field "text"');
  }
  if (!buttonKinds.some((kind) => kind in button)) {
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  }
  if ('callback_data' in button) checkData(button['callback_data']);
  if ('url' in button) checkUrl(button['url']);
  return button as unknown as InlineKeyboardButton;
}

function checkData(data: unknown): void {
  const bytes = Buffer.byteLength(String(data));
  if (bytes < 1 || bytes > maxDataBytes) throw new BotError(400, 'Bad Request: BUTTON_DATA_INVALID');
}

function checkUrl(url: unknown): void {
  const text = String(url);
  if (checkLink(text) !== undefined) return;
  throw badRequest(`inline keyboard button URL '${text}' is invalid: Wrong HTTP URL`);
}
