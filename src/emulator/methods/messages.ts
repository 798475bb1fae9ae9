// Texts: sending, editing and deleting messages.

import type { InlineKeyboardMarkup, LinkPreviewOptions, Message } from 'grammy/types';
import type { Arguments } from '../arguments.ts';
import { badRequest } from '../bot-error.ts';
import type { ChatState } from '../chat.ts';
import { captionContent, composeMessage, textContent } from '../compose-message.ts';
import type { Content } from '../compose-message.ts';
import { countCharacters, finishText, parseText } from '../formatted-text.ts';
import type { FormattedText } from '../markup-builder.ts';
import { readInlineMarkup, readReplyMarkup } from '../reply-markup.ts';
import type { World } from '../world.ts';
import type { MethodCall } from './method.ts';
import { findMessage, findOpenChat, findReply, findThread } from './targets.ts';

const maxTextCharacters = 4_096;
const maxCaptionCharacters = 1_024;
const maxDeleted = 100;
const deletableMs = 48 * 3_600_000;

/** sendMessage. */
export function sendMessage({ world, args }: MethodCall): Message {
  const chat = findOpenChat(world, args);
  return postAsBot(world, chat, args, textContent(readText(args), readPreview(args)));
}

/** Posts a message of the bot with the reply, topic and markup that the call asks for. */
export function postAsBot(world: World, chat: ChatState, args: Arguments, content: Content): Message {
  const { replyTo, quote } = findReply(chat, args);
  const threadId = findThread(chat, args, replyTo);
  const markup = readReplyMarkup(args);
  const inline = markup && 'inline_keyboard' in markup ? markup : undefined;
  const envelope = {
    from: world.botUser,
    date: world.clock.seconds(),
    threadId,
    replyTo,
    quote,
    markup: inline,
  };
  const message = composeMessage(chat, envelope, content);
  chat.post(message, markup);
  return message;
}

/** The call's `caption`, which may be empty. */
export function readCaption(args: Arguments): FormattedText {
  const raw = parseText(
    args.text('caption'),
    args.text('parse_mode'),
    args.json('caption_entities', 'entities'),
  );
  const caption = finishText(raw);
  if (countCharacters(caption.text) > maxCaptionCharacters) throw badRequest('message caption is too long');
  return caption;
}

/** The call's `text` of at most 4,096 characters, which may be empty. */
export function readAnyText(args: Arguments): FormattedText {
  const raw = parseText(args.text('text'), args.text('parse_mode'), args.json('entities', 'entities'));
  const formatted = finishText(raw);
  if (countCharacters(formatted.text) > maxTextCharacters) throw badRequest('message is too long');
  return formatted;
}

function readText(args: Arguments): FormattedText {
  if (!args.has('text')) throw badRequest('message text is empty');
  const formatted = readAnyText(args);
  if (formatted.text === '') throw badRequest('text must be non-empty');
  return formatted;
}

function readPreview(args: Arguments): LinkPreviewOptions | undefined {
  const options = args.object('link_preview_options', 'link preview options');
  if (options && Object.keys(options).length > 0) return options;
  return args.boolean('disable_web_page_preview') ? { is_disabled: true } : undefined;
}

/** editMessageText. */
export function editMessageText({ world, args }: MethodCall): Message {
  const { chat, message } = findEditable(world, args);
  const content = textContent(readText(args), readPreview(args));
  if (message.text === undefined) throw badRequest('there is no text in the message to edit');
  const { text: _, entities: _e, link_preview_options: _l, ...rest } = message;
  return applyEdit(world, chat, message, { ...rest, ...content }, readInlineMarkup(args));
}

/** editMessageCaption. */
export function editMessageCaption({ world, args }: MethodCall): Message {
  const { chat, message } = findEditable(world, args);
  if (!message.document && !message.photo) throw badRequest('there is no caption in the message to edit');
  const { caption: _, caption_entities: _e, ...rest } = message;
  return applyEdit(
    world,
    chat,
    message,
    { ...rest, ...captionContent(readCaption(args)) },
    readInlineMarkup(args),
  );
}

/** editMessageReplyMarkup. */
export function editMessageReplyMarkup({ world, args }: MethodCall): Message {
  const { chat, message } = findEditable(world, args);
  return applyEdit(world, chat, message, message, readInlineMarkup(args));
}

function findEditable(world: World, args: Arguments): { chat: ChatState; message: Message } {
  const chat = findOpenChat(world, args);
  const message = findMessage(chat, args, 'edit');
  if (message.from?.id !== world.bot.id || chat.isUneditable(message))
    throw badRequest("message can't be edited");
  return { chat, message };
}

/** Puts the new version in the place of the old one, unless they are the same. */
function applyEdit(
  world: World,
  chat: ChatState,
  old: Message,
  content: Content,
  markup: InlineKeyboardMarkup | undefined,
): Message {
  const { reply_markup: _, edit_date: _d, ...rest } = content;
  const edited = { ...rest, ...(markup && { reply_markup: markup }) } as Message;
  if (fingerprint(edited) === fingerprint(old)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  edited.edit_date = world.clock.seconds();
  chat.replace(edited);
  return edited;
}

function fingerprint(message: Message): string {
  const { text, entities, caption, caption_entities, reply_markup, link_preview_options } = message;
  return JSON.stringify([text, entities, caption, caption_entities, reply_markup, link_preview_options]);
}

/** deleteMessage. */
export function deleteMessage({ world, args }: MethodCall): true {
  const chat = findOpenChat(world, args);
  const message = findMessage(chat, args, 'delete');
  checkDeletable(world, chat, message);
  chat.remove([message.message_id]);
  return true;
}

/** deleteMessages: what can't be found is skipped. */
export function deleteMessages({ world, args }: MethodCall): true {
  const chat = findOpenChat(world, args);
  const ids = args.json('message_ids', 'message identifiers');
  if (!Array.isArray(ids) || ids.length === 0) throw badRequest('message identifiers are not specified');
  if (ids.length > maxDeleted) throw badRequest('too many message identifiers specified');
  const messages = ids.flatMap((id: unknown) => chat.box.get(Number(id)) ?? []);
  for (const message of messages) checkDeletable(world, chat, message);
  chat.remove(messages.map((message) => message.message_id));
  return true;
}

function checkDeletable(world: World, chat: ChatState, message: Message): void {
  const isAdmin = chat.botStatus === 'administrator';
  if (isAdmin) return;
  const isOwn = message.from?.id === world.bot.id;
  if (!isOwn && chat.type !== 'private') throw badRequest("message can't be deleted");
  if (world.clock.now() - message.date * 1000 >= deletableMs) {
    throw badRequest("message can't be deleted for everyone");
  }
}
