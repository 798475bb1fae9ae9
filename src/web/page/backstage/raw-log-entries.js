// The raw updates and calls, the newest of them kept, each with the words of its line.

import { personOf } from '../timeline/ticks.js';

/**
 * @typedef {import('../world.js').World} World
 * @typedef {{ id: number, at: number, isUpdate: boolean, what: string, note: string, personId?: number,
 *   chatId?: number, status: string, isRefused: boolean, event: any }} Entry `id` is rising, and `at` with it: it is when
 *   a call had ended
 */

/** How many are kept. */
export const keptEntries = 2_000;

/** The newest raw events. */
export class Entries {
  /** @type {Entry[]} oldest first */
  all = [];
  #count = 0;

  clear() {
    this.all = [];
  }

  /**
   * @param {any} event of the kind `update` or `call`
   * @param {World} world
   */
  add(event, world) {
    const { call, update } = event;
    this.#count += 1;
    this.all.push({
      id: this.#count,
      at: event.at,
      isUpdate: event.kind === 'update',
      what: call?.method ?? kindOf(update),
      note: call?.ok === false ? (call.description ?? 'no answer') : '',
      personId: personOf(event, world),
      chatId: event.chatId ?? call?.chatId,
      status: call ? `${call.status || '—'} · ${Math.round(call.ms)} ms` : '',
      isRefused: call?.ok === false,
      event,
    });
    if (this.all.length > keptEntries * 1.1) this.all.splice(0, this.all.length - keptEntries);
  }

  /** The newest that may be shown. */
  get kept() {
    return this.all.slice(-keptEntries);
  }
}

/** @param {object} update */
function kindOf(update) {
  return Object.keys(update).find((key) => key !== 'update_id') ?? 'update';
}
