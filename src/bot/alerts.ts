// Tells the admins about trouble, once when it starts and once when it is over.

import type { Logger } from 'pino';
import type { Events, Trouble } from '../events.ts';
import type { Texts } from '../i18n.ts';
import type { Stores } from '../store/stores.ts';
import type { Admins } from './admins.ts';
import type { Caller } from './caller.ts';

export interface AlertOptions {
  events: Events;
  caller: Caller;
  texts: Texts;
  people: Stores['people'];
  admins: Admins;
  log: Logger;
}

/** Listens for trouble until the process ends. Admins who never started the bot cannot be written to. */
export function alertAdmins({ events, caller, texts, people, admins, log }: AlertOptions): void {
  const going = new Set<Trouble>();
  /** Of the admins' Telegram, as far as they have spoken with the bot since it started. */
  const languages = new Map<number, string | undefined>();
  events.on('accepted', ({ person, languageCode }) => {
    if (admins.has(person)) languages.set(person, languageCode);
  });
  events.on('trouble', ({ what, isOver }) => {
    if (going.has(what) !== isOver) return;
    if (isOver) going.delete(what);
    else going.add(what);
    log.warn({ trouble: what }, isOver ? 'trouble is over' : 'trouble');
    const key = isOver ? `alert-${what}-over` : `alert-${what}`;
    for (const id of admins.ids) {
      tell(id, key).catch((error: unknown) => log.warn({ err: error, admin: id }, 'admin was not told'));
    }
  });

  async function tell(id: number, key: string): Promise<void> {
    // What keeps the trouble from being told must not be the trouble.
    const person = await people.get(`${id}`).catch(() => undefined);
    const text = texts.write(texts.choose(person?.language, languages.get(id)), key);
    await caller.call('sendMessage', { chat_id: id, text });
  }
}
