// What every rival of the bot is told: where the Bot API is, and the answer it has to give.

import type { Message } from 'grammy/types';

/** The parameters of `sendMessage` beside those that say where an answer goes. */
export type Answer = { readonly text: string } & Readonly<Record<string, unknown>>;

/** Where to poll, and what to answer to each message. */
export interface Task {
  readonly apiRoot: string;
  readonly token: string;
  readonly answer: Answer;
}

/** Reads the task of this process, which ends when it is told to. */
export function takeTask(): Task {
  process.once('SIGTERM', () => process.exit(0));
  const { TELEGRAM_API_ROOT: apiRoot = '', BOT_TOKEN: token = '', ANSWER: answer = '{}' } = process.env;
  return { apiRoot, token, answer: JSON.parse(answer) as Answer };
}

/** What makes an answer one to a certain message, as the bot writes it. */
export function replyTo({ message_id }: Message) {
  return { reply_parameters: { message_id, allow_sending_without_reply: true } };
}
