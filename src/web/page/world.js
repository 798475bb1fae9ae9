// Everything the page knows of people, chats and messages, kept up to date by the server's events.

/** How many messages of a chat are kept and shown. */
export const keptMessages = 200;

/**
 * @typedef {import('grammy/types').Message} Message
 * @typedef {{ user: { id: number, first_name: string, username?: string }, chatId: number, blocked: boolean }} Person
 * @typedef {{ id: number, type: string, title: string, memberIds: number[], drafts: any[], keyboard?: any,
 *   messages: Map<number, Message> }} Chat
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
  maxFileBytes = 0;
  /** The server's clock when the state was taken, in milliseconds. */
  at = 0;

  /**
   * Forgets everything for what `/playground/state` answered.
   * @param {any} state
   */
  load(state) {
    this.people.clear();
    this.chats.clear();
    this.bot = state.bot;
    this.at = state.at;
    this.suggestions = state.suggestions;
    this.maxFileBytes = state.maxFileBytes;
    for (const person of state.people) this.people.set(person.user.id, person);
    for (const chat of state.chats) this.#putChat(chat, chat.messages);
  }

  /**
   * Takes in one event of the server.
   * @param {any} event
   */
  apply(event) {
    const messages = this.chats.get(event.chatId)?.messages;
    if (event.kind === 'message' && messages) {
      messages.set(event.message.message_id, event.message);
      forgetOldest(messages);
    } else if (event.kind === 'edited') {
      if (messages?.has(event.message.message_id)) messages.set(event.message.message_id, event.message);
    } else if (event.kind === 'deleted') {
      for (const id of event.messageIds) messages?.delete(id);
    } else if (event.kind === 'person') {
      this.people.set(event.person.user.id, event.person);
    } else if (event.kind === 'chat') {
      this.#putChat(event.chat, []);
    }
  }

  /**
   * The chats of a person: the private one first, then the groups.
   * @param {Person} person
   */
  chatsOf(person) {
    return [...this.chats.values()]
      .filter((chat) => chat.id === person.chatId || chat.memberIds.includes(person.user.id))
      .toSorted((a, b) => Number(b.id === person.chatId) - Number(a.id === person.chatId));
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
}

/** @param {Map<number, Message>} messages */
function forgetOldest(messages) {
  for (const id of messages.keys()) {
    if (messages.size <= keptMessages) return;
    messages.delete(id);
  }
}
