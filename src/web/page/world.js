// Everything the page knows of people, chats and messages, kept up to date by the server's events.

/** How many messages of a chat are kept. */
export const keptMessages = 200;

/**
 * @typedef {import('grammy/types').Message} Message
 * @typedef {{ user: { id: number, first_name: string, username?: string, language_code?: string }, chatId: number,
 *   blocked: boolean, isAdmin: boolean, isCrowd: boolean }} Person
 * @typedef {{ id: number, type: string, title: string, isForum: boolean, topics: { threadId: number, name: string }[],
 *   memberIds: number[], migratedTo?: number, drafts: any[], keyboard?: any, messages: Map<number, Message> }} Chat
 * @typedef {{ markup: any, messageId?: number }} OpenKeyboard what the bot put under the input, and by which message
 */

export class World {
  /** @type {{ id: number, first_name: string, username: string }} */
  bot = { id: 0, first_name: '', username: '' };
  /** @type {Map<number, Person>} */
  people = new Map();
  /** @type {Map<number, Chat>} */
  chats = new Map();
  /** @type {{ label: string, text: string }[]} */
  suggestions = [];
  /** @type {string[]} codes */
  languages = [];
  maxFileBytes = 0;
  /** The server's clock when the state was taken, in milliseconds, and how many of them pass in a real one. */
  clock = { at: 0, pace: 1 };
  /** @type {Map<number, Map<number, OpenKeyboard>>} by the chat, then by the person */
  #keyboards = new Map();

  /**
   * Forgets everything for what `/playground/state` answered.
   * @param {any} state
   */
  load(state) {
    this.people.clear();
    this.chats.clear();
    this.bot = state.bot;
    this.clock = { at: state.at, pace: state.clock.pace };
    this.suggestions = state.suggestions;
    this.languages = state.languages;
    this.maxFileBytes = state.maxFileBytes;
    for (const person of state.people) this.people.set(person.user.id, person);
    for (const chat of state.chats) {
      this.#putChat(chat, chat.messages);
      this.#loadKeyboard(chat);
    }
  }

  /**
   * Takes in one event of the server.
   * @param {any} event
   */
  apply(event) {
    const chat = this.chats.get(event.chatId);
    if (event.kind === 'message' && chat) {
      chat.messages.set(event.message.message_id, event.message);
      forgetOldest(chat.messages);
      if (event.keyboard) this.#putKeyboard(chat, event.message, event.keyboard);
    } else if (event.kind === 'edited') {
      if (chat?.messages.has(event.message.message_id))
        chat.messages.set(event.message.message_id, event.message);
    } else if (event.kind === 'deleted') {
      for (const id of event.messageIds) chat?.messages.delete(id);
    } else if (event.kind === 'person') {
      this.people.set(event.person.user.id, event.person);
    } else if (event.kind === 'chat') {
      this.#putChat(event.chat, []);
    } else if (event.kind === 'clock') {
      this.clock = event.clock;
    }
  }

  /**
   * The chats of a person: the private one first, then the groups.
   * @param {Person} person
   */
  chatsOf(person) {
    return [...this.chats.values()]
      .filter((chat) => chat.memberIds.includes(person.user.id) && chat.migratedTo === undefined)
      .toSorted((a, b) => Number(b.id === person.chatId) - Number(a.id === person.chatId));
  }

  /**
   * The messages of a chat, oldest first; in a forum those of one topic, of General without `threadId`.
   * @param {number} chatId
   * @param {number} [threadId]
   */
  messagesOf(chatId, threadId) {
    const chat = this.chats.get(chatId);
    const messages = [...(chat?.messages.values() ?? [])];
    return chat?.isForum ? messages.filter((message) => threadOf(message) === threadId) : messages;
  }

  /**
   * What stands under the input of a person in a chat: a reply keyboard or a forced reply. It is the same object as
   * long as the bot sends no other.
   * @param {number} chatId
   * @param {number} personId
   */
  keyboardOf(chatId, personId) {
    return this.#keyboards.get(chatId)?.get(personId);
  }

  /**
   * How long until the server's clock shows `until`, in real milliseconds.
   * @param {number} until
   * @param {number} at what that clock shows now
   */
  realMs(until, at) {
    return (until - at) / this.clock.pace;
  }

  /**
   * @param {Omit<Chat, 'messages'>} chat
   * @param {Message[]} messages
   */
  #putChat(chat, messages) {
    const kept =
      this.chats.get(chat.id)?.messages ?? new Map(messages.map((message) => [message.message_id, message]));
    forgetOldest(kept);
    this.chats.set(chat.id, { ...chat, messages: kept });
  }

  /** @param {Chat & { messages: Message[] }} chat */
  #loadKeyboard({ id, keyboard, memberIds, messages }) {
    const known = this.#keyboards.get(id);
    const newest = messages.at(-1);
    // A question that somebody has answered since does not ask again.
    const isAsked = newest?.from?.id === this.bot.id;
    const isSpent = !isAsked && (keyboard?.force_reply || keyboard?.one_time_keyboard);
    if (!keyboard || isSpent) {
      this.#keyboards.delete(id);
      return;
    }
    if ([...(known?.values() ?? [])].some(({ markup }) => isSame(markup, keyboard))) return;
    const opened = { markup: keyboard, messageId: isAsked ? newest?.message_id : undefined };
    this.#keyboards.set(id, new Map(memberIds.map((member) => [member, opened])));
  }

  /**
   * @param {Chat} chat
   * @param {Message} message
   * @param {any} markup
   */
  #putKeyboard(chat, message, markup) {
    const keyboards = this.#keyboards.get(chat.id) ?? new Map();
    this.#keyboards.set(chat.id, keyboards);
    for (const id of chat.memberIds) {
      if (!isMeant(message, markup, this.people.get(id))) continue;
      if (markup.remove_keyboard) keyboards.delete(id);
      else keyboards.set(id, { markup, messageId: message.message_id });
    }
  }
}

/**
 * The topic that a message is in; undefined is General.
 * @param {Message} message
 */
export function threadOf(message) {
  if (message.forum_topic_created) return message.message_id;
  return message.is_topic_message ? message.message_thread_id : undefined;
}

/**
 * A selective keyboard is for those whom the message names or answers (Bot API, ReplyKeyboardMarkup).
 * @param {Message} message
 * @param {any} markup
 * @param {Person | undefined} person
 */
function isMeant(message, markup, person) {
  if (!markup.selective || message.chat.type === 'private') return true;
  const { id, username } = person?.user ?? {};
  const isNamed = (message.entities ?? []).some(
    (entity) =>
      (entity.type === 'text_mention' && entity.user.id === id) ||
      (entity.type === 'mention' &&
        message.text?.slice(entity.offset + 1, entity.offset + entity.length).toLowerCase() ===
          username?.toLowerCase()),
  );
  return isNamed || message.reply_to_message?.from?.id === id;
}

/**
 * Whether two pieces of JSON say the same.
 * @param {unknown} a
 * @param {unknown} b
 */
export function isSame(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** @param {Map<number, Message>} messages */
function forgetOldest(messages) {
  for (const id of messages.keys()) {
    if (messages.size <= keptMessages) return;
    messages.delete(id);
  }
}
