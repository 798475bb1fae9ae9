// All methods that the local Bot API knows, by name.

import { getChat, getChatAdministrators, getChatMember, leaveChat } from './chats.ts';
import { deleteMyCommands, getMyCommands, setMyCommands } from './commands.ts';
import { getFile, sendDocument, sendPhoto } from './files.ts';
import { answerCallbackQuery, sendChatAction, sendMessageDraft } from './live.ts';
import {
  deleteMessage,
  deleteMessages,
  editMessageCaption,
  editMessageReplyMarkup,
  editMessageText,
  sendMessage,
} from './messages.ts';
import type { Method } from './method.ts';
import { getMe, getUpdates } from './updates.ts';
import { deleteWebhook, getWebhookInfo, setWebhook } from './webhook.ts';

const methods: Record<string, Method> = {
  getMe,
  getUpdates,
  setWebhook,
  deleteWebhook,
  getWebhookInfo,
  sendMessage,
  editMessageText,
  editMessageCaption,
  editMessageReplyMarkup,
  deleteMessage,
  deleteMessages,
  sendDocument,
  sendPhoto,
  getFile,
  sendChatAction,
  sendMessageDraft,
  answerCallbackQuery,
  setMyCommands,
  getMyCommands,
  deleteMyCommands,
  getChat,
  getChatMember,
  getChatAdministrators,
  leaveChat,
};

const byLowerCase = new Map(
  Object.entries(methods).map(([name, run]) => [name.toLowerCase(), { name, run }] as const),
);

/** The method of this name in any case, with its proper name. */
export function findMethod(name: string): { name: string; run: Method } | undefined {
  return byLowerCase.get(name.toLowerCase());
}
