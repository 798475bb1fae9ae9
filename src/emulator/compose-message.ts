// Makes messages, the bot's and the people's, as they appear in answers and updates.

import type {
  Chat as TelegramChat,
  InlineKeyboardMarkup,
  LinkPreviewOptions,
  Message,
  TextQuote,
  User,
} from 'grammy/types';
import type { ChatState } from './chat.ts';
import type { StoredFile } from './file-store.ts';
import type { FormattedText } from './markup-builder.ts';

/** Who writes as an anonymous administrator. */
export const anonymousAdmin: User = {
  id: 1_087_968_824,
  is_bot: true,
  first_name: 'Group',
  username: 'GroupAnonymousBot',
};

/** What surrounds the content of a message. */
export interface Envelope {
  from: User;
  /** Set for an anonymous administrator. */
  senderChat?: TelegramChat | undefined;
  /** Seconds since 1970. */
  date: number;
  threadId?: number | undefined;
  replyTo?: Message | undefined;
  quote?: TextQuote | undefined;
  markup?: InlineKeyboardMarkup | undefined;
}

/** The content of a message: fields of `Message`. */
export type Content = Partial<Message>;

/** A text message's content. */
export function textContent({ text, entities }: FormattedText, preview?: LinkPreviewOptions): Content {
  return {
    text,
    ...(entities.length > 0 && { entities }),
    ...(preview && { link_preview_options: preview }),
  };
}

/** The content of a message with a file. */
export function fileContent(file: StoredFile, caption: FormattedText): Content {
  return {
    ...(file.kind === 'document' ? documentContent(file) : photoContent(file)),
    ...captionContent(caption),
  };
}

/** The fields of a caption; none when it is empty. */
export function captionContent({ text, entities }: FormattedText): Content {
  if (text === '') return {};
  return { caption: text, ...(entities.length > 0 && { caption_entities: entities }) };
}

function documentContent(file: StoredFile): Content {
  return {
    document: {
      file_name: file.name,
      mime_type: file.type,
      file_id: file.fileId,
      file_unique_id: file.uniqueId,
      file_size: file.size,
    },
  };
}

function photoContent(file: StoredFile): Content {
  const size = {
    file_id: file.fileId,
    file_unique_id: file.uniqueId,
    file_size: file.size,
    width: file.width ?? 0,
    height: file.height ?? 0,
  };
  return { photo: [size] };
}

/** A new message of `chat` under its next id. */
export function composeMessage(chat: ChatState, envelope: Envelope, content: Content): Message {
  const { from, senderChat, date, threadId, replyTo, quote, markup } = envelope;
  return {
    message_id: chat.nextMessageId(),
    from,
    ...(senderChat && { sender_chat: senderChat }),
    chat: chat.face,
    date,
    ...(threadId !== undefined && { message_thread_id: threadId, is_topic_message: true as const }),
    ...(replyTo && { reply_to_message: withoutReply(replyTo) }),
    ...(quote && { quote }),
    ...content,
    ...(markup && { reply_markup: markup }),
  };
}

/** An answered message carries no further ones. */
function withoutReply(message: Message): NonNullable<Message['reply_to_message']> {
  const { reply_to_message: _, ...rest } = message;
  return rest as NonNullable<Message['reply_to_message']>;
}
