// What lives for seconds only: typing, drafts, and the answers to taps.

import { badRequest } from '../bot-error.ts';
import { countCharacters } from '../formatted-text.ts';
import { readAnyText } from './messages.ts';
import type { MethodCall } from './method.ts';
import { findOpenChat, findThread } from './targets.ts';

const actionShownMs = 5_000;
const draftShownMs = 30_000;
const maxAnswerCharacters = 200;

const actions = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'record_audio',
  'upload_audio',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
]);

/** sendChatAction. */
export function sendChatAction({ world, args }: MethodCall): true {
  const action = args.text('action').toLowerCase();
  if (!actions.has(action)) throw badRequest('wrong parameter action in request');
  const chat = findOpenChat(world, args);
  const threadId = findThread(chat, args);
  const until = world.clock.now() + actionShownMs;
  world.events.add({
    kind: 'action',
    chatId: chat.id,
    ...(threadId !== undefined && { threadId }),
    action,
    until,
  });
  return true;
}

/** sendMessageDraft: shown for 30 seconds or until the next real message. */
export function sendMessageDraft({ world, args }: MethodCall): true {
  const chat = findOpenChat(world, args);
  if (chat.type !== 'private') throw badRequest('TEXTDRAFT_PEER_INVALID');
  const draftId = args.integer('draft_id');
  if (draftId === 0) throw badRequest('RANDOM_ID_INVALID');
  const { text, entities } = readAnyText(args);
  const threadId = findThread(chat, args);
  chat.showDraft({
    draftId,
    text,
    ...(entities.length > 0 && { entities }),
    ...(threadId !== undefined && { threadId }),
    canStop: args.boolean('can_stop'),
    keepOnStop: args.boolean('keep_on_stop'),
    until: world.clock.now() + draftShownMs,
  });
  return true;
}

/** answerCallbackQuery. */
export function answerCallbackQuery({ world, args }: MethodCall): true {
  const text = args.text('text');
  if (countCharacters(text) > maxAnswerCharacters) throw badRequest('MESSAGE_TOO_LONG');
  const answer = {
    ...(text !== '' && { text }),
    ...(args.has('show_alert') && { show_alert: args.boolean('show_alert') }),
    ...(args.has('url') && { url: args.text('url') }),
  };
  if (!world.taps.answer(args.text('callback_query_id'), answer)) {
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  }
  return true;
}
