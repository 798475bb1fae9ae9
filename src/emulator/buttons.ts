// The callback buttons of a message.

import type { InlineKeyboardButton, Message } from 'grammy/types';

/** The data of the message's callback button with this text or data; undefined when there is none. */
export function findCallbackData(message: Message | undefined, wanted: string): string | undefined {
  const buttons = (message?.reply_markup?.inline_keyboard ?? []).flat().filter(isCallback);
  return buttons.find(({ text, callback_data }) => text === wanted || callback_data === wanted)
    ?.callback_data;
}

function isCallback(button: InlineKeyboardButton): button is InlineKeyboardButton.CallbackButton {
  return 'callback_data' in button;
}
