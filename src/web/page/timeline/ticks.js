// What the local Bot API recorded, as marks beside the bars: both sides of the same story should agree.

/**
 * @typedef {import('../world.js').World} World
 * @typedef {'update' | 'message' | 'edit' | 'file' | 'refused' | 'lost'} TickKind
 * @typedef {{ personId: number, at: number, kind: TickKind }} Tick `at` in milliseconds of the playground's clock
 */

const keptTicks = 6_000;

/** The newest marks. */
export class Ticks {
  /** @type {Tick[]} oldest first */
  all = [];

  /**
   * Makes a mark of a raw event, if it is one to be marked and it is known whose it is.
   * @param {any} event
   * @param {World} world
   */
  add(event, world) {
    const kind = event.kind === 'update' ? 'update' : kindOf(event.call);
    const personId = kind && personOf(event, world);
    if (!kind || personId === undefined) return;
    this.all.push({ personId, at: event.call?.at ?? event.at, kind });
    if (this.all.length > keptTicks * 1.2) this.all.splice(0, this.all.length - keptTicks);
  }

  clear() {
    this.all = [];
  }
}

/**
 * Whom a raw event concerns: who sent the update, whose private chat was written to, or who is answered in a group.
 * @param {any} event
 * @param {World} world
 * @returns {number | undefined} the id of a person
 */
export function personOf(event, world) {
  if (event.kind === 'update') return event.personId;
  const chatId = event.call.chatId ?? event.chatId;
  // A private chat has the id of its person.
  if (world.people.has(chatId)) return chatId;
  const { reply_parameters: reply, message_id: edited } = event.call.payload ?? {};
  const messages = world.chats.get(chatId)?.messages;
  const answered =
    messages?.get(Number(reply?.message_id)) ?? messages?.get(Number(edited))?.reply_to_message;
  return answered?.from?.id;
}

/**
 * @param {{ method: string, ok: boolean, status: number }} call `status` is 0 when its answer was lost on the way
 * @returns {TickKind | undefined}
 */
function kindOf({ method, ok, status }) {
  if (!/^(?:send|edit)/.test(method) || /(?:ChatAction|Draft)$/.test(method)) return undefined;
  if (!ok) return status === 0 ? 'lost' : 'refused';
  if (method.startsWith('edit')) return 'edit';
  return method.endsWith('Message') ? 'message' : 'file';
}
