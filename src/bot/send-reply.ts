// A reply as Telegram takes it: messages with entities and buttons, files, within Telegram's limits.

import { FormattedString } from '@grammyjs/parse-mode';
import type { InputFile } from 'grammy';
import type { InlineKeyboardButton, Message } from 'grammy/types';
import type { Button, FetchedFile, Reply, Request, Words } from '../handler.ts';
import { isEditImpossible, isUnchanged } from './call-failure.ts';
import type { Caller, CallOptions } from './caller.ts';
import type { Uploads } from './uploads.ts';

/** Longest text and caption of a message, in UTF-16 units (Bot API, sendMessage and sendDocument). */
const maxText = 4096;
const maxCaption = 1024;

/** Everything about the place a reply goes to. */
export function addressOf({ chat, messageId }: Request) {
  return {
    chat_id: chat.id,
    message_thread_id: chat.threadId,
    // The question may have been deleted meanwhile; the answer comes all the same.
    reply_parameters: { message_id: messageId, allow_sending_without_reply: true },
  };
}

/** Sends the words of a reply; those that do not fit into one message go on in further ones. */
export async function sendWords(
  caller: Caller,
  request: Request,
  reply: Reply & { words: Words },
  options: CallOptions,
): Promise<Message> {
  const [first, ...more] = split(reply.words);
  const sent = await sendPart(caller, request, first, more.length === 0 ? reply : {}, options);
  if (more.length > 0) await sendRest(caller, request, reply, more, options);
  return sent;
}

/** Puts the words of a reply in the place of a message. */
export async function editWords(
  caller: Caller,
  request: Request,
  messageId: number,
  reply: Reply & { words: Words },
  options: CallOptions,
): Promise<void> {
  const [first, ...more] = split(reply.words);
  const keyboard = more.length === 0 ? keyboardOf(reply.buttons) : undefined;
  await caller.call(
    'editMessageText',
    { chat_id: request.chat.id, message_id: messageId, reply_markup: keyboard, ...textOf(first) },
    options,
  );
  if (more.length > 0) await sendRest(caller, request, reply, more, options);
}

/** Puts the words of a reply in the place of a message if there is one and that can be; resolves with the message's id. */
export async function putWords(
  caller: Caller,
  request: Request,
  messageId: number | undefined,
  reply: Reply & { words: Words },
  options: CallOptions,
): Promise<number> {
  // A reply field can only come with a new message.
  if (messageId !== undefined && !reply.asks) {
    try {
      await editWords(caller, request, messageId, reply, options);
      return messageId;
    } catch (error) {
      if (isUnchanged(error)) return messageId;
      if (!isEditImpossible(error)) throw error;
    }
  }
  const sent = await sendWords(caller, request, reply, options);
  return sent.message_id;
}

/** Sends a file from disk or by its id. */
export function sendFile(
  caller: Caller,
  uploads: Uploads,
  request: Request,
  { file, words, buttons }: Reply & { file: FetchedFile },
  { signal, untilOurs }: Pick<CallOptions, 'untilOurs'> & { signal: AbortSignal },
): Promise<Message.DocumentMessage> {
  const caption = words && slice(words, 0, beforeSurrogate(words.text, maxCaption));
  const rest = {
    ...addressOf(request),
    caption: caption?.text,
    caption_entities: caption?.entities,
    reply_markup: keyboardOf(buttons),
    // A page or a picture is sent as the file it is.
    disable_content_type_detection: true,
  };
  const send = (document: string | InputFile) =>
    caller.call('sendDocument', { ...rest, document }, { signal, untilOurs, as: 'upload' });
  return uploads.send(file, send, { signal });
}

async function sendRest(
  caller: Caller,
  request: Request,
  reply: Reply,
  rest: Words[],
  options: CallOptions,
): Promise<void> {
  for (const [i, words] of rest.entries())
    await sendPart(caller, request, words, i === rest.length - 1 ? reply : {}, options);
}

function sendPart(
  caller: Caller,
  request: Request,
  words: Words | undefined,
  looks: Pick<Reply, 'buttons' | 'asks'>,
  options: CallOptions,
): Promise<Message> {
  // Spreads come last: each field that is added after one costs V8 half a microsecond.
  const place = addressOf(request);
  return caller.call('sendMessage', { reply_markup: markupOf(looks), ...textOf(words), ...place }, options);
}

function textOf(words: Words | undefined) {
  return {
    text: words?.text ?? '',
    entities: words?.entities,
    // Else Telegram would open the first link of a stranger's words.
    link_preview_options: { is_disabled: true },
  };
}

function markupOf({ buttons, asks }: Pick<Reply, 'buttons' | 'asks'>) {
  return asks ? { force_reply: true as const, selective: true } : keyboardOf(buttons);
}

function keyboardOf(buttons: Reply['buttons']): { inline_keyboard: InlineKeyboardButton[][] } | undefined {
  if (!buttons || buttons.length === 0) return undefined;
  return { inline_keyboard: buttons.map((row) => row.map(buttonOf)) };
}

function buttonOf(button: Button): InlineKeyboardButton {
  if ('url' in button) return { text: button.label, url: button.url };
  return { text: button.label, callback_data: button.call };
}

/** Cuts words into messages, at the end of a line where there is one in the last quarter. */
export function split(words: Words, maxLength: number = maxText): Words[] {
  if (words.text.length <= maxLength && words.text.trim() !== '') return [words];
  const parts: Words[] = [];
  let from = 0;
  while (words.text.length - from > maxLength) {
    const line = words.text.lastIndexOf('\n', from + maxLength);
    const to = line > from + maxLength * 0.75 ? line : beforeSurrogate(words.text, from + maxLength);
    parts.push(slice(words, from, to));
    from = words.text[to] === '\n' ? to + 1 : to;
  }
  parts.push(slice(words, from, words.text.length));
  return parts.filter((part) => part.text.trim() !== '');
}

function slice({ text, entities }: Words, from: number, to: number): Words {
  const part = new FormattedString(text, entities).slice(from, to);
  return { text: part.text, entities: part.entities };
}

function beforeSurrogate(text: string, index: number): number {
  return /[\uDC00-\uDFFF]/.test(text[index] ?? '') ? index - 1 : index;
}
